//! A disk small enough to be filled, one that takes its time, and files that cannot be written.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

/// A place where a small file system appears, but only for the server that is started on it.
///
/// The server runs in user and mount namespaces of its own, so that nothing needs privileges and
/// the file system is gone with it.
#[derive(Debug)]
pub struct SmallDisk {
    place: TempDir,
    kib: u32,
}

impl SmallDisk {
    /// A disk of so many KiB.
    pub fn of_kib(kib: u32) -> Result<Self> {
        require_namespaces()?;
        Ok(Self { place: TempDir::new()?, kib })
    }

    /// What to start a server with, so that it sees the disk.
    pub fn within(&self) -> Vec<String> {
        let mount = "mount -t tmpfs -o size=\"$0\"k none \"$1\" && shift && exec \"$@\"";
        let place = self.place.path().display().to_string();
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
            .map(str::to_owned)
            .into_iter()
            .chain([self.kib.to_string(), place])
            .collect()
    }

    /// Where a server started on the disk finds a file of this name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Fills what is left of the disk, as somebody else's file.
    pub fn fill(&self, server: u32) -> Result<()> {
        let path = self.seen_from_outside(server, "filler");
        let mut filler = File::create(&path).with_context(|| path.display().to_string())?;
        // The end of the loop is what it is for: no room for one more byte.
        for piece in [4096, 512, 1] {
            while filler.write_all(&vec![b'x'; piece]).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    pub fn free(&self, server: u32) -> Result<()> {
        Ok(fs::remove_file(self.seen_from_outside(server, "filler"))?)
    }

    fn seen_from_outside(&self, server: u32, name: &str) -> PathBuf {
        let path = self.path(name);
        Path::new(&format!("/proc/{server}/root")).join(path.strip_prefix("/").unwrap_or(&path))
    }
}

/// A disk that takes its time: whatever a server wants kept waits for as long as the test likes.
///
/// It is the server's own `fsync` that waits, as on a disk that is busy with something else.
#[derive(Debug)]
pub struct SlowDisk {
    place: TempDir,
}

impl SlowDisk {
    /// A disk that is quick until it is held.
    pub fn new() -> Result<Self> {
        let place = TempDir::new()?;
        let source = place.path().join("slow_disk.c");
        fs::write(&source, include_str!("slow_disk.c"))?;
        let output = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(place.path().join("slow_disk.so"))
            .arg(&source)
            .arg("-ldl")
            .output()
            .context("this test needs a C compiler, as the build does")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(Self { place })
    }

    /// What to start a server with, so that it is on this disk.
    pub fn within(&self) -> Vec<String> {
        let variable = |name: &str, file: &str| format!("{name}={}", self.path(file).display());
        vec![
            "env".into(),
            variable("LD_PRELOAD", "slow_disk.so"),
            variable("SLOW_DISK_HELD", "held"),
            variable("SLOW_DISK_WAITS", "waits"),
        ]
    }

    /// From now on nothing comes to the disk.
    pub fn hold(&self) -> Result<()> {
        Ok(fs::write(self.path("held"), "")?)
    }

    /// What waited comes to the disk, and all that follows.
    pub fn flow(&self) -> Result<()> {
        fs::remove_file(self.path("held"))?;
        Ok(fs::remove_file(self.path("waits"))?)
    }

    /// Whether the server waits for it.
    pub fn is_waited_for(&self) -> bool {
        self.path("waits").exists()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }
}

/// What to start a server with, so that the permissions of files bind it even where the tests run
/// as root: in a user namespace in which it is nobody.
pub fn within_as_nobody() -> Result<Vec<String>> {
    require_namespaces()?;
    Ok(vec!["unshare".into(), "--user".into()])
}

fn require_namespaces() -> Result<()> {
    let arguments = ["--user", "--map-root-user", "--mount", "true"];
    let output = Command::new("unshare")
        .args(arguments)
        .output()
        .context("this test needs the program unshare, of util-linux")?;
    if !output.status.success() {
        bail!(
            "this test needs user namespaces, which are switched off here \
             (kernel.unprivileged_userns_clone, or a seccomp filter): {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
