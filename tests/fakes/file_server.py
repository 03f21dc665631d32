"""What the fakes that serve files share: a real HTTP server that can stall, and counts what it sent."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

PIECE = 65_536
Server = TypeVar("Server", bound="FileServer")


class FileServer(ThreadingHTTPServer):
    """`served` counts the bytes of each file; one for which `stalls` is true stops half way until `go` is set."""

    daemon_threads = True

    def __init__(self, handler: type[FileHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.served: Counter[str] = Counter()
        self.stalled = ""
        self.reached = threading.Event()
        self.go = threading.Event()
        self.proxied = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stalls(self, name: str) -> bool:
        """Whether that file stops half way."""
        return bool(self.stalled) and name == self.stalled

    def breaks(self, name: str) -> bool:
        """Whether the connection of that file breaks half way, now."""
        return False


class FileHandler(BaseHTTPRequestHandler):
    """Answers with bytes and files, in `get`; `requested_path` is the path, also of a proxy request."""

    protocol_version = "HTTP/1.1"
    files: FileServer

    def setup(self) -> None:
        super().setup()
        assert isinstance(self.server, FileServer)
        self.files = self.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_HEAD(self) -> None:
        self.get()

    def do_GET(self) -> None:
        self.get()

    def get(self) -> None:
        """Answer a GET, or a HEAD without its body."""
        raise NotImplementedError

    def requested_path(self) -> str:
        if self.path.startswith("http://"):
            self.files.proxied += 1
            self.path = "/" + self.path.split("/", 3)[3]
        return self.path

    def answer(self, status: int, data: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole answer."""
        self.begin(status, len(data), kind, headers)
        if self.command != "HEAD":
            self.wfile.write(data)

    def begin(self, status: int, length: int, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_file(self, name: str, data: bytes, start: int = 0) -> None:
        """Send a file's bytes from `start` on, piece by piece."""
        for place in range(start, len(data), PIECE):
            if place >= len(data) // 2 and not self._goes_on(name):
                return
            piece = data[place : place + PIECE]
            try:
                self.wfile.write(piece)
                self.wfile.flush()
            except OSError:
                self.close_connection = True
                return
            self.files.served[name] += len(piece)

    def _goes_on(self, name: str) -> bool:
        if self.files.stalls(name):
            self.files.reached.set()
            self.files.go.wait(60)
        elif self.files.breaks(name):
            self.files.reached.set()
            self.close_connection = True
            return False
        return True


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server while the block runs."""
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="fake files")
        thread.start()
        try:
            yield server
        finally:
            server.go.set()
            server.shutdown()
            thread.join()
