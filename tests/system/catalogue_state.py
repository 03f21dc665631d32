"""The state of a catalogue as comparable values, read with SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.settings import Settings
from core.store.catalogue.database import register_functions

Place = tuple[bytes, int]  # a content's hash, and a passage's ordinal in it


@dataclass(frozen=True)
class State:
    """Files with their passages and vectors, without ids, which depend on the order of events."""

    files: dict[bytes, tuple[Any, ...]]
    passages: dict[Place, tuple[int, ...]]
    vectors: dict[Place, bytes]

    def matrix(self) -> npt.NDArray[np.float32]:
        """The vectors as rows, in the order of their places."""
        rows = [np.frombuffer(self.vectors[place], "<f2") for place in sorted(self.vectors)]
        return np.stack(rows).astype(np.float32)


@contextmanager
def connected(library: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{library}/catalogue.sqlite?mode=rw", uri=True, timeout=20)) as connection:
        register_functions(connection)
        yield connection


def state_of(library: Path) -> State:
    with connected(library) as db:
        files = db.execute(
            """SELECT path, size, mtime_ns, inode, files.kind, state, problem, hash
            FROM files LEFT JOIN contents ON contents.id = content_id"""
        )
        passages = db.execute(
            """SELECT hash, ordinal, start, stop, tokens, page, line
            FROM passages JOIN contents ON contents.id = content_id WHERE let_go IS NULL"""
        )
        vectors = db.execute(
            """SELECT hash, ordinal, data, model_id, passage_id FROM vectors JOIN passages ON passages.id = passage_id
            JOIN contents ON contents.id = content_id WHERE let_go IS NULL"""
        )
        pieces: dict[tuple[int, int], bytes] = {}
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'vector_pieces'").fetchone():  # not in an older one
            for *key, data in db.execute("SELECT model_id, passage_id, data FROM vector_pieces ORDER BY 1, 2, piece"):
                pieces[key[0], key[1]] = pieces.get((key[0], key[1]), b"") + data
        return State(
            {row[0]: row[1:] for row in files},
            {(row[0], row[1]): row[2:] for row in passages},
            {(row[0], row[1]): row[2] + pieces.get((row[3], row[4]), b"") for row in vectors},
        )


def damage(library: Path) -> list[str]:
    """What SQLite's integrity check reports; empty if the catalogue is intact."""
    with connected(library) as db:
        words = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return words + [f"dangling: {row}" for row in db.execute("PRAGMA foreign_key_check")]


def count(library: Path, table: str) -> int:
    """How many rows a table has; 0 while there is no catalogue, or no such table in it."""
    try:
        with connected(library) as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def max_in_flight(library: Path, settings: Settings) -> int:
    """The most passages that may be in flight: as many requests as are allowed at once, of its shortest passages."""
    with connected(library) as db:
        tokens = [row[0] for row in db.execute("SELECT tokens FROM passages ORDER BY tokens")]
    fitting = (count for count, longest in enumerate(tokens, 1) if count * longest <= settings.batch_tokens)
    return settings.requests_in_flight * max(fitting, default=1)


def sent(library: Path) -> int:
    """How many passages were ever sent to an engine."""
    with connected(library) as db:
        row = db.execute("SELECT value FROM counters WHERE name = 'passages_embedded'").fetchone()
        return 0 if row is None else int(row[0])
