"""Watched folders, the process that indexes them, and what a new index of them would be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import paths, settings
from core.library import Library
from core.settings import Settings
from core.store.lexical.index import LexicalIndex
from tests.core.engine.conftest import KEY, Running
from tests.system.catalogue_state import State, connected, state_of
from tests.waiting import StallWatch

WAIT_SECONDS = 240.0  # seconds that the process may take to end on a busy machine
POLL_SECONDS = 0.1
ROOTS = ("docs", "other")


Shape = tuple[Settings, frozenset[tuple[Any, ...]]]


@dataclass(frozen=True)
class Index:
    """The contents of a library, without ids, which depend on the order of events."""

    state: State
    folders: dict[bytes, bool]  # whether each is connected
    words: frozenset[tuple[bytes, int]]  # the passages in the lexical index, each as (content's hash, ordinal)


def index_of(library: Path) -> Index:
    with connected(library) as db:
        folders = {row[0]: bool(row[1]) for row in db.execute("SELECT path, connected FROM folders")}
        places = {row[0]: (row[1], row[2]) for row in db.execute(PLACES)}
    found = [places.get(number, (b"no such passage", number)) for number in word_passages(library)]
    assert len(set(found)) == len(found), "a passage is in the word index twice"
    return Index(state_of(library), folders, frozenset(found))


PLACES = "SELECT passages.id, hash, ordinal FROM passages JOIN contents ON contents.id = content_id"
VECTORS = """SELECT passage_id FROM vectors JOIN passages ON passages.id = passage_id
    JOIN contents ON contents.id = content_id WHERE let_go IS NULL ORDER BY 1"""


def word_passages(library: Path) -> list[int]:
    """The ids of the passages in the lexical index."""
    folders = [folder for folder in (library / "words").glob("*") if (folder / "meta.json").exists()]
    return [int(number) for folder in folders for number in LexicalIndex(folder, writable=False).passage_ids()]


class IndexingProcess:
    """The running process; its standard error is logged for a failure."""

    def __init__(self, library: Path, log: Path) -> None:
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.indexing_process", str(library)],
            cwd=paths.resources().parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True,
        )  # fmt: skip
        self._line()

    def ask(self, **question: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question or {"look": True}) + "\n")
        self._process.stdin.flush()
        return self._line()

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._reap()

    def close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        code = self._process.wait(WAIT_SECONDS)
        self._reap()
        assert code == 0, Path(self._log.name).read_text(encoding="utf-8", errors="replace")[-3000:]

    def _reap(self) -> None:
        self._process.wait(WAIT_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()
        self._log.close()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(Path(self._log.name).read_text(encoding="utf-8", errors="replace")[-3000:])
        answer: dict[str, Any] = json.loads(line)
        return answer


class World:
    """Two watched roots, a folder outside of them, and the library that follows."""

    def __init__(self, place: Path, engine: Running) -> None:
        self.place = place
        self.library = place / "library"
        self._choice = Settings(model="english", engine="remote", remote_url=engine.url, remote_key=KEY, readers=1)
        self._fresh: dict[Shape, Index] = {}
        self._indexing_process: IndexingProcess | None = None
        self.library.mkdir()
        settings.save(self._choice, self.library / settings.SETTINGS_NAME)
        for root in ROOTS:
            (place / root).mkdir()

    def indexing_process(self) -> IndexingProcess:
        """The process, started if it is not running."""
        if self._indexing_process is None:
            self._indexing_process = IndexingProcess(self.library, self.place / "indexing.log")
            for root in ROOTS:
                self._indexing_process.ask(add=str(self.place / root))
        return self._indexing_process

    def kill(self) -> None:
        if self._indexing_process is not None:
            self._indexing_process.kill()
            self._indexing_process = None

    def close(self) -> None:
        if self._indexing_process is not None:
            indexing_process, self._indexing_process = self._indexing_process, None
            indexing_process.close()

    def exclude(self, names: list[str]) -> None:
        self._choice = replace(self._choice, exclude=tuple(names))
        self.indexing_process().ask(exclude=names)

    def settle(self) -> Index:
        """Wait until the library is what a new one would be, idle, on disk and in memory."""
        expected = self.fresh()
        indexing_process = self.indexing_process()
        self._until(lambda: "; ".join(indexing_process.ask()["busy"]) or difference(self.current(), expected))
        self._until(lambda: self._memory_fault(indexing_process))
        return expected

    def fresh(self) -> Index:
        """What a new library of the same folders would contain; cached by files and settings."""
        shape = (self._choice, self._files())
        if shape not in self._fresh:
            self._fresh[shape] = self._build_index(self.place / f"fresh-{len(self._fresh)}")
        return self._fresh[shape]

    def _build_index(self, place: Path) -> Index:
        with Library.open(place, self._choice) as library:
            for root in ROOTS:
                library.add_folder(self.place / root)
            library.wait()
        return index_of(place)

    def _files(self) -> frozenset[tuple[Any, ...]]:
        """What the result depends on: every path with its stat and its bytes."""
        found = [path for root in ROOTS for path in (self.place / root).rglob("*")]
        stats = [(path, path.lstat()) for path in found]
        return frozenset(
            (path, stat.st_ino, stat.st_size, stat.st_mtime_ns, path.read_bytes() if path.is_file() else None)
            for path, stat in stats
        )

    def current(self) -> Index:
        return index_of(self.library)

    def log(self) -> str:
        """The end of the library's log."""
        path = self.library / "logs" / "library.log"
        return path.read_text(encoding="utf-8")[-2000:] if path.exists() else ""

    def without(self, root: str) -> Index:
        """The contents once the library knows that a root is disconnected."""
        indexing_process = self.indexing_process()
        indexing_process.ask(add=str(self.place / next(other for other in ROOTS if other != root)))
        path = os.fsencode(self.place / root)
        self._until(
            lambda: "; ".join(indexing_process.ask()["busy"]) or ("still there" if self.current().folders[path] else "")
        )
        return self.current()

    def _memory_fault(self, indexing_process: IndexingProcess) -> str:
        """How memory differs from the catalogue; empty if it does not."""
        seen = indexing_process.ask()
        with connected(self.library) as db:
            vectors = [row[0] for row in db.execute(VECTORS)]
            files = [row[0] for row in db.execute("SELECT id FROM files ORDER BY 1")]
        is_right = sorted(seen["vectors"]) == vectors and seen["names"] == files and seen["trouble"] is None
        return "" if is_right else f"{seen}, not {vectors} and {files}"

    def _until(self, wrong: Callable[[], str]) -> None:
        """Wait until nothing is wrong; raises AssertionError with what was, and when."""
        pause, watch = threading.Event(), StallWatch("it is as expected")
        start = time.monotonic()
        seen: dict[str, float] = {}
        while found := wrong():
            seen.setdefault(found, round(time.monotonic() - start, 1))
            try:
                watch.check()
            except AssertionError as error:
                lines = [str(error), *(f"{when} s: {what}" for what, when in seen.items())]
                raise AssertionError("\n".join(lines)) from error
            pause.wait(POLL_SECONDS)


def difference(current: Index, expected: Index) -> str:
    """The differences, part by part; empty if there are none."""
    parts = {
        "files": (current.state.files, expected.state.files),
        "passages": (current.state.passages, expected.state.passages),
        "vectors": (current.state.vectors, expected.state.vectors),
        "words": (dict.fromkeys(current.words), dict.fromkeys(expected.words)),
        "folders": (current.folders, expected.folders),
    }
    found = []
    for name, (here, there) in parts.items():
        other = {key: (here.get(key), there.get(key)) for key in here.keys() | there.keys()}  # type: ignore[attr-defined]
        wrong = {key: both for key, both in other.items() if both[0] != both[1]}
        found += [f"{name}: {str(wrong)[:800]}"] if wrong else []
    return "; ".join(found)


@contextmanager
def world(place: Path, engine: Running) -> Iterator[World]:
    made = World(place, engine)
    try:
        yield made
    finally:
        made.kill()
