"""Regenerates resources/engine: the packages of SGLang's environment, pinned by hash, with their sizes.

    uv run --no-project packaging/engine_lock.py [arguments for uv pip compile, such as --upgrade]

Writes for each processor a requirements file with the hashes of the matching wheels, and a table of sizes: bytes to
download and bytes unpacked (read from the directory at the end of each wheel, without downloading the rest).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

SGLANG = "0.5.23"
PYTHONS = ("3.11", "3.12")  # one of its packages has no wheels for newer ones
PROCESSORS = ("x86_64", "aarch64")
GLIBC = "manylinux_2_34"
FOLDER = Path(__file__).resolve().parent.parent / "resources" / "engine"
BLOCK = 1 << 18


class RemoteFile(RawIOBase):
    """A file on an HTTP server, read by range requests and cached by block."""

    def __init__(self, url: str, size: int) -> None:
        self.url = url
        self.size = size
        self.position = 0
        self.blocks: dict[int, bytes] = {}

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        self.position = {SEEK_SET: 0, SEEK_CUR: self.position, SEEK_END: self.size}[whence] + offset
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: Any) -> int:
        number = self.position // BLOCK
        if number not in self.blocks:
            self.blocks[number] = self.fetch(number * BLOCK)
        data = self.blocks[number][self.position % BLOCK :][: len(buffer)]
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)

    def fetch(self, start: int) -> bytes:
        if start >= self.size:
            return b""
        end = min(start + BLOCK, self.size) - 1
        request = urllib.request.Request(self.url, headers={"Range": f"bytes={start}-{end}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()


def unpacked(wheel: dict[str, Any]) -> int:
    with zipfile.ZipFile(BufferedReader(RemoteFile(wheel["url"], wheel["size"]))) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def run_compile(python: str, processor: str, output: Path, *more: str) -> None:
    command = ["uv", "pip", "compile", "-", "--quiet", "--python-version", python, "--only-binary", ":all:"]
    command += ["--python-platform", f"{processor}-{GLIBC}", "--no-emit-index-url", "--output-file", str(output), *more]
    subprocess.run(command, input=f"sglang=={SGLANG}\n", text=True, check=True)


def resolve(processor: str, more: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """The package of each name as each Python resolves it, in the same versions for all."""
    known = FOLDER / f"sglang-{processor}.txt"
    found: dict[str, dict[str, dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        if known.exists():
            pins.write_bytes(known.read_bytes())  # uv keeps to the versions that it finds in its output
        run_compile(PYTHONS[0], processor, pins, "--no-annotate", *more)
        for python in PYTHONS:
            lock = Path(folder) / f"pylock.{python.replace('.', '-')}.toml"
            run_compile(python, processor, lock, "--format", "pylock.toml", "--constraint", str(pins))
            for package in tomllib.loads(lock.read_text())["packages"]:
                found.setdefault(package["name"], {})[python] = package
    return found


def requirement(name: str, pythons: dict[str, dict[str, Any]]) -> str:
    versions = {package["version"] for package in pythons.values()}
    if len(versions) != 1:
        sys.exit(f"{name} has another version for each Python: {versions}")
    only = "" if len(pythons) == len(PYTHONS) else f' ; python_version == "{next(iter(pythons))}"'
    hashes = sorted({w["hashes"]["sha256"] for package in pythons.values() for w in package["wheels"]})
    return f"{name}=={versions.pop()}{only}" + "".join(f" \\\n    --hash=sha256:{value}" for value in hashes)


def sizes(found: dict[str, dict[str, dict[str, Any]]], known: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """[version, bytes to download, bytes unpacked] of each package's first wheel."""

    def one(name: str) -> list[Any]:
        package = next(iter(found[name].values()))
        wheel = package["wheels"][0]
        old = known.get(name, ["", 0, 0])
        if old[:2] == [package["version"], wheel["size"]]:
            return old
        return [package["version"], wheel["size"], unpacked(wheel)]

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(sorted(found), pool.map(one, sorted(found)), strict=True))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for processor in PROCESSORS:
        found = resolve(processor, sys.argv[1:])
        lines = ["# Made by packaging/lock.sh: do not edit.", *(requirement(n, p) for n, p in sorted(found.items()))]
        table = FOLDER / f"sglang-{processor}.json"
        known = json.loads(table.read_text())["packages"] if table.exists() else {}
        facts = {"version": SGLANG, "packages": sizes(found, known)}
        rows = ",\n".join(f'"{name}": {json.dumps(row)}' for name, row in facts["packages"].items())
        pythons = json.dumps(PYTHONS)
        table.write_text(
            f'{{"version": "{SGLANG}", "pythons": {pythons}, "headers": true, "packages": {{\n{rows}\n}}}}\n'
        )
        (FOLDER / f"sglang-{processor}.txt").write_text("\n".join(lines) + "\n")
        total = [sum(row[at] for row in facts["packages"].values()) / 1e9 for at in (1, 2)]
        print(f"{processor}: {len(found)} packages, {total[0]:.2f} GB to download, {total[1]:.2f} GB unpacked")


main()
