"""The real server, in a folder of its own, and what the Python tests need around it."""

import bisect
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import socketio

ROOT = pathlib.Path(__file__).resolve().parents[3]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BIN = pathlib.Path(os.environ.get("KPL_TEST_BIN", TARGET / "debug"))
PEER = ROOT / "tests/clients/peer.js"
PATIENCE = 20


def until(what, condition):
    """Waits until `condition` gives something true, and returns it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"waited in vain until {what}")


def clean_environment(home):
    """The environment without anybody's settings, with `home` as the home folder."""
    strange = re.compile("KPL_|CARGO|LC_|LANG")
    clean = {name: value for name, value in os.environ.items() if not strange.match(name)}
    folders = ["HOME", *(f"XDG_{what}" for what in
               ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"))]
    return clean | dict.fromkeys(folders, home) | {"LANG": "C.UTF-8"}


class Case(unittest.TestCase):
    """A test with a folder, servers and people of its own, which end with it."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kpl-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def run_server(self, command):
        """Starts a server that prints its address; gives its process and the address."""
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=clean_environment(self.folder), text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                threading.Thread(target=process.stdout.read, daemon=True).start()
                return process, found[0]
        raise AssertionError(f"{command[0]} ended without an address")

    def open_room(self, *flags, port=0):
        """Starts the real server, with the same store each time in one test."""
        store = f"sqlite:{self.folder}/room.db"
        command = [BIN / "kpl-server", "--listen", f"127.0.0.1:{port}", "--store", store, *flags]
        self.server, self.url = self.run_server(command)
        return self.url

    def kill_room(self):
        """Kills it as a crash would."""
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def open_plain_server(self):
        """Starts a plain Node server of a few lines."""
        return self.run_server(["node", PEER])[1]

    def person(self, transports, auth=None):
        """A plain client; what it hears is in its `heard`."""
        client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.2)
        client.heard, client.about, client.refused = [], [], []

        # The library hands each line to a thread of its own: the number says which came first.
        lock = threading.Lock()

        @client.on("talk")
        def talk(text, about=None):
            with lock:
                place = len(client.heard)
                if about:
                    place = bisect.bisect([line["seq"] for line in client.about], about["seq"])
                client.heard.insert(place, text)
                client.about.insert(place, about)

        client.on("refused", client.refused.append)
        self.addCleanup(client.disconnect)
        client.connect(self.url, transports=transports, auth=auth, wait_timeout=PATIENCE)
        return client
