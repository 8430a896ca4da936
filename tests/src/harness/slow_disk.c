/* Has a program wait for its disk as long as a file is there, and makes another when it does. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_for_the_disk(void)
{
    const char *held = getenv("SLOW_DISK_HELD");
    const char *waits = getenv("SLOW_DISK_WAITS");
    if (!held || !waits || access(held, F_OK) != 0)
        return;
    int file = open(waits, O_WRONLY | O_CREAT, 0600);
    if (file >= 0)
        close(file);
    while (access(held, F_OK) == 0)
        usleep(10000);
}

int fsync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_the_disk();
    return real(file);
}

int fdatasync(int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_the_disk();
    return real(file);
}
