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


class Lane:
    """The meaning lane over a catalogue, driven by the test's own thread."""

    def __init__(self, root: Path, engine: Running) -> None:
        settings = remote(engine, batch_tokens=64)
        self.catalogue = Catalogue(root, writable=True)
        self.shelf = IndexSet(root, self.catalogue, ENGLISH, "lines", writable=True)
        self.server = EngineServer(settings, root / "logs")
        self.wake = threading.Event()
        self.embeddings = EmbedStage(self.catalogue, self.shelf, self.server, settings, wake=self.wake.set)

    def add(self, path: str, text: str) -> int:
        content = put_text(self.catalogue, path, text, self.shelf.recipe_id)
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
        self.shelf.close()
        self.catalogue.close()


@pytest.fixture
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture
def lane(engine: Running, tmp_path: Path) -> Iterator[Lane]:
    made = Lane(tmp_path, engine)
    yield made
    made.close()


def lines(count: int, word: str = "word") -> str:
    return "\n".join(f"line{n} says {' '.join(f'{word}{n + i}' for i in range(n % 17))}" for n in range(count))


def check_all_embedded(lane: Lane, text: str, content: int) -> None:
    """Every passage has its own vector, in the catalogue and in the index."""
    rows = lane.catalogue.contents.passages_of(content, lane.shelf.recipe_id)
    for row in rows:
        wanted = np.array(vector_of(text[row.start : row.stop], ENGLISH.dimension), np.float32)
        assert lane.shelf.vectors.search(wanted, 1)[0] == (row.id, pytest.approx(1.0, abs=0.002))
    assert set(lane.catalogue.vectors.ids(lane.shelf.model_id).tolist()) == set(lane.shelf.vectors.ids().tolist())


def test_every_passage_gets_its_own_vector_once(lane: Lane) -> None:
    text = lines(60)
    content = lane.add("/made/a.txt", text)
    lane.drive()
    check_all_embedded(lane, text, content)
    assert lane.catalogue.vectors.sent() == lane.embeddings.stored == 60
    assert lane.catalogue.counts(lane.shelf.model_id).embedded == 1


def test_a_content_without_passages_is_done_at_once(lane: Lane) -> None:
    lane.add("/made/empty.txt", " ")
    assert lane.embeddings.waiting == 0
    assert lane.catalogue.counts(lane.shelf.model_id).embedded == 1


def test_nothing_is_embedded_again_after_a_new_start(lane: Lane, engine: Running, tmp_path: Path) -> None:
    lane.add("/made/a.txt", lines(20))
    lane.drive()
    lane.embeddings.reload()
    assert lane.embeddings.waiting == 0
    lane.drive()
    assert lane.catalogue.vectors.sent() == 20


@pytest.mark.parametrize(
    ("fault", "error"), [("refuse", EngineUnavailableError), ("garbage", EngineAnswerError), ("nan", EngineAnswerError)]
)
def test_a_failure_loses_nothing_and_is_over_by_itself(
    lane: Lane, engine: Running, fault: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.indexer.stages.embed.FIRST_PAUSE", 0.01)
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.01)
    lane.server.start()
    lane.server.wait_ready(60)
    set_fault(engine, fault)
    text = lines(30)
    content = lane.add("/made/a.txt", text)
    lane.drive_until_error()
    assert isinstance(lane.embeddings.error, error)
    assert lane.embeddings.waiting == 30
    assert lane.embeddings.stored == 0
    set_fault(engine, "")
    lane.server.start()
    lane.drive()
    assert lane.embeddings.error is None
    check_all_embedded(lane, text, content)


def test_passages_that_are_dropped_on_the_way_leave_no_vector(lane: Lane, engine: Running) -> None:
    lane.server.start()
    lane.server.wait_ready(60)
    set_fault(engine, "slow=0.5")
    lane.add("/made/gone.txt", lines(20, "gone"))
    text = lines(5, "kept")
    kept = lane.add("/made/kept.txt", text)
    lane.embeddings.feed()
    gone = [number for number, path in lane.catalogue.files.names() if path == b"/made/gone.txt"]
    lane.catalogue.files.drop(gone)
    lane.catalogue.contents.retire_orphans(1.0)
    lane.embeddings.reload()
    lane.drive()
    check_all_embedded(lane, text, kept)
    assert len(lane.shelf.vectors) == 5


def test_what_was_under_way_at_the_end_waits_the_next_time(engine: Running, tmp_path: Path) -> None:
    lane = Lane(tmp_path, engine)
    lane.server.start()
    lane.server.wait_ready(60)
    set_fault(engine, "slow=30")
    text = lines(20)
    content = lane.add("/made/a.txt", text)
    lane.embeddings.feed()
    lane.close()
    set_fault(engine, "")
    again = Lane(tmp_path, engine)
    assert again.embeddings.waiting == 20
    again.drive()
    check_all_embedded(again, text, content)
    again.close()
