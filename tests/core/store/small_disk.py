"""A program that fills a small disk, frees it again, and checks that nothing was lost.

    python -m tests.core.store.small_disk CASE FOLDER

FOLDER is the root of a file system of a few megabytes. Exit code 0 when all is as it should be.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.document import Document
from core.errors import StorageFullError
from core.store.catalogue.catalogue import Catalogue
from core.store.lexical.index import LexicalIndex
from core.store.vector.index import VectorIndex
from tests.builders.catalogues import lines_of, put_text, unit_vectors

ATTEMPTS = 4000  # more than any of these disks can hold


def fill_disk(folder: Path) -> Path:
    """Fill the disk with a file, which is returned."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            for size in (65_536, 512, 1):
                while True:
                    try:
                        file.write(os.urandom(size))
                    except OSError:
                        break
        finally:
            os.fsync(file.fileno())
    return ballast


def raises_disk_full(action: Callable[[], object]) -> bool:
    """Whether an action ended because the disk is full."""
    try:
        action()
    except StorageFullError:
        return True
    return False


def incompressible_text(number: int, size: int) -> str:
    """Random words that do not compress."""
    source = random.Random(number)
    return " ".join(source.randbytes(4).hex() for _ in range(size // 9))


def catalogue(folder: Path) -> None:
    """Committed texts stay, the one that failed leaves nothing, and writing continues once there is space."""
    stored: dict[int, str] = {}
    reserve = folder / "reserve"
    reserve.write_bytes(os.urandom(500_000))
    database = Catalogue(folder, writable=True)
    chunking = database.passages.chunking_id("one")

    def store(number: int) -> None:
        text = incompressible_text(number, 40_000)
        stored[put_text(database, f"/made/{number}.txt", text, chunking)] = text

    failed = next(number for number in range(ATTEMPTS) if raises_disk_full(lambda number=number: store(number)))
    assert failed > 5, "the disk was full at once"
    assert len(database.files.all_paths()) == failed, "a part of a transaction was kept"
    assert raises_disk_full(lambda: store(failed)), "the second try did not meet the full disk"
    for content_id, text in stored.items():
        assert database.contents.text(content_id) == text
    database.close()

    ballast = fill_disk(folder)
    reopened = Catalogue(folder, writable=False)
    assert len(reopened.files.all_paths()) == failed, "what was committed is not readable on a full disk"
    reopened.close()
    ballast.unlink()
    reserve.unlink()

    database = Catalogue(folder, writable=True)
    database.files.remove([database.files.all_paths()[0][0]])
    assert database.contents.retire_orphans(1.0) != []
    put_text(database, "/made/after.txt", "small and new", chunking)
    assert database.content_of(b"/made/after.txt") is not None
    database.close()


def migration(folder: Path) -> None:
    """A catalogue that cannot be created raises StorageFullError, and is created once there is space."""
    ballast = fill_disk(folder)
    assert raises_disk_full(lambda: Catalogue(folder, writable=True)), "a catalogue was made without space"
    ballast.unlink()
    database = Catalogue(folder, writable=True)
    assert database.contents.put(b"hash", Document("text", "text"))
    database.close()


def words(folder: Path) -> None:
    """Committed passages are always found, and the same index continues once there is space."""
    index = LexicalIndex(folder / "words", writable=True)
    index.add(1, "", [(1, "lighthouse")], number=1)
    index.commit()
    ballast = fill_disk(folder)

    def add(first: int) -> None:
        for number in range(first, first + 3):
            text = incompressible_text(number, 60_000)
            index.add(number, "", [(number * 1000 + p.ordinal, text) for p in lines_of(text)], number=number)
        index.commit()

    for _ in range(3):
        assert raises_disk_full(lambda: add(2)), "the full disk was not met"
        assert (index.last_change, index.pending_change) == (1, 1), "lost changes count as committed"
        assert [number for number, _ in index.search("lighthouse", 5)] == [1]
    ballast.unlink()
    add(2)
    assert index.last_change == 4
    assert [number for number, _ in index.search(incompressible_text(3, 60_000)[:8], 5)] == [3000]
    index.close()
    again = LexicalIndex(folder / "words", writable=True)
    assert again.last_change == 4
    assert [number for number, _ in again.search("lighthouse", 5)] == [1]
    again.close()


def words_closed(folder: Path) -> None:
    """A library can be closed, and opened to search, while the disk is full."""
    index = LexicalIndex(folder / "words", writable=True)
    index.add(1, "", [(1, "lighthouse")], number=1)
    index.commit()
    index.add(2, "", [(2, incompressible_text(2, 60_000))], number=2)
    ballast = fill_disk(folder)
    index.close()
    reader = LexicalIndex(folder / "words", writable=False)
    assert [number for number, _ in reader.search("lighthouse", 5)] == [1]
    reader.close()
    ballast.unlink()
    again = LexicalIndex(folder / "words", writable=True)
    assert again.last_change == 1
    again.add(2, "", [(2, "harbour")], number=2)
    again.commit()
    assert [number for number, _ in again.search("harbour", 5)] == [2]
    again.close()


def vectors(folder: Path) -> None:
    """The files stay as they are, none is left in part, and the rest is appended once there is space."""
    path = folder / "vectors" / "one.vectors"
    index = VectorIndex(path, 64)
    index.add(np.arange(100), unit_vectors(list(range(100)), 64), 1)
    index.save()
    before = {file: file.read_bytes() for file in path.parent.iterdir()}
    ballast = fill_disk(folder)
    index.add(np.arange(100, 3000), unit_vectors(list(range(100, 3000)), 64), 1)
    assert raises_disk_full(index.save), "a file was written without space"
    assert {file: file.read_bytes() for file in path.parent.iterdir()} == before
    assert index.changed
    assert len(VectorIndex(path, 64)) == 100
    assert len(index.search(unit_vectors([2500], 64)[0], 3)) == 3
    ballast.unlink()
    index.save()
    assert len(VectorIndex(path, 64)) == 3000


CASES: dict[str, Callable[[Path], None]] = {
    case.__name__: case for case in (catalogue, migration, words, words_closed, vectors)
}

if __name__ == "__main__":
    CASES[sys.argv[1]](Path(sys.argv[2]))
