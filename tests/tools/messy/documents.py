"""Chooses the documents of a messy library, and makes junk to go with them."""

from __future__ import annotations

import base64
import hashlib
import os
import random
import shutil
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

MAX_BYTES = 100_000  # of a file, so that a library is embedded in minutes
MAX_REQUIRED_BYTES = 700_000  # of a file that answers a question: some of them are whole books
WORDS_OF_JUNK = ("test", "testing", "foo", "asdf")
GOTHIC = [chr(number) for number in range(0x10330, 0x1034B)]


def choose(folders: Sequence[Path], count: int, required: Collection[str], to: Path) -> None:
    """Copy `count` files of all kinds into a folder, those whose path has one of the `required` parts first.

    The others are taken by turns from the kinds of each folder, and always the same ones.
    """
    found = [(folder, path) for folder in folders for path in _files_below(folder)]
    first = [(folder, path) for folder, path in found if any(part in str(path) for part in required)]
    found = [(folder, path) for folder, path in found if path.stat().st_size <= MAX_BYTES]
    known = {path for _, path in first}
    groups: dict[tuple[Path, str], list[tuple[Path, Path]]] = {}
    for folder, path in found:
        if path not in known:
            groups.setdefault((_package(folder, path), path.suffix.lower()), []).append((folder, path))
    for group in groups.values():
        group.sort(key=lambda pair: hashlib.sha256(os.fsencode(pair[1].relative_to(pair[0]))).digest())
    turns = (pair for turn in zip_longest(*groups.values()) for pair in turn if pair is not None)
    for folder, path in [*first, *turns][:count]:
        target = to / folder.name / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def make_junk(folder: Path) -> None:
    """Write files without language: digits, keys, encoded bytes, letters of dead scripts, and tests of a keyboard."""
    rng = random.Random(14)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(4):
        texts = {
            "numbers": "\n".join(" ".join(f"{rng.randrange(10**6):06d}" for _ in range(12)) for _ in range(120)),
            "encoded": base64.encodebytes(rng.randbytes(9_000)).decode(),
            "key": f"-----BEGIN KEY-----\n{base64.encodebytes(rng.randbytes(1_700)).decode()}-----END KEY-----\n",
            "dump": "\n".join(f"{16 * row:08x}  {rng.randbytes(16).hex(' ')}" for row in range(300)),
            "gothic": "\n".join(" ".join(_word(rng) for _ in range(9)) for _ in range(60)),
            "try": " ".join(rng.choices(WORDS_OF_JUNK, k=rng.randrange(1, 9))),
        }
        for name, text in texts.items():
            (folder / f"{name}{number}.txt").write_text(text, encoding="utf-8")


def _word(rng: random.Random) -> str:
    return "".join(rng.choices(GOTHIC, k=rng.randrange(2, 8)))


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= MAX_REQUIRED_BYTES:
            yield path


def _package(folder: Path, path: Path) -> Path:
    return folder / path.relative_to(folder).parts[0] if len(path.relative_to(folder).parts) > 1 else folder
