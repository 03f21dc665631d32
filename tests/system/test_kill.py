"""kill -9 during indexing: nothing stored is lost or embedded again, and the result is the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest

from core import paths, settings
from core.document import Hit
from core.library import Library
from core.settings import Settings
from tests.builders.random_folder import Generator
from tests.core.engine.conftest import KEY, Running, fake
from tests.processes import lives
from tests.system.catalogue_state import State, connected, count, damage, max_in_flight, sent, state_of
from tests.waiting import StallWatch, wait_until

pytestmark = pytest.mark.slow

SEED = 20240607
FILES = 150
POLL_SECONDS = 0.004  # seconds between two polls of the progress
SPARE = 40  # passages that an engine embeds after the awaited ones, so that vectors are stored when the kill comes
EXIT_SECONDS = 60.0  # seconds in which the children of a killed process must end
IN_FLIGHT = 3
SMALL = {"passage_tokens": 160, "overlap_tokens": 16, "batch_tokens": 1024, "requests_in_flight": IN_FLIGHT}


@dataclass(frozen=True)
class Instant:
    """When to kill: `delay` seconds after `more` rows of a table (or a commit of the lexical index) arrived.

    `arrives` is a folder of documents that only exists from then on, so that there is something to index. The engine
    falls silent before all is embedded, so that however late the kill comes it interrupts something.
    """

    phase: str
    more: int
    delay: float
    arrives: str = ""

    @property
    def fault(self) -> str:
        """The engine's meanwhile: it is slow, and embeds only so many passages."""
        return f"slow=0.1,hold-after={self.more + SPARE if self.phase == 'vectors' else 0}"


def instants() -> list[Instant]:
    """Ten random instants over all phases of a run."""
    chance = random.Random(SEED)
    return [
        Instant("start", 0, chance.uniform(0.2, 1.5)),
        Instant("files", 1, chance.uniform(0, 0.02), arrives="part-6"),
        Instant("contents", chance.randint(1, 15), chance.uniform(0, 0.02), arrives="part-5"),
        Instant("contents", chance.randint(1, 15), chance.uniform(0, 0.1), arrives="part-4"),
        Instant("words", 1, chance.uniform(0, 0.02), arrives="part-3"),
        Instant("vectors", 1, chance.uniform(0, 0.1)),
        *(Instant("vectors", chance.randint(40, 120), chance.uniform(0, 0.2)) for _ in range(4)),
    ]


class Run:
    """A child process that indexes a folder."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.library = library
        self._log = library.with_suffix(".log")
        command = [sys.executable, "-m", "core", "index", str(folder), "--library", str(library)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=paths.resources().parent, stdout=log, stderr=log)

    def finish(self) -> None:
        wait_until(lambda: self._process.poll() is not None, "the run's end")
        assert self._process.returncode == 0, self._log.read_text()[-3000:]

    def kill_at(self, instant: Instant) -> list[psutil.Process]:
        """Kill it at that instant; returns its child processes."""
        watch = StallWatch(f"{instant} is reached")
        before = _progress(self.library, instant.phase)
        while _progress(self.library, instant.phase) < before + instant.more:
            watch.check()
            self._wait(POLL_SECONDS)
        self._wait(instant.delay)
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        assert self._process.wait() == -9, f"it ended before {instant}: {self._log.read_text()[-2000:]}"
        return children

    def _wait(self, seconds: float) -> None:
        """Wait this long; fails if the process ends by itself."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        pytest.fail(f"ended with {code} before it could be killed: {self._log.read_text()[-2000:]}")


def _progress(library: Path, phase: str) -> int:
    if phase == "start":
        return 0
    if phase == "words":
        return sum(file.stat().st_mtime_ns for file in library.glob("words/*/reached.json"))
    return count(library, phase)


def _gone(processes: list[psutil.Process]) -> bool:
    """Whether all have ended within EXIT_SECONDS; zombies have."""
    until = time.monotonic() + EXIT_SECONDS
    while any(map(lives, processes)):
        if time.monotonic() > until:
            return False
        psutil.wait_procs(processes, timeout=0.1)
    return True


@contextmanager
def _postponed(documents: Path, later: Path) -> Iterator[None]:
    """Move the folders that arrive later away; in the end all are at their places."""
    later.mkdir()
    for name in (instant.arrives for instant in instants() if instant.arrives):
        (documents / name).rename(later / name)
    yield
    for folder in later.iterdir():
        folder.rename(documents / folder.name)


@contextmanager
def _with_fault(engine: Running, given: str) -> Iterator[None]:
    """Give the fake engine a fault meanwhile."""
    for fault in (given, ""):
        body = json.dumps({"fault": fault}).encode()
        url = engine.url.removesuffix("/v1") + "/fault"
        urllib.request.urlopen(urllib.request.Request(url, body), timeout=20).close()
        if fault:
            yield


