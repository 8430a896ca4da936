"""kpl-chat's screen, on somebody else's server that only relays text."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import unittest

import room


class Screen:
    """kpl-chat in a pseudo-terminal. What it writes is read as words, wherever they stand."""

    def __init__(self, case, *args):
        self.written = b""
        self.end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        environment = room.clean_environment(case.folder) | {"TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            ["setsid", "--ctty", room.BIN / "kpl-chat", *args],
            stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
        os.close(theirs)
        reader = threading.Thread(target=self._read, daemon=True)
        reader.start()
        case.addCleanup(reader.join)
        case.addCleanup(self.process.wait)
        case.addCleanup(self.process.kill)

    def _read(self):
        try:
            while piece := os.read(self.end, 65536):
                self.written += piece
        except OSError:
            pass  # The last one to hold the other end has gone.
        os.close(self.end)

    def types(self, keys):
        os.write(self.end, keys.encode())

    def shows(self, words):
        """Waits until the words have been written; blanks may be moves of the cursor."""
        wanted = re.sub(r"\s", "", words)

        def written():
            text = re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|.)", "",
                          self.written.decode(errors="ignore"))
            return wanted in re.sub(r"\s", "", text)

        try:
            room.until(f"the screen shows {words!r}", written)
        except AssertionError as error:
            raise AssertionError(f"{error}; it has written {self.written[-2000:]!r}") from None


class ChatOnAPlainServer(room.Case):
    """The words after `test_` say what is promised."""

    def test_it_chats_in_text_and_says_so(self):
        self.url = self.open_plain_server()
        other = self.person(["websocket"])
        screen = Screen(self, "--name", "瑶", "--url", self.url)

        screen.shows("text only")
        screen.types("辅助跟你\r")
        room.until("the other hears it", lambda: other.heard)
        other.emit("talk", "马上到")

        screen.shows("马上到")
        self.assertEqual(other.heard, ["辅助跟你"])
        screen.types("\x04")
        self.assertEqual(screen.process.wait(room.PATIENCE), 0)


if __name__ == "__main__":
    unittest.main()
