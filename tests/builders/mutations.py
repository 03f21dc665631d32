"""Real files with something wrong: cut, bytes changed, pieces repeated or exchanged, also inside ZIP packages."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

LARGEST = 3_000_000  # bytes of a file that is changed
NUMBERS = (b"\x00" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x01\x00\x00\x00")


def write_mutations(sources: Path, target: Path, count: int, seed: int) -> int:
    """Write `count` changed versions of each file below a folder; returns how many. The same seed, the same files."""
    chance = random.Random(seed)
    written = 0
    for path in sorted(path for path in sources.rglob("*") if path.is_file() and 0 < path.stat().st_size <= LARGEST):
        data = path.read_bytes()
        for number in range(count):
            place = target / path.relative_to(sources).parent / f"{number:03} {path.name}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(mutated(data, chance))
            written += 1
    return written


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A changed version of the bytes of a file."""
    if data.startswith(b"PK") and chance.random() < 0.6:
        try:
            return _with_mutated_member(data, chance)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError, ValueError, OSError):
            pass  # protected, or broken already
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        _change(changed, chance)
    return bytes(changed)


def _with_mutated_member(data: bytes, chance: random.Random) -> bytes:
    """A package with one member changed and packed again, so that what is in it reaches its reader."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        names = package.namelist()
        chosen = chance.choice(names)
        for name in names:
            content = bytearray(package.read(name))
            if name == chosen:
                for _ in range(chance.randint(1, 4)):
                    _change(content, chance)
            copy.writestr(name, bytes(content))
    return made.getvalue()


def _change(data: bytearray, chance: random.Random) -> None:
    if not data:
        return
    at, length = chance.randrange(len(data)), chance.choice((1, 4, 64, 1024))
    match chance.randrange(7):
        case 0:
            del data[at:]
        case 1:
            del data[at : at + length]
        case 2:
            data[at : at + length] = chance.randbytes(min(length, len(data) - at))
        case 3:
            data[at : at + 4] = chance.choice(NUMBERS)
        case 4:
            data[at:at] = bytes(data[at : at + length]) * chance.choice((1, 10, 200))
        case 5:
            other = chance.randrange(len(data))
            data[at : at + length] = data[other : other + length]
        case _:
            data[at] ^= 1 << chance.randrange(8)
