"""What shared libraries ask of the system: the sonames in their dynamic sections."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

LIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libresolv.so.2", "libutil.so.1"}
_DYNAMIC, _NEEDED = 6, 1


def is_elf(path: Path) -> bool:
    """Whether a file is a program or library of this format, 64-bit and little-endian."""
    with path.open("rb") as file:
        return file.read(6) == b"\x7fELF\x02\x01"


def needed(path: Path) -> Iterator[str]:
    """The sonames that a file asks for."""
    data = path.read_bytes()
    sections, size, count = struct.unpack_from("<Q", data, 40)[0], *struct.unpack_from("<HH", data, 58)
    headers = [struct.unpack_from("<IIQQQQIIQQ", data, sections + number * size) for number in range(count)]
    for _, kind, _, _, offset, length, link, *_ in headers:
        if kind != _DYNAMIC:
            continue
        strings = headers[link][4]
        for tag, value in struct.iter_unpack("<qQ", data[offset : offset + length]):
            if tag == _NEEDED:
                start = strings + value
                yield data[start : data.index(b"\0", start)].decode()


def reachable(files: Iterable[Path], own: dict[str, Path]) -> tuple[set[Path], set[str]]:
    """These files with all of `own` (by soname) that they need, and the sonames that they ask of the system."""
    to_read, seen, asked = list(files), set[Path](), set[str]()
    while to_read:
        path = to_read.pop()
        if path in seen:
            continue
        seen.add(path)
        for soname in needed(path):
            if soname in own:
                to_read.append(own[soname])
            elif soname not in LIBC and not soname.startswith("ld-linux"):
                asked.add(soname)
    return seen, asked
