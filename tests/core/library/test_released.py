"""A library whose engine has released the GPU: queries return at once, indexing waits for it or wakes it."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.document import Hit
from core.engine.model_download.weights import Weights
from core.engine.sglang import backend as sglang
from core.engine.sglang.runtime import RUNTIME_VARIABLE
from core.indexer.stages.embed import EmbedStage
from core.library import Library
from tests.core.engine.supervised_engine import fake_runtime, members, sessions, sglang_settings
from tests.core.library.conftest import until, write_notes

pytestmark = pytest.mark.slow

QUESTION = "note1 begins"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library of two notes, searchable by meaning through SGLang's fake."""
    monkeypatch.setenv(RUNTIME_VARIABLE, json.dumps(dataclasses.asdict(fake_runtime())))
    monkeypatch.setattr(sglang, "GAUGE", 0.05)
    monkeypatch.setattr(sglang, "BUSY", 0.1)
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", sglang_settings(tmp_path, idle_minutes=1)) as opened:
        opened.add_folder(tmp_path / "notes")
        opened.wait("meaning", timeout=120)
        yield opened


def test_what_is_cut_by_letting_go_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RUNTIME_VARIABLE, json.dumps(dataclasses.asdict(fake_runtime("hang-later"))))
    monkeypatch.setattr(sglang.SglangBackend, "drain", 0.1)
    failed, true = threading.Event(), EmbedStage._retry_later

    def noticed(*arguments: Any) -> None:
        true(*arguments)
        failed.set()

    monkeypatch.setattr(EmbedStage, "_retry_later", noticed)
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", sglang_settings(tmp_path)) as library:
        library.add_folder(tmp_path / "notes")
        until(lambda: sum("Prefill batch" in line for line in library.engines.log()) > 2)
        library.engines.release()
        until(lambda: _is(library, "released"))
        assert failed.wait(120)
        library.indexing.rescan()  # is looked at after the failure was
        library.wait("words", timeout=120)
        progress = library.progress()
        assert progress.trouble is None
        assert progress.meaning.waiting == 2


def _retrievers(hits: list[Hit]) -> set[str]:
    return {retriever for hit in hits for retriever in hit.lanes}


def _is(library: Library, *states: str) -> bool:
    return library.progress().engine.state in states


def _engines(folder: Path) -> list[int]:
    return [each.pid for session in sessions(folder / "library") for each in members(session)]


def test_a_question_is_answered_at_once_and_by_meaning_when_the_engine_is_back(
    library: Library, tmp_path: Path
) -> None:
    library.engines.release()
    until(lambda: _is(library, "released"))
    assert _engines(tmp_path) == []
    steps = library.queries.search_steps(QUESTION)
    assert _retrievers(next(steps)) == {"words"}
    assert _is(library, "released"), "the first answer waits for nothing"
    assert "meaning" in _retrievers(next(steps))
    until(lambda: _is(library, "ready", "busy"))  # the indexer's thread tells of it, in its own time


def test_what_a_server_may_be_using_is_deleted_when_it_is_gone(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sglang.SglangBackend, "drain", 0.1)
    running: list[list[int]] = []
    monkeypatch.setattr(Weights, "delete", lambda _weights: running.append(_engines(tmp_path)))
    assert _engines(tmp_path) != []
    library.engines.setup.delete("qwen3-0.6b")
    job = library.engines.setup.wait(120)
    assert job is not None
    assert job.state == "done"
    assert running == [[]]
    until(lambda: _is(library, "released"))  # the indexer's thread tells of it, in its own time
    library.engines.setup.delete("qwen3-0.6b")  # nothing runs: nobody waits
    library.engines.setup.wait(120)
    assert running == [[], []]


def test_an_idle_engine_is_unloaded_and_only_work_brings_it_back(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sglang, "MINUTE", 0.3)
        library.change_settings(sglang_settings(tmp_path, idle_minutes=1, readers=1))
        library.engines.start()
        until(lambda: _is(library, "released"))
    library.indexing.rescan()
    library.wait("meaning", timeout=120)
    assert _is(library, "released"), "nothing waits for it"
    write_notes(tmp_path / "notes", 3)
    library.indexing.rescan()
    library.wait("meaning", timeout=120)
    assert library.progress().meaning.done == 3
    until(lambda: _is(library, "released"))
    assert _engines(tmp_path) == []


def test_work_does_not_take_back_a_card_that_a_person_released(library: Library, tmp_path: Path) -> None:
    library.engines.release()
    until(lambda: _is(library, "released"))
    write_notes(tmp_path / "notes", 3)
    library.indexing.rescan()
    library.wait("words", timeout=120)
    assert library.progress().meaning.waiting == 1
    assert _is(library, "released")
    library.engines.start()
    library.wait("meaning", timeout=120)
    assert library.progress().meaning.done == 3


def test_memory_that_is_given_back_is_taken_again(library: Library, tmp_path: Path) -> None:
    def found() -> list[tuple[str, frozenset[str]]]:
        return [(hit.path, frozenset(hit.lanes)) for hit in library.search(QUESTION)]

    library.engines.wait_ready(120)
    before = found()
    assert any("meaning" in lanes for _, lanes in before)
    library.queries.release_memory()
    until(lambda: _is(library, "ready"))  # a busy engine is left alone
    library.engines.unload()
    until(lambda: _is(library, "released"))
    write_notes(tmp_path / "notes", 3)
    library.indexing.rescan()
    library.wait("meaning", timeout=120)  # what was only unloaded comes back for work
    assert library.progress().meaning.done == 3
    library.queries.release_memory()
    assert set(before) <= set(found())
