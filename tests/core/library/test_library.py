"""The interface of `Library` for other programs."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from core.api.json_values import hit_as_json
from core.errors import FolderError, LibraryLockedError, LibraryUnusableError, WaitTimeoutError
from core.events import ContentsChanged, Event
from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, set_fault, until, write_notes

pytestmark = pytest.mark.slow


def test_a_folder_in_and_its_documents_found(engine: Running, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "letter.txt").write_text("The landlord promises to mend the boiler before winter.", encoding="utf-8")
    (folder / "recipe.md").write_text("# Plum cake\n\nButter, flour, plums and cinnamon.", encoding="utf-8")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8\xff\xe0 no text in here")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        assert library.add_folder(folder).path == str(folder)
        progress = library.wait(retriever="meaning", timeout=60)
        hits = library.search("boiler", limit=10)
        assert [Path(hit.path).name for hit in hits][:1] == ["letter.txt"]
        first = hits[0]
        assert {"words", "meaning"} <= first.lanes
        assert first.page is None
        assert first.kind == "text"
        assert [first.snippet[a:b] for a, b in first.marks] == ["boiler"]
        assert first.passages[0].snippet == first.snippet
        assert library.search("plum cake", limit=1)[0].title == "Plum cake"
        assert "names" in library.search("holiday", limit=1)[0].lanes
        assert (progress.names.done, progress.words.done, progress.meaning.done) == (3, 2, 2)
        assert progress.passages_embedded == progress.passages_total == 2
        assert [folder.files for folder in library.folders()] == [3]
        assert library.search("   ") == []
        document = library.queries.document(str(folder / "recipe.md"))
        assert document is not None
        assert "cinnamon" in document.text


def test_a_second_run_embeds_nothing(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 12)
    for _ in range(2):
        with Library.open(tmp_path / "library", remote(engine)) as library:
            library.add_folder(tmp_path / "notes")
            progress = library.wait(timeout=60)
            assert progress.passages_embedded == progress.passages_total > 0
            assert library.search("note7")[0].path.endswith("file-007.txt")


def test_moves_and_copies_embed_nothing(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 6)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        before = library.wait(timeout=60).passages_embedded
        (notes / "below").mkdir()
        (notes / "file-003.txt").rename(notes / "below" / "renamed.txt")
        shutil.copy(notes / "file-004.txt", notes / "below" / "copy.txt")
        library.indexing.rescan()
        assert library.wait(timeout=60).passages_embedded == before
        assert [hit.path for hit in library.search("note3", lanes=("words",))] == [str(notes / "below" / "renamed.txt")]
        (hit,) = library.search("note4", lanes=("words",))
        assert {hit.path, *hit.also_at} == {str(notes / "file-004.txt"), str(notes / "below" / "copy.txt")}


def test_what_changes_or_goes_is_found_as_it_is_now(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 4)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        each = library.wait(timeout=60).passages_total // 4
        (notes / "file-000.txt").write_text("Something about walruses instead.", encoding="utf-8")
        (notes / "file-001.txt").unlink()
        library.indexing.rescan()
        progress = library.wait(timeout=60)
        assert [Path(hit.path).name for hit in library.search("walruses", lanes=("words",))] == ["file-000.txt"]
        assert library.search("note0", lanes=("words",)) == []
        assert library.search("note1", lanes=("words", "names")) == []
        assert all("file-001" not in hit.path for hit in library.search("note1"))
        assert progress.passages_done == progress.passages_total == 2 * each + 1


def test_a_removed_folder_is_forgotten_and_its_files_stay(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        library.remove_folder(tmp_path / "notes")
        progress = library.wait(timeout=60)
        assert (library.folders(), progress.names.done, library.search("note1")) == ([], 0, [])
        assert len(list((tmp_path / "notes").iterdir())) == 3
        with pytest.raises(FolderError, match="is not one of the folders"):
            library.remove_folder(tmp_path / "notes")


def test_a_single_document_and_a_folder_inside_another(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    (tmp_path / "single.txt").write_text("A lonely heron.", encoding="utf-8")
    (tmp_path / "notes" / "below").mkdir()
    (tmp_path / "notes" / "below" / "deep.txt").write_text("A deep badger.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        assert library.add_folder(tmp_path / "single.txt").single
        library.add_folder(tmp_path / "notes" / "below")
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        assert library.search("heron")[0].path == str(tmp_path / "single.txt")
        assert [hit.path.rsplit("/", 1)[1] for hit in library.search("badger", lanes=("words",))] == ["deep.txt"]
        assert library.progress().names.done == 5
        assert [folder.path for folder in library.folders()] == [str(tmp_path / "single.txt"), str(tmp_path / "notes")]


def test_what_a_folder_leaves_out_can_be_added_by_itself(engine: Running, tmp_path: Path) -> None:
    notes, hidden = tmp_path / "notes", tmp_path / "notes" / ".private" / "letters"
    hidden.mkdir(parents=True)
    (hidden / "heron.txt").write_text("A lonely heron.", encoding="utf-8")
    (notes / ".badger.txt").write_text("A deep badger.", encoding="utf-8")
    (notes / "below").mkdir()
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        assert library.progress().names.done == 0
        for path in (hidden, notes / ".badger.txt", notes / "below", hidden / "heron.txt"):
            library.add_folder(path)
            library.wait(timeout=60)
        assert [folder.path for folder in library.folders()] == [str(notes), str(hidden), str(notes / ".badger.txt")]
        assert len(library.search("heron", lanes=("words",)) + library.search("badger", lanes=("words",))) == 2
        library.indexing.rescan()
        assert library.wait(timeout=60).names.done == 2


def test_the_librarys_own_folder_is_known_by_any_name(engine: Running, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with Library.open(tmp_path / "link" / "library", remote(engine)) as library:
        with pytest.raises(FolderError, match="own library"):
            library.add_folder(tmp_path / "real" / "library")
        library.add_folder(tmp_path / "real")
        assert library.wait(timeout=60).names.done == 0
        assert library.root.stat().st_mode & 0o777 == 0o700


def test_a_vanished_folder_is_kept_and_marked(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        (tmp_path / "notes").rename(tmp_path / "elsewhere")
        library.indexing.rescan()
        library.wait(timeout=60)
        assert [(folder.connected, folder.files) for folder in library.folders()] == [(False, 3)]
        assert library.search("note1", lanes=("words",))
        (tmp_path / "elsewhere").rename(tmp_path / "notes")
        library.indexing.rescan()
        progress = library.wait(timeout=60)
        assert [folder.connected for folder in library.folders()] == [True]
        assert progress.passages_embedded == progress.passages_total


def test_a_disk_that_is_not_mounted_is_not_forgotten(engine: Running, tmp_path: Path) -> None:
    """It leaves an empty folder where it was."""
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    (tmp_path / "empty").mkdir()
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.add_folder(tmp_path / "empty")
        before = library.wait(timeout=60)
        notes.rename(tmp_path / "elsewhere")
        notes.mkdir()
        library.indexing.rescan()
        library.wait(timeout=60)
        assert [(folder.connected, folder.files) for folder in library.folders()] == [(False, 3), (True, 0)]
        assert library.search("note1", lanes=("words",))
        (notes / "below").mkdir()  # somebody tidied up: that is no empty disk
        library.indexing.rescan()
        library.wait(timeout=60)
        assert [(folder.connected, folder.files) for folder in library.folders()] == [(True, 0), (True, 0)]
        (notes / "below").rmdir()
        notes.rmdir()
        (tmp_path / "elsewhere").rename(notes)
        library.indexing.rescan()
        assert library.wait(timeout=60).meaning == before.meaning


def test_a_file_from_the_far_future_or_past(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    for number, year in enumerate((-9000, 2300, 9000)):
        when = (year - 1970) * 31_556_952 * 10**9
        os.utime(tmp_path / "notes" / f"file-{number:03d}.txt", ns=(when, when))
    times = [path.stat().st_mtime_ns for path in (tmp_path / "notes").iterdir()]
    for _ in range(2):
        with Library.open(tmp_path / "library", remote(engine)) as library:
            library.add_folder(tmp_path / "notes")
            assert library.wait(timeout=60).meaning.done == 3, times
            assert len(library.search("begins")) == 3


def test_each_model_keeps_its_own_vectors(engine: Running, tmp_path: Path) -> None:
    from tests.core.engine.conftest import fake

    write_notes(tmp_path / "notes", 5)
    english = remote(engine)
    with fake(model="multilingual") as other, Library.open(tmp_path / "library", english) as library:
        library.add_folder(tmp_path / "notes")
        first = library.wait(timeout=60).passages_embedded
        library.change_settings(replace(english, model="multilingual", remote_url=other.url))
        both = library.wait(timeout=60).passages_embedded
        assert both > first
        assert library.search("note2")[0].path.endswith("file-002.txt")
        library.change_settings(english)
        assert library.wait(timeout=60).passages_embedded == both


def test_one_writer_and_any_reader(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        with pytest.raises(LibraryLockedError, match="Another Findling"):
            Library.open(tmp_path / "library")
        with Library.open(tmp_path / "library", read_only=True) as reader:
            assert reader.search("note2")[0].path.endswith("file-002.txt")
            assert reader.progress().meaning.done == 3
            with pytest.raises(LibraryLockedError, match="read only"):
                reader.add_folder(tmp_path)
    with Library.open(tmp_path / "library") as again:
        assert again.settings.model == "english"


def test_bad_places_are_refused_in_a_sentence(engine: Running, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(LibraryUnusableError, match="cannot be written"):
        Library.open(tmp_path / "file" / "library")
    with pytest.raises(LibraryUnusableError, match="There is no library"):
        Library.open(tmp_path / "nothing", read_only=True)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        os.mkfifo(tmp_path / "pipe")
        for path, why in (("nowhere", "There is no"), ("pipe", "neither a folder"), ("library", "own library")):
            with pytest.raises(FolderError, match=why):
                library.add_folder(tmp_path / path)
    (tmp_path / "library" / "catalogue.sqlite").write_bytes(b"this is not a database" * 1000)
    with pytest.raises(LibraryUnusableError, match="damaged"):
        Library.open(tmp_path / "library")


def test_words_never_wait_for_meaning(engine: Running, tmp_path: Path) -> None:
    set_fault(engine, "slow=30")
    write_notes(tmp_path / "notes", 40)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        assert library.wait("words", timeout=60).passages_done == 0
        steps = library.queries.search_steps("note39")
        assert next(steps)[0].path.endswith("file-039.txt")
        with pytest.raises(WaitTimeoutError):
            library.wait("meaning", timeout=0.1)
        set_fault(engine, "")


def test_pausing_stops_and_resuming_goes_on(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 5)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.indexing.pause()
        library.add_folder(tmp_path / "notes")
        assert library.wait("names", timeout=60).names.done == 5
        assert library.indexing.paused
        assert library.progress().words.done == 0
        library.indexing.resume()
        assert library.wait(timeout=60).meaning.done == 5


def test_events_tell_that_there_is_more_to_find(engine: Running, tmp_path: Path) -> None:
    seen: list[Event] = []
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine), report=seen.append) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        until(lambda: any(isinstance(event, ContentsChanged) for event in seen))


def test_names_that_are_not_utf8(engine: Running, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/notes"
    os.mkdir(folder)
    with open(folder + b"/caf\xe9-menu.txt", "wb") as file:
        file.write(b"Onion soup and bread.")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(os.fsdecode(folder))
        library.wait(timeout=60)
        (hit,) = library.search("onion soup")
        assert os.fsencode(hit.path) == folder + b"/caf\xe9-menu.txt"
        assert os.path.exists(hit.path)
        assert "names" in library.search("menu")[0].lanes
        printed = json.loads(json.dumps(hit_as_json(hit)))
        assert os.fsencode(printed["path"]) == unquote_to_bytes(printed["uri"]).removeprefix(b"file://")
        assert os.path.exists(printed["path"])
        for key in printed.keys() - {"path"}:
            assert str(printed[key]).encode()  # half a character would not be


def test_sizes_of_files_that_come_and_go(engine: Running, tmp_path: Path) -> None:
    enough = threading.Event()

    def come_and_go() -> None:
        while not enough.is_set():
            for number in range(50):
                (tmp_path / "library" / "words" / f"{number}").touch()
            for number in range(50):
                (tmp_path / "library" / "words" / f"{number}").unlink()

    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.wait(timeout=60)
        thread = threading.Thread(target=come_and_go)
        thread.start()
        try:
            assert all(library.diagnostics.disk_usage()["catalogue"] > 0 for _ in range(200))
        finally:
            enough.set()
            thread.join()


def test_scans_that_overtake_each_other_forget_nothing(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 30)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        before = library.wait(timeout=60)
        for _ in range(20):
            library.indexing.rescan()
        after = library.wait(timeout=60)
        assert (after.names, after.words, after.meaning) == (before.names, before.words, before.meaning)
        assert after.passages_embedded == before.passages_embedded


def test_a_folder_that_was_just_removed_can_be_added_again(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        for _ in range(5):
            library.add_folder(tmp_path / "notes")
            library.wait(timeout=60)
            library.remove_folder(tmp_path / "notes")
            assert library.folders() == []
            library.add_folder(tmp_path / "notes" / "file-000.txt")  # no other folder holds it any more
            library.wait(timeout=60)
            assert [folder.single for folder in library.folders()] == [True]
            library.remove_folder(tmp_path / "notes" / "file-000.txt")
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        assert [folder.files for folder in library.folders()] == [2]
