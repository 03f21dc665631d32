"""The embed stage against a real server, including its failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.engine.server import EngineServer
from core.errors import EngineAnswerError, EngineUnavailableError
from core.indexer.stages.embed import EmbedStage
from core.models import ENGLISH
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet
from tests.builders.catalogues import put_text
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote, set_fault
from tests.fakes.fake_engine import vector_of


class StageRun:
    """The embed stage with its catalogue, driven by the test's thread."""

    def __init__(self, root: Path, engine: Running) -> None:
        settings = remote(engine, batch_tokens=64)
        self.catalogue = Catalogue(root, writable=True)
        self.index_set = IndexSet(root, self.catalogue, ENGLISH, "lines", writable=True)
        self.server = EngineServer(settings, root / "logs")
        self.wake = threading.Event()
        self.stage = EmbedStage(self.catalogue, self.index_set, self.server, settings, wake=self.wake.set)

    def add(self, path: str, text: str) -> int:
        content = put_text(self.catalogue, path, text, self.index_set.chunking_id)
        self.stage.add([content])
        return content

    def step(self) -> None:
        self.wake.wait(min(0.05, self.stage.until_retry() or 0.05))
        self.wake.clear()
        self.stage.store()
        self.stage.submit()

    def drive(self) -> None:
        """Run until no passage waits."""
        end = time.monotonic() + 60
        while self.stage.waiting:
            assert time.monotonic() < end, f"{self.stage.waiting} passages still wait"
            self.step()

    def drive_until_error(self) -> None:
        end = time.monotonic() + 60
        while self.stage.error is None:
            assert time.monotonic() < end, "there was no error"
            self.step()

    def close(self) -> None:
        self.stage.cancel()
        self.server.stop()
        self.stage.close()
        self.index_set.close()
        self.catalogue.close()


@pytest.fixture
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture
def run(engine: Running, tmp_path: Path) -> Iterator[StageRun]:
    stage_run = StageRun(tmp_path, engine)
    yield stage_run
    stage_run.close()


def lines(count: int, word: str = "word") -> str:
    return "\n".join(f"line{n} says {' '.join(f'{word}{n + i}' for i in range(n % 17))}" for n in range(count))


def check_all_embedded(run: StageRun, text: str, content: int) -> None:
    """Every passage has its own vector, in the catalogue and in the index."""
    rows = run.catalogue.passages.of_content(content, run.index_set.chunking_id)
    for row in rows:
        requested = np.array(vector_of(text[row.start : row.stop], ENGLISH.dimension), np.float32)
        assert run.index_set.vectors.search(requested, 1)[0] == (row.id, pytest.approx(1.0, abs=0.002))
    assert set(run.catalogue.vectors.ids(run.index_set.model_id).tolist()) == set(run.index_set.vectors.ids().tolist())


def test_every_passage_gets_its_own_vector_once(run: StageRun) -> None:
    text = lines(60)
    content = run.add("/made/a.txt", text)
    run.drive()
    check_all_embedded(run, text, content)
    assert run.catalogue.vectors.sent_count() == run.stage.stored == 60
    assert run.catalogue.counts(run.index_set.model_id).embedded == 1


def test_a_content_without_passages_is_done_at_once(run: StageRun) -> None:
    run.add("/made/empty.txt", " ")
    assert run.stage.waiting == 0
    assert run.catalogue.counts(run.index_set.model_id).embedded == 1


def test_passages_without_language_are_done_without_the_engine(run: StageRun, engine: Running) -> None:
    digits = "\n".join(f"{number * 7919 % 10**6:06d} {number:08x}" for number in range(400))
    mixed = run.add("/mixed.txt", f"{lines(3)}\n{digits}")
    alone = run.add("/digits.txt", digits)
    run.drive()
    vectors = run.catalogue.vectors
    passages = run.catalogue.passages.of_content(alone, run.index_set.chunking_id)
    assert len(vectors.ids_of_content(run.index_set.model_id, alone)) == len(passages) > 3
    assert not vectors.waiting(run.index_set.model_id, run.index_set.chunking_id)
    indexed = set(run.index_set.vectors.ids().tolist())
    assert not indexed & {row.id for row in passages}
    assert indexed & set(vectors.ids_of_content(run.index_set.model_id, mixed).tolist())
    assert vectors.sent_count() == len(indexed)
    assert not run.catalogue.problems.all()


def test_nothing_is_embedded_again_after_a_new_start(run: StageRun, engine: Running, tmp_path: Path) -> None:
    run.add("/made/a.txt", lines(20))
    run.drive()
    run.stage.reload()
    assert run.stage.waiting == 0
    run.drive()
    assert run.catalogue.vectors.sent_count() == 20


@pytest.mark.parametrize(
    ("fault", "error"), [("refuse", EngineUnavailableError), ("garbage", EngineAnswerError), ("nan", EngineAnswerError)]
)
def test_a_failure_loses_nothing_and_is_over_by_itself(
    run: StageRun, engine: Running, fault: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.indexer.stages.embed.MIN_BACKOFF", 0.01)
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.01)
    run.server.start()
    run.server.wait_ready(60)
    set_fault(engine, fault)
    text = lines(30)
    content = run.add("/made/a.txt", text)
    run.drive_until_error()
    assert isinstance(run.stage.error, error)
    assert run.stage.waiting == 30
    assert run.stage.stored == 0
    set_fault(engine, "")
    run.server.start()
    run.drive()
    assert run.stage.error is None
    check_all_embedded(run, text, content)


def test_passages_that_are_dropped_on_the_way_leave_no_vector(run: StageRun, engine: Running) -> None:
    run.server.start()
    run.server.wait_ready(60)
    set_fault(engine, "slow=0.5")
    run.add("/made/gone.txt", lines(20, "gone"))
    text = lines(5, "kept")
    kept = run.add("/made/kept.txt", text)
    run.stage.submit()
    gone = [number for number, path in run.catalogue.files.all_paths() if path == b"/made/gone.txt"]
    run.catalogue.files.remove(gone)
    run.catalogue.contents.retire_orphans(1.0)
    run.stage.reload()
    run.drive()
    check_all_embedded(run, text, kept)
    assert len(run.index_set.vectors) == 5


def test_what_was_under_way_at_the_end_waits_the_next_time(engine: Running, tmp_path: Path) -> None:
    run = StageRun(tmp_path, engine)
    run.server.start()
    run.server.wait_ready(60)
    set_fault(engine, "slow=30")
    text = lines(20)
    content = run.add("/made/a.txt", text)
    run.stage.submit()
    run.close()
    set_fault(engine, "")
    again = StageRun(tmp_path, engine)
    assert again.stage.waiting == 20
    again.drive()
    check_all_embedded(again, text, content)
    again.close()
