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
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.fakes.file_server import FileHandler, FileServer, serving

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
    of_both = ({"build_backend.py": b"one"}, {"build_backend.py": b"the other"})  # as two real packages do
    weight = random.Random(version).randbytes(big)
    return {
        "sglang": (version, wheel("sglang", version, sglang, "sglang = sglang.cli.main:main")),
        "stand-in-big": ("1.0", wheel("stand-in-big", "1.0", {"stand_in_big/data.bin": weight})),
        "stand-in-small": ("2.0", wheel("stand-in-small", "2.0", {"stand_in_small.py": b"x = 1\n"} | of_both[0])),
        "stand-in-other": ("2.1", wheel("stand-in-other", "2.1", of_both[1])),
    }


def write_lockfile(folder: Path, parts: Mapping[str, tuple[str, bytes]], disk: int | None = None) -> Path:
    """A lockfile of these packages for this processor; `disk` is the size on disk that it names for each."""
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


class FakeIndex(FileServer):
    """The server; `stalled` names a package whose file stops half way until `go` is set; `gone` answers 503."""

    def __init__(self, parts: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(Handler)
        self.files = {f"{_stem(n)}{version}-py3-none-any.whl": data for n, (version, data) in parts.items()}
        self.gone = False

    @property
    def url(self) -> str:
        return f"{self.address}/simple"

    def stalls(self, name: str) -> bool:
        return bool(self.stalled) and name.startswith(_stem(self.stalled))

    def bytes_of(self, package: str) -> int:
        """How many bytes of a package's file were sent."""
        return sum(count for name, count in self.served.items() if name.startswith(_stem(package)))


def _stem(package: str) -> str:
    """The prefix of the file name of a package's wheel."""
    return package.replace("-", "_") + "-"


class Handler(FileHandler):
    server: FakeIndex

    def get(self) -> None:
        parts = self.requested_path().strip("/").split("/")
        if self.server.gone:
            self.answer(503, b"gone", "text/plain")
        elif parts[0] == "simple" and len(parts) == 2:
            self._page(parts[1])
        elif parts[0] == "files" and parts[-1] in self.server.files:
            data = self.server.files[parts[-1]]
            self.begin(200, len(data), "application/octet-stream")
            self.send_file(parts[-1], data)
        else:
            self.answer(404, b"not here", "text/plain")

    def _page(self, package: str) -> None:
        names = [name for name in self.server.files if name.startswith(_stem(package))]
        links = "".join(f'<a href="/files/{name}">{name}</a>' for name in names)
        if names:
            self.answer(200, f"<!DOCTYPE html><html><body>{links}</body></html>".encode(), "text/html")
        else:
            self.answer(404, b"no such package", "text/plain")


@contextmanager
def running(parts: Mapping[str, tuple[str, bytes]]) -> Iterator[FakeIndex]:
    """The index while the block runs."""
    with serving(FakeIndex(parts)) as server:
        yield server
