"""Real vector stores as servers on this machine: Milvus Lite and Chroma, from their packages."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.builders.ports import free_port
from tests.waiting import StallWatch

# Chroma's own command needs all that its Python part does; the server does not.
CHROMA = "import sys, chromadb_rust_bindings; chromadb_rust_bindings.cli(['chroma', *sys.argv[1:]])"


class VectorServer:
    """A server of a kind in `core.settings.VECTOR_STORES`, with its data in a folder; `url` stays the same."""

    def __init__(self, kind: str, folder: Path, url: str = "") -> None:
        """With `url` it is one that somebody else has started."""
        self.kind = kind
        self._folder = folder
        self._port = free_port()
        self.url = url or f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        port, data = str(self._port), str(self._folder / "data")
        command = {
            "milvus": ["-m", "milvus_lite", "server", "--host", "127.0.0.1", "--port", port, "--data-dir", data],
            "chroma": ["-c", CHROMA, "run", "--host", "127.0.0.1", "--port", port, "--path", data],
        }[self.kind]
        with open(self._folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._folder
            )
        watch = StallWatch(f"{self.kind} answers")
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            watch.check()
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Stop it from answering; connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)  # until then some of its threads still answer

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), 1.0).close()
        except OSError:
            return False
        return True