@pytest.fixture(scope="module")
def remote() -> Iterator[Running]:
    with fake() as engine:
        yield engine


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    place = tmp_path_factory.mktemp("generated") / "documents"
    return place, Generator(place, files=FILES, seed=SEED).queries


def _new_library(place: Path, choice: Settings) -> Path:
    place.mkdir()
    settings.save(choice, place / settings.SETTINGS_NAME)
    return place


def _answers(library: Path, queries: list[str]) -> list[list[tuple[object, ...]]]:
    """What each retriever finds, best first. Fused lists are not compared: ties depend on the order of reading."""
    with Library.open(library, read_only=True) as opened:
        return [
            [_shown(hit) for hit in opened.search(query, 5, lanes=[retriever])]
            for query in queries
            for retriever in ("words", "meaning")
        ]


def _shown(hit: Hit) -> tuple[object, ...]:
    return sorted((hit.path, *hit.also_at)), hit.title, hit.page, hit.lanes, hit.snippet, hit.marks


def _is_made(library: Path) -> bool:
    """Whether the catalogue has its tables: they are all made in one transaction."""
    with connected(library) as database:
        return bool(database.execute("PRAGMA user_version").fetchone()[0])


def _check_after_kill(library: Path, before: tuple[int, int], in_flight: int) -> tuple[int, int]:
    """The library opens, and what was sent is stored except what was in flight; returns (stored, sent)."""
    if not (library / "catalogue.sqlite").is_file() or not _is_made(library):
        return before
    assert damage(library) == []
    with Library.open(library, read_only=True) as opened:
        progress = opened.progress()
    stored, ever_sent = count(library, "vectors"), progress.passages_embedded
    assert stored >= before[0]
    assert ever_sent - before[1] <= stored - before[0] + in_flight
    return stored, ever_sent


def test_ten_kills_and_the_end_is_the_same(tmp_path: Path, remote: Running, folder: tuple[Path, list[str]]) -> None:
    documents, queries = folder
    choice = Settings(model="english", engine="remote", remote_url=remote.url, remote_key=KEY, **SMALL)
    calm, killed = (_new_library(tmp_path / name, choice) for name in ("calm", "killed"))
    Run(documents, calm).finish()
    in_flight = max_in_flight(calm, choice)

    kept = (0, 0)
    with _postponed(documents, tmp_path / "later"):
        for instant in instants():
            if instant.arrives:
                (tmp_path / "later" / instant.arrives).rename(documents / instant.arrives)
            with _with_fault(remote, instant.fault):
                children = Run(documents, killed).kill_at(instant)
                assert _gone(children), f"{instant} left {children}"
            kept = _check_after_kill(killed, kept, in_flight)
    assert 0 < kept[0] < count(calm, "vectors"), "the last kill came too late to interrupt anything"
    Run(documents, killed).finish()

    whole = state_of(killed)
    assert whole == state_of(calm)
    assert damage(killed) == []
    assert sent(killed) - kept[1] == len(whole.vectors) - kept[0], "the last run embedded what was stored already"
    answers = _answers(killed, queries)
    assert all(len(hits) == 5 for hits in answers)
    assert answers == _answers(calm, queries)


def test_a_run_over_a_finished_library_embeds_nothing(
    tmp_path: Path, remote: Running, folder: tuple[Path, list[str]]
) -> None:
    choice = Settings(model="english", engine="remote", remote_url=remote.url, remote_key=KEY, **SMALL)
    library = _new_library(tmp_path / "library", choice)
    Run(folder[0], library).finish()
    once = sent(library)
    Run(folder[0], library).finish()
    assert once == count(library, "vectors") == count(library, "passages")
    assert sent(library) == once


def test_the_embedded_engine_and_the_readers_go_with_the_killed_process(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    Generator(documents, files=64, seed=SEED + 1)
    choice = Settings(model="english", **SMALL)
    calm, killed = (_new_library(tmp_path / name, choice) for name in ("calm", "killed"))
    children = Run(documents, killed).kill_at(Instant("vectors", 1, 0.05))
    assert len(children) >= 2, "an engine and a reader at least"
    assert _gone(children)
    stored = state_of(killed).vectors
    Run(documents, killed).finish()
    Run(documents, calm).finish()

    ended, expected = state_of(killed), state_of(calm)
    assert (ended.files, ended.passages) == (expected.files, expected.passages)
    assert ended.vectors.keys() == expected.vectors.keys()
    assert stored.items() <= ended.vectors.items(), "a stored vector was made again"
    assert _cosines(ended, expected).min() > 0.99


def _cosines(one: State, other: State) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    cosines: np.ndarray[tuple[int], np.dtype[np.float32]] = np.sum(one.matrix() * other.matrix(), axis=1)
    return cosines
