"""Excluded files are no longer found at once, and are not embedded again when they are included again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import BadInputError, FolderError
from core.library import Library
from core.settings import Exclusions
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes

pytestmark = pytest.mark.slow


def known(library: Library) -> list[str]:
    return sorted(path for hit in library.search("file", 100, lanes=("names",)) for path in hit.paths)


def test_what_is_left_out_is_gone_at_once_and_comes_back_without_an_embedding(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 10)
    write_notes(notes / "drafts", 5, words=20)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        before = library.wait(timeout=60)
        library.exclusions.change(notes, Exclusions(("drafts/", "file-003.txt")))
        assert library.wait(timeout=60).names.done == 9
        assert library.exclusions.get(notes).patterns == ("drafts/", "file-003.txt")
        assert (
            library.exclusions.reason(notes / "file-003.txt")
            == "The pattern “file-003.txt” of this folder excludes it."
        )
        assert library.exclusions.reason(notes / "file-004.txt") is None
        assert not library.search("note3", lanes=("words",))
        library.exclusions.change(notes, Exclusions())
        after = library.wait(timeout=60)
        assert after.names.done == after.meaning.done == 15
        assert after.passages_embedded == before.passages_embedded
        assert library.search("note3", lanes=("words",))[0].path == str(notes / "file-003.txt")
        assert library.search("note3", lanes=("meaning",))


def test_it_stays_left_out_and_comes_back_in_a_library_that_was_opened_again(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 6)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        sent = library.wait(timeout=60).passages_embedded
        library.exclusions.change(notes, Exclusions(("*-00[0-2].txt",)))
        library.wait(timeout=60)
    with Library.open(tmp_path / "library") as library:
        progress = library.wait(timeout=60)
        assert (progress.names.done, progress.passages_done) == (3, progress.passages_total)
        library.indexing.rescan()
        assert library.wait(timeout=60).names.done == 3
        library.exclusions.change(notes, Exclusions())
        progress = library.wait(timeout=60)
        assert (progress.meaning.done, progress.passages_embedded) == (6, sent)
        assert library.search("note1", lanes=("words",))
        assert len(library.search("note1", 20, lanes=("meaning",))) == 6


def test_what_is_saved_in_a_left_out_place_is_not_noticed(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 1)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        library.wait("names", timeout=60)
        library.exclusions.change(notes, Exclusions(("drafts/", "*.md")))
        library.wait(timeout=60)
        write_notes(notes / "drafts", 1)
        (notes / "b.md").write_text("the badger")
        (notes / "c.txt").write_text("the chamois")
        until(lambda: library.search("chamois", lanes=("words",)))
        assert library.wait(timeout=60).names.done == 2


def test_a_gitignore_file_counts_by_choice_and_when_it_changes(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    write_notes(notes / "sub", 4)
    (notes / "sub/.gitignore").write_text("file-000.txt")
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        assert library.wait(timeout=60).names.done == 4
        library.exclusions.change(notes, Exclusions(gitignore=True))
        assert library.wait(timeout=60).names.done == 3
        (notes / "sub/.gitignore").write_text("file-00[0-2].txt")
        until(lambda: library.progress().names.done == 1)
        (notes / "sub/.gitignore").unlink()
        until(lambda: library.progress().names.done == 4)


def test_a_preview_counts_what_would_be_hidden_and_changes_nothing(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 6, words=20)
    write_notes(notes / "drafts", 5, words=20)
    (notes / ".git").mkdir()
    (notes / ".git/config").write_text("never counted")
    size = sum(path.stat().st_size for path in (notes / "drafts").iterdir())
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait("names", timeout=60)
        *_, last = library.exclusions.preview(notes, Exclusions(("drafts/",)))
        assert (last.files, last.size, last.examples, last.returning, last.done) == (5, size, ("drafts/",), 0, True)
        assert library.wait("names", timeout=60).names.done == 11
        library.exclusions.change(notes, Exclusions(("drafts/",)))
        library.wait("names", timeout=60)
        *_, last = library.exclusions.preview(notes, Exclusions(("file-001.txt", "!/drafts")))
        assert (last.files, last.examples, last.returning) == (2, ("file-001.txt", "drafts/file-001.txt"), 4)
        *_, last = library.exclusions.preview(notes, Exclusions(("*",)))
        assert last.files == 11


def test_what_is_behind_a_followed_link_counts_and_can_be_left_out(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 2, words=20)
    write_notes(tmp_path / "elsewhere", 3, words=20)
    (notes / "link").symlink_to(tmp_path / "elsewhere")
    with Library.open(tmp_path / "library", remote(engine, follow_links=True)) as library:
        library.add_folder(notes)
        assert library.wait("names", timeout=60).names.done == 5
        *_, last = library.exclusions.preview(notes, Exclusions(("link/",)))
        assert (last.files, last.examples) == (3, ("link/",))
        library.exclusions.change(notes, Exclusions(("link/",)))
        assert library.wait("names", timeout=60).names.done == 2


def test_lines_that_are_none_and_folders_that_are_none_are_said(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 1)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        for call in (library.exclusions.change, library.exclusions.preview):
            with pytest.raises(BadInputError, match="“!”"):
                call(notes, Exclusions(("!",)))
            with pytest.raises(FolderError):
                call(tmp_path, Exclusions())
        assert library.progress().names.done == 1


def test_names_that_are_no_text_can_be_left_out(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 1)
    wild = os.fsencode(notes) + b"/caf\xe9.txt"
    with open(wild, "w") as file:
        file.write("wild")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        assert library.wait(timeout=60).names.done == 2
        library.exclusions.change(notes, Exclusions(("caf\udce9.txt",)))
        assert library.wait(timeout=60).names.done == 1
        assert library.exclusions.get(notes).patterns == ("caf\udce9.txt",)


def test_a_folder_inside_a_left_out_one_may_be_added_for_itself(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 2)
    write_notes(notes / "drafts", 3)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait("names", timeout=60)
        library.exclusions.change(notes, Exclusions(("drafts/",)))
        library.wait(timeout=60)
        library.add_folder(notes / "drafts")
        library.wait(timeout=60)
        assert [(folder.path, folder.files) for folder in library.folders()] == [
            (str(notes), 2), (str(notes / "drafts"), 3),
        ]  # fmt: skip
        library.exclusions.change(notes, Exclusions())
        assert library.wait(timeout=60).names.done == 5
        library.remove_folder(notes / "drafts")
        progress = library.wait(timeout=60)
        assert (progress.names.done, library.folders()[0].files) == (5, 5)
