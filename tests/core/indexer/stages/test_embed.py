"""Waiting passages to a real engine and back, through its failures."""

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
    """The meaning lane over a catalogue, driven by the test's own thread."""

    def __init__(self, root: Path, engine: Running) -> None:
        settings = remote(engine, batch_tokens=64)
        self.catalogue = Catalogue(root, writable=True)
        self.index_set = IndexSet(root, self.catalogue, ENGLISH, "lines", writable=True)
        self.server = EngineServer(settings, root / "logs")
        self.wake = threading.Event()
        self.embeddings = EmbedStage(self.catalogue, self.index_set, self.server, settings, wake=self.wake.set)

    def add(self, path: str, text: str) -> int:
        content = put_text(self.catalogue, path, text, self.index_set.chunking_id)
        self.embeddings.add([content])
        return content

    def step(self) -> None:
        self.wake.wait(min(0.05, self.embeddings.until_retry() or 0.05))
        self.wake.clear()
        self.embeddings.store()
        self.embeddings.feed()

    def drive(self) -> None:
        """Until nothing waits."""
        end = time.monotonic() + 60
        while self.embeddings.waiting:
            assert time.monotonic() < end, f"{self.embeddings.waiting} passages still wait"
            self.step()

    def drive_until_error(self) -> None:
        end = time.monotonic() + 60
        while self.embeddings.error is None:
            assert time.monotonic() < end, "there was no error"
            self.step()

    def close(self) -> None:
        self.embeddings.abandon()
        self.server.stop()
        self.embeddings.close()
        self.index_set.close()
        self.catalogue.close()


@pytest.fixture
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture
def retriever(engine: Running, tmp_path: Path) -> Iterator[StageRun]:
    made = StageRun(tmp_path, engine)
    yield made
    made.close()


def lines(count: int, word: str = "word") -> str:
    return "\n".join(f"line{n} says {' '.join(f'{word}{n + i}' for i in range(n % 17))}" for n in range(count))


def check_all_embedded(retriever: StageRun, text: str, content: int) -> None:
    """Every passage has its own vector, in the catalogue and in the index."""
    rows = retriever.catalogue.passages.of_content(content, retriever.index_set.chunking_id)
    for row in rows:
        wanted = np.array(vector_of(text[row.start : row.stop], ENGLISH.dimension), np.float32)
        assert retriever.index_set.vectors.search(wanted, 1)[0] == (row.id, pytest.approx(1.0, abs=0.002))
    assert set(retriever.catalogue.vectors.ids(retriever.index_set.model_id).tolist()) == set(
        retriever.index_set.vectors.ids().tolist()
    )


def test_every_passage_gets_its_own_vector_once(retriever: StageRun) -> None:
    text = lines(60)
    content = retriever.add("/made/a.txt", text)
    retriever.drive()
    check_all_embedded(retriever, text, content)
    assert retriever.catalogue.vectors.sent_count() == retriever.embeddings.stored == 60
    assert retriever.catalogue.counts(retriever.index_set.model_id).embedded == 1


def test_a_content_without_passages_is_done_at_once(retriever: StageRun) -> None:
    retriever.add("/made/empty.txt", " ")
    assert retriever.embeddings.waiting == 0
    assert retriever.catalogue.counts(retriever.index_set.model_id).embedded == 1


def test_nothing_is_embedded_again_after_a_new_start(retriever: StageRun, engine: Running, tmp_path: Path) -> None:
    retriever.add("/made/a.txt", lines(20))
    retriever.drive()
    retriever.embeddings.reload()
    assert retriever.embeddings.waiting == 0
    retriever.drive()
    assert retriever.catalogue.vectors.sent_count() == 20


@pytest.mark.parametrize(
    ("fault", "error"), [("refuse", EngineUnavailableError), ("garbage", EngineAnswerError), ("nan", EngineAnswerError)]
)
def test_a_failure_loses_nothing_and_is_over_by_itself(
    retriever: StageRun, engine: Running, fault: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.indexer.stages.embed.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.01)
    retriever.server.start()
    retriever.server.wait_ready(60)
    set_fault(engine, fault)
    text = lines(30)
    content = retriever.add("/made/a.txt", text)
    retriever.drive_until_error()
    assert isinstance(retriever.embeddings.error, error)
    assert retriever.embeddings.waiting == 30
    assert retriever.embeddings.stored == 0
    set_fault(engine, "")
    retriever.server.start()
    retriever.drive()
    assert retriever.embeddings.error is None
    check_all_embedded(retriever, text, content)


def test_passages_that_are_dropped_on_the_way_leave_no_vector(retriever: StageRun, engine: Running) -> None:
    retriever.server.start()
    retriever.server.wait_ready(60)
    set_fault(engine, "slow=0.5")
    retriever.add("/made/gone.txt", lines(20, "gone"))
    text = lines(5, "kept")
    kept = retriever.add("/made/kept.txt", text)
    retriever.embeddings.feed()
    gone = [number for number, path in retriever.catalogue.files.all_paths() if path == b"/made/gone.txt"]
    retriever.catalogue.files.remove(gone)
    retriever.catalogue.contents.retire_orphans(1.0)
    retriever.embeddings.reload()
    retriever.drive()
    check_all_embedded(retriever, text, kept)
    assert len(retriever.index_set.vectors) == 5


def test_what_was_under_way_at_the_end_waits_the_next_time(engine: Running, tmp_path: Path) -> None:
    retriever = StageRun(tmp_path, engine)
    retriever.server.start()
    retriever.server.wait_ready(60)
    set_fault(engine, "slow=30")
    text = lines(20)
    content = retriever.add("/made/a.txt", text)
    retriever.embeddings.feed()
    retriever.close()
    set_fault(engine, "")
    again = StageRun(tmp_path, engine)
    assert again.embeddings.waiting == 20
    again.drive()
    check_all_embedded(again, text, content)
    again.close()
