"""A reranker that hangs, dies or is still starting: the hits stay as they are, and the next query works."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engine.reranker import RerankServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import reranking
from core.library import Library
from core.search.rank import rerank
from tests.core.engine.conftest import Running, fake
from tests.core.engine.supervised_engine import LONG, QUICK, fake_runtime, until
from tests.core.engine.test_reranker import settings_for
from tests.core.library.conftest import remote, write_notes

pytestmark = pytest.mark.slow

QUESTION = "word5 note2 begins"


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture
def library(engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(rerank, "BUDGET_SECONDS", 1.0)
    write_notes(tmp_path / "notes", 12)
    with Library.open(tmp_path / "library", remote(engine)) as made:
        made.add_folder(tmp_path / "notes")
        made.wait(timeout=120)
        yield made


def given(library: Library, folder: Path, fault: str = "") -> RerankServer:
    """A reranker for the library, which ends with it."""
    settings = settings_for(folder)
    backend = SglangBackend(settings, reranking(settings), fake_runtime(fault))
    server = RerankServer(settings, folder / "logs", backend=backend, backoff=QUICK)
    library._sessions.current.servers.reranker = server
    return server


def test_the_list_gets_better_in_steps_and_loses_nothing(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "BUDGET_SECONDS", 60.0)
    given(library, tmp_path).start()
    assert library._sessions.current.reranker.wait_ready(LONG)  # type: ignore[union-attr]
    *_, found = library.queries.retrieval_steps(QUESTION, 20)
    steps = list(library.queries.reranking_steps(QUESTION, found))
    assert all(sorted(hit.path for hit in step) == sorted(hit.path for hit in found) for step in steps)
    read = [sum(hit.answers is not None for hit in step) for step in steps]
    assert read[:2] == [rerank.BATCH_HITS, 12]


def test_without_one_that_is_ready_the_list_is_as_it_was(library: Library, tmp_path: Path) -> None:
    server = given(library, tmp_path)
    *_, found = library.queries.retrieval_steps(QUESTION, 20)
    assert all(hit.answers is None for step in library.queries.reranking_steps(QUESTION, found) for hit in step)
    until(lambda: server.status().state == "ready")  # it was woken by the question


def test_one_that_hangs_is_not_waited_for(library: Library, tmp_path: Path) -> None:
    server = given(library, tmp_path, "hang-later")
    server.start()
    server.wait_ready(LONG)
    *_, found = library.queries.retrieval_steps(QUESTION, 20)
    assert all(hit.answers is None for step in library.queries.reranking_steps(QUESTION, found) for hit in step)
    assert [hit.path for hit in library.search(QUESTION, 20)] == [hit.path for hit in found]
