"""A rebuild of the indexes can be canceled: what was found before is found again. One that is left alone goes on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.indexer.stages.index import IndexStage
from core.library import Library
from core.store.lexical import set_aside
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes

pytestmark = pytest.mark.slow

NOTES = 10


@pytest.fixture
def may_index(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is clear, no word index takes anything up: as if the library were so large that this takes long."""
    event, apply = threading.Event(), IndexStage.apply_changes
    event.set()
    monkeypatch.setattr(IndexStage, "apply_changes", lambda stage: event.is_set() and apply(stage))
    yield event
    event.set()


def found(library: Library, word: str) -> int:
    return len(library.search(word, 3, lanes=("words",)))


def test_a_canceled_rebuild_leaves_the_index_from_before(
    engine: Running, tmp_path: Path, may_index: threading.Event
) -> None:
    write_notes(tmp_path / "notes", NOTES)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        (tmp_path / "notes/file-003.txt").write_text("Changed before.", encoding="utf-8")
        library.indexing.rescan()
        library.wait(timeout=120)
        may_index.clear()
        library.diagnostics.rebuild()
        assert library.diagnostics.is_rebuilding()
        assert not found(library, "note7")
        (tmp_path / "notes/file-004.txt").unlink()
        (tmp_path / "notes/file-005.txt").write_text("Changed meanwhile.", encoding="utf-8")
        library.indexing.rescan()
        until(lambda: library.progress().names.done == NOTES - 1 and not library.progress().names.waiting)
        assert library.diagnostics.cancel_rebuild()
        assert found(library, "note7")  # nothing was indexed again
        may_index.set()
        library.diagnostics.wait_until_read()
        until(lambda: found(library, "meanwhile"))
        assert found(library, "before")
        assert [found(library, word) for word in ("note3", "note4", "note5")] == [0, 0, 0]
        assert not library.diagnostics.is_rebuilding()
        assert not library.diagnostics.cancel_rebuild()
        until(lambda: not library.diagnostics.examine().ailments)


def test_a_rebuild_goes_on_at_the_next_opening(engine: Running, tmp_path: Path, may_index: threading.Event) -> None:
    write_notes(tmp_path / "notes", NOTES)
    root = tmp_path / "library"
    with Library.open(root, remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        may_index.clear()
        library.diagnostics.rebuild()
        library.diagnostics.rebuild()  # keeps the complete index, not the one that was just begun
        assert library.diagnostics.is_rebuilding()
    may_index.set()
    with Library.open(root) as library:
        library.diagnostics.wait_until_read()
        until(lambda: not set_aside.is_set_aside(root))
        assert found(library, "note7")
        assert not library.diagnostics.examine().ailments
