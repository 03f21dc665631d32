"""Changes in watched folders are found without a rescan: files saved, moved and deleted."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.indexer.stages.extract import ExtractStage
from core.library import Library
from tests.builders.large_trees import opens_counted
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes

pytestmark = pytest.mark.slow


def places(library: Library, text: str) -> set[str]:
    """The files that are found by a word."""
    hits = library.search(text, 50, lanes=("words",))
    return {path for hit in hits for path in hit.paths}


def named(library: Library, text: str) -> set[str]:
    """The names of the files that are found by a word."""
    return {Path(path).name for path in places(library, text)}


def test_a_document_is_found_once_it_is_saved_and_gone_once_it_is_deleted(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        (notes / "heron.txt").write_text("A lonely heron.", encoding="utf-8")
        until(lambda: named(library, "heron") == {"heron.txt"})
        beside = notes / "heron.txt~"
        beside.write_text("A lonely badger by now.", encoding="utf-8")
        os.replace(beside, notes / "heron.txt")
        until(lambda: named(library, "badger") == {"heron.txt"} and not named(library, "heron"))
        (notes / "heron.txt").unlink()
        until(lambda: not named(library, "badger"))
        progress = library.wait(timeout=60)
        assert (progress.names.done, progress.meaning.done) == (3, 3)


def test_a_wait_has_counted_what_a_search_knows_already(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes, dawdle, true = tmp_path / "notes", threading.Event(), ExtractStage.store
    write_notes(notes, 2)

    def store(readings: ExtractStage) -> list[int]:  # between what was noticed and what is counted
        dawdle.wait(0.3)
        return true(readings)

    monkeypatch.setattr(ExtractStage, "store", store)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        (notes / "file-001.txt").unlink()
        until(lambda: not named(library, "note1"))
        assert library.wait(timeout=60).names.done == 1


def test_a_renamed_folder_of_many_files_embeds_nothing(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    write_notes(notes / "old", 200, words=20)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        before = library.wait(timeout=120)
        (notes / "old").rename(notes / "new")
        until(lambda: places(library, "note7") == {str(notes / "new" / "file-007.txt")})
        after = library.wait(timeout=120)
        assert after.passages_embedded == before.passages_embedded == 200
        assert (after.names, after.words, after.meaning) == (before.names, before.words, before.meaning)
        assert (after.passages_done, after.passages_total) == (200, 200)


def test_a_move_between_two_folders_embeds_nothing(engine: Running, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    write_notes(here, 10)
    there.mkdir()
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(here)
        library.add_folder(there)
        before = library.wait(timeout=60).passages_embedded
        for path in list(here.iterdir()):
            path.rename(there / path.name)
        until(lambda: [folder.files for folder in library.folders()] == [0, 10])
        after = library.wait(timeout=60)
        assert (after.passages_embedded, after.meaning.done) == (before, 10)


def test_a_burst_is_indexed_once(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    write_notes(tmp_path / "made", 1_000, words=3)
    with Library.open(tmp_path / "library", remote(engine, requests_in_flight=8), watch=True) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        shutil.copytree(tmp_path / "made", notes / "unpacked")
        until(lambda: library.progress().names.done == 1_000)
        progress = library.wait(timeout=200)
        assert (progress.words.done, progress.meaning.done) == (1_000, 1_000)
        assert progress.passages_embedded == progress.passages_total == 1_000


def test_a_document_that_is_saved_again_while_it_is_read(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        for number in range(20):
            (notes / "diary.txt").write_text(f"The day{number} was long. " * 20_000, encoding="utf-8")
        until(lambda: named(library, "day19") == {"diary.txt"})
        progress = library.wait(timeout=60)
        assert progress.passages_done == progress.passages_total


def test_who_did_not_ask_for_it_is_not_watched(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 1)
    settings = remote(engine)
    for watch, choice in ((False, settings), (True, replace(settings, watch=False))):
        with Library.open(tmp_path / "library", choice, watch=watch) as library:
            library.add_folder(notes)
            library.wait(timeout=60)
            assert library.settings.watch is choice.watch
            assert not _inotify_handles()
    with Library.open(tmp_path / "library", settings, watch=True) as library:
        library.wait(timeout=60)
        assert len(_inotify_handles()) == 1
    assert not _inotify_handles()


def _inotify_handles() -> list[str]:
    """What this process has open to be told of changes."""
    handles = []
    for name in os.listdir("/proc/self/fd"):
        try:
            handles.append(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:
            continue  # it was the listing's own
    return [handle for handle in handles if "inotify" in handle]


def test_a_moved_folder_is_not_even_opened(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    write_notes(notes / "old", 150, words=20)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        before = library.wait(timeout=120)
        with opens_counted(notes) as opens:
            (notes / "old").rename(notes / "new")
            until(lambda: places(library, "note7") == {str(notes / "new" / "file-007.txt")})
            until(lambda: places(library, "note149") == {str(notes / "new" / "file-149.txt")})
            after = library.wait(timeout=120)
        assert opens.count == 0
        assert (after.names, after.words, after.meaning) == (before.names, before.words, before.meaning)
        assert library.search("file-007", lanes=("names",))[0].path == str(notes / "new" / "file-007.txt")


def test_what_was_moved_while_nobody_looked_is_not_opened_either(engine: Running, tmp_path: Path) -> None:
    notes, other = tmp_path / "notes", tmp_path / "other"
    for folder in (notes, other):
        folder.mkdir()
    write_notes(notes / "old", 30, words=20)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.add_folder(other)
        before = library.wait(timeout=120)
    (notes / "old").rename(other / "new")
    (other / "new" / "file-003.txt").rename(other / "new" / "third letter.md")
    with opens_counted(other) as opens, Library.open(tmp_path / "library") as library:
        after = library.wait(timeout=120)
        assert (after.meaning, after.passages_embedded) == (before.meaning, before.passages_embedded)
        assert places(library, "note3") == {str(other / "new" / "third letter.md")}
    assert opens.count == 0


def test_a_broken_document_that_is_moved_is_not_tried_again_and_stays_ignored(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "old").mkdir()
    (notes / "old" / "bad.pdf").write_bytes(b"%PDF-1.4 no pages at all")
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        library.indexing.ignore_problems([str(notes / "old" / "bad.pdf")])
        until(lambda: not library.problems())
        (before,) = library.problems(with_ignored=True)
        with opens_counted(notes) as opens:
            (notes / "old").rename(notes / "new")
            moved = str(notes / "new" / "bad.pdf")
            until(lambda: [problem.path for problem in library.problems(with_ignored=True)] == [moved])
        (after,) = library.problems(with_ignored=True)
        assert (after.code, after.detail, after.when) == (before.code, before.detail, before.when)
        assert (before.ignored, after.ignored) == (True, True)
        assert opens.count == 0


def test_a_second_name_of_a_file_costs_nothing_and_folds_into_one_hit(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        before = library.wait(timeout=60)
        with opens_counted(notes) as opens:
            os.link(notes / "file-001.txt", notes / "another name.txt")
            until(lambda: named(library, "note1") == {"file-001.txt", "another name.txt"})
        assert opens.count == 0
        shutil.copy(notes / "file-002.txt", notes / "copy.txt")
        until(lambda: named(library, "note2") == {"file-002.txt", "copy.txt"})
        assert len(library.search("note2", lanes=("words",))) == 1
        assert library.wait(timeout=60).passages_embedded == before.passages_embedded


def test_what_lies_in_a_folder_that_is_renamed_far_above_is_not_connected_until_it_is_back(
    engine: Running, tmp_path: Path
) -> None:
    above, away = tmp_path / "above", tmp_path / "away"
    notes = above / "middle" / "notes"
    notes.parent.mkdir(parents=True)
    write_notes(notes, 2)
    single = above / "letter.txt"
    single.write_text("The heron stands in the water.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.add_folder(single)
        embedded = library.wait(timeout=60).passages_embedded
        above.rename(away)
        until(lambda: [folder.connected for folder in library.folders()] == [False, False])
        away.rename(above)
        until(lambda: [folder.connected for folder in library.folders()] == [True, True])
        (notes / "new.txt").write_text("An otter came by.", encoding="utf-8")
        until(lambda: named(library, "otter") == {"new.txt"})
        above.rename(away)
        until(lambda: not library.folders()[0].connected)
        write_fresh(notes)
        until(lambda: named(library, "badger") == {"other.txt"})
        assert library.wait(timeout=60).passages_embedded == embedded + 2


def write_fresh(notes: Path) -> None:
    """A folder where another one was, made with all folders that it is in."""
    notes.mkdir(parents=True)
    (notes / "other.txt").write_text("A badger digs.", encoding="utf-8")
