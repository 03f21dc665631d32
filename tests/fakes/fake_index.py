"""A fake package index: a real HTTP server of wheels made in code, that can stall, lie or be gone.

It serves PEP 503 pages under /simple/ and the files under /files/. `served` counts the bytes of each file.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import platform
import random
import sys
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PIECE = 65_536
VERSION_PROGRAM = """\
import sys
def main():
    print("sglang version: VERSION" if sys.argv[1:] == ["version"] else "fake sglang " + " ".join(sys.argv[1:]))
"""


def wheel(name: str, version: str, files: Mapping[str, bytes], scripts: str = "") -> bytes:
    """A wheel that holds files, and perhaps a console script ("name = module:function")."""
    notes = f"{name.replace('-', '_')}-{version}.dist-info"
    inside = dict(files)
    inside[f"{notes}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode()
    inside[f"{notes}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: fake\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    if scripts:
        inside[f"{notes}/entry_points.txt"] = f"[console_scripts]\n{scripts}\n".encode()
    rows = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in inside.items()]
    inside[f"{notes}/RECORD"] = "\n".join([*rows, f"{notes}/RECORD,,", ""]).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in inside.items():
            archive.writestr(path, data)
    return buffer.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def stand_ins(version: str = "0.5.23", big: int = 3_000_000) -> dict[str, tuple[str, bytes]]:
    """A SGLang that only says its version, a package of some MB, two small ones that overlap: files by package."""
    program = VERSION_PROGRAM.replace("VERSION", version).encode()
    sglang = {"sglang/__init__.py": b"", "sglang/cli/__init__.py": b"", "sglang/cli/main.py": program}
    of_both = ({"build_backend.py": b"one"}, {"build_backend.py": b"the other"})  # as two of the true ones do
    weight = random.Random(version).randbytes(big)
    return {
        "sglang": (version, wheel("sglang", version, sglang, "sglang = sglang.cli.main:main")),
        "stand-in-big": ("1.0", wheel("stand-in-big", "1.0", {"stand_in_big/data.bin": weight})),
        "stand-in-small": ("2.0", wheel("stand-in-small", "2.0", {"stand_in_small.py": b"x = 1\n"} | of_both[0])),
        "stand-in-other": ("2.1", wheel("stand-in-other", "2.1", of_both[1])),
    }


def write_recipe(folder: Path, parts: Mapping[str, tuple[str, bytes]], disk: int | None = None) -> Path:
    """A recipe for this processor of these packages; `disk` is the size that it says of each."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{name}=={version} --hash=sha256:{hashlib.sha256(data).hexdigest()}" for name, (version, data) in parts.items()
    ]
    table = {name: [version, len(data), len(data) if disk is None else disk] for name, (version, data) in parts.items()}
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    facts = {"version": parts["sglang"][0], "pythons": [python], "headers": False, "packages": table}
    base = folder / f"sglang-{platform.machine()}.txt"
    base.write_text("\n".join(lines) + "\n", encoding="utf-8")
    base.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
    return folder


class FakeIndex(ThreadingHTTPServer):
    """The server; `stalled` names a package whose file stops half way until `go` is set; `gone` answers 503."""

    daemon_threads = True

    def __init__(self, parts: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {f"{n.replace('-', '_')}-{version}-py3-none-any.whl": data for n, (version, data) in parts.items()}
        self.served: Counter[str] = Counter()
        self.stalled = ""
        self.reached = threading.Event()
        self.go = threading.Event()
        self.gone = False
        self.proxied = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/simple"

    def bytes_of(self, package: str) -> int:
        """How many bytes of a package's file were sent."""
        return sum(count for name, count in self.served.items() if name.startswith(package.replace("-", "_") + "-"))


class Handler(BaseHTTPRequestHandler):
    server: FakeIndex
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        if self.path.startswith("http://"):  # asked as a proxy
            self.server.proxied += 1
            self.path = "/" + self.path.split("/", 3)[3]
        parts = self.path.strip("/").split("/")
        if self.server.gone:
            self._send(503, b"gone")
        elif parts[0] == "simple" and len(parts) == 2:
            self._page(parts[1])
        elif parts[0] == "files" and parts[-1] in self.server.files:
            self._file(parts[-1])
        else:
            self._send(404, b"not here")

    def _page(self, package: str) -> None:
        names = [name for name in self.server.files if name.startswith(package.replace("-", "_") + "-")]
        links = "".join(f'<a href="/files/{name}">{name}</a>' for name in names)
        if names:
            self._send(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
        else:
            self._send(404, b"no such package")

    def _file(self, name: str) -> None:
        data = self.server.files[name]
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        stalls = self.server.stalled and name.startswith(self.server.stalled.replace("-", "_") + "-")
        for start in range(0, len(data), PIECE):
            if stalls and start > len(data) // 2:
                self.server.reached.set()
                self.server.go.wait(60)
            try:
                self.wfile.write(data[start : start + PIECE])
            except OSError:
                self.close_connection = True
                return
            self.server.served[name] += len(data[start : start + PIECE])

    def _send(self, status: int, data: bytes, kind: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running(parts: Mapping[str, tuple[str, bytes]]) -> Iterator[FakeIndex]:
    """The index while the block runs."""
    with FakeIndex(parts) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="fake-index")
        thread.start()
        try:
            yield server
        finally:
            server.go.set()
            server.shutdown()
            thread.join()
