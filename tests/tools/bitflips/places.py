"""Where a bit may be flipped: every kind of data in a library's folder, each as likely as another."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from core.store.catalogue.checksums import CHECKED_TABLES, KEPT_TWICE
from core.store.integrity.pages import HEADER_BYTES
from core.store.integrity.verify import catalogue_path

PAGE = 4096  # bytes
SCHEMA_TABLES = ("sqlite_schema", "sqlite_master")  # the name depends on SQLite's version
LOG_SUFFIX = "-wal"


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit of one file: what kind of data is there, the file below the library's folder, the byte and the bit."""

    kind: str
    file: str
    byte: int
    bit: int

    def apply(self, root: Path) -> None:
        """Flip it; the file keeps its times, as it does on a failing disk."""
        path = root / self.file
        status = path.stat()
        with path.open("rb+") as file:
            file.seek(self.byte)
            value = file.read(1)[0]
            file.seek(self.byte)
            file.write(bytes((value ^ 1 << self.bit,)))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def __str__(self) -> str:
        return f"{self.kind}: bit {self.bit} of byte {self.byte} of {self.file}"


def flips(root: Path, count: int, source: random.Random) -> Iterator[Flip]:
    """Random flips, over all kinds of data in turn."""
    kinds = {**_catalogue_ranges(root), **_file_ranges(root)}
    names = sorted(kinds)
    for number in range(count):
        kind = names[number % len(names)]
        file, first, length = source.choices(kinds[kind], weights=[length for *_, length in kinds[kind]])[0]
        yield Flip(kind, file, first + source.randrange(length), source.randrange(8))


Range = tuple[str, int, int]  # file, first byte, number of bytes


def _catalogue_ranges(root: Path) -> dict[str, list[Range]]:
    """The pages of each table, of the lookup indexes and of the schema, the header, and the whole catalogue."""
    path = catalogue_path(root)
    tables = {*CHECKED_TABLES, *(f"{table.name}_copy" for table in KEPT_TWICE)}
    ranges: dict[str, list[Range]] = {
        "header": [(path.name, 0, HEADER_BYTES)],
        "catalogue": [(path.name, 0, path.stat().st_size)],
    }
    # Immutable, or closing it would take over the log.
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        for name, page in db.execute("SELECT name, pageno FROM dbstat"):
            kind = "schema" if name in SCHEMA_TABLES else f"table {name}" if name in tables else "lookup indexes"
            ranges.setdefault(kind, []).append((path.name, (page - 1) * PAGE, PAGE))
    return ranges


def _file_ranges(root: Path) -> dict[str, list[Range]]:
    """All other files, by the folder in which they are."""
    ranges: dict[str, list[Range]] = {}
    catalogue = catalogue_path(root)
    for path in sorted(root.rglob("*")):
        size = path.stat().st_size if path.is_file() and not path.is_symlink() else 0
        if not size or path == catalogue or path.name.endswith("-shm"):
            continue
        name = path.relative_to(root)
        kind = "log" if path.name.endswith(LOG_SUFFIX) else f"{name.parts[0]}/" if len(name.parts) > 1 else name.name
        if path.suffix == ".json" and kind == "words/":
            kind = f"words/{path.name}"
        ranges.setdefault(kind, []).append((str(name), 0, size))
    return ranges
