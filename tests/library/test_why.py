"""Why a file is not found: the state of real files, each in one sentence, and ranks for a query."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from core.events import Explanation
from core.library import Library
from core.settings import Exclusions
from tests.engine.conftest import Running
from tests.library.conftest import remote, set_fault, until, write_notes


@contextmanager
def opened(engine: Running, tmp_path: Path, **choices: object) -> Iterator[Library]:
    """A library of the folder `notes`, with everything done."""
    (tmp_path / "notes").mkdir(exist_ok=True)
    with Library.open(tmp_path / "library", remote(engine, **choices)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
        yield library


def put(path: Path, text: str = "A heron stands in the reeds.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def told(library: Library, path: Path) -> Explanation:
    found = library.why(path)
    assert found.path == str(path)
    assert found.sentence.endswith((".", ")"))
    return found


def test_a_file_that_is_searchable(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with opened(engine, tmp_path) as library:
        found = library.why(tmp_path / "notes/file-001.txt", "note1")
        assert (found.code, found.passages, found.embedded) == ("read", 5, 5)
        assert dict(found.ranks)["words"] == 1
        assert dict(found.ranks)["names"] is None
        assert dict(found.ranks)["meaning"] is not None
        assert library.why(tmp_path / "notes/file-001.txt").ranks == ()


def test_no_such_file_and_one_outside(engine: Running, tmp_path: Path) -> None:
    outside = put(tmp_path / "elsewhere/a.txt")
    with opened(engine, tmp_path) as library:
        assert told(library, tmp_path / "notes/never.txt").code == "missing"
        assert told(library, outside).code == "outside"
        gone = put(tmp_path / "notes/gone.txt")
        library.rescan()
        library.wait(timeout=60)
        gone.unlink()
        assert told(library, gone).code == "gone"


def test_excluded_by_which_rule(engine: Running, tmp_path: Path) -> None:
    log, hidden = put(tmp_path / "notes/a.log"), put(tmp_path / "notes/.secret/b.txt")
    own, temporary = put(tmp_path / "notes/drafts/c.txt"), put(tmp_path / "notes/~$letter.docx")
    with opened(engine, tmp_path, exclude=("*.log",)) as library:
        library.exclude(tmp_path / "notes", Exclusions(patterns=("drafts/",)))
        library.wait(timeout=60)
        codes = {told(library, path).code for path in (log, hidden, own, temporary)}
        assert codes == {"excluded"}
        assert "settings" in told(library, log).sentence
        assert "Hidden" in told(library, hidden).sentence
        assert "drafts/" in told(library, own).sentence
        assert "~$*" in told(library, temporary).sentence


def test_folders_links_and_pipes(engine: Running, tmp_path: Path) -> None:
    real = put(tmp_path / "notes/real.txt")
    (tmp_path / "notes/link.txt").symlink_to(real)
    os.mkfifo(tmp_path / "notes/pipe.txt")
    (tmp_path / "way").symlink_to(tmp_path / "notes")
    with opened(engine, tmp_path) as library:
        assert told(library, tmp_path / "notes/link.txt").code == "link"
        assert told(library, tmp_path / "notes/pipe.txt").code == "no_document"
        assert told(library, tmp_path / "notes").code == "folder"
        assert told(library, tmp_path / "way/real.txt").code == "read", "by another way to the same folder"


def test_failed_without_text_by_name_only_and_truncated(engine: Running, tmp_path: Path) -> None:
    broken, empty = put(tmp_path / "notes/broken.pdf", "no PDF"), put(tmp_path / "notes/empty.txt", "")
    photo = put(tmp_path / "notes/photo.jpg")
    large = put(tmp_path / "notes/large.txt", "many words " * 100_000)
    with opened(engine, tmp_path, max_file_mb=1) as library:
        assert told(library, broken).code == "broken"
        assert "by its name" in told(library, broken).sentence
        assert told(library, empty).code == "no_text"
        assert told(library, photo).code == "named"
        assert told(library, large).code == "too_large"
        assert "limit" in told(library, large).remedy


def test_waiting_in_the_queue_and_not_noticed(engine: Running, tmp_path: Path) -> None:
    with opened(engine, tmp_path) as library:
        new = put(tmp_path / "notes/new.txt")
        assert told(library, new).code == "unseen"
        library.pause()
        write_notes(tmp_path / "notes", 5)
        library.rescan()
        until(lambda: library.progress().words.waiting == 6)
        found = told(library, new)
        assert found.code == "waiting"
        assert "paused" in found.sentence
        places = {library.why(path).place for path in (tmp_path / "notes").iterdir()}
        assert places == {1, 2, 3, 4, 5, 6}
        library.resume()
        library.wait(timeout=60)
        assert told(library, new).code == "read"


def test_changed_since_it_was_read(engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes/a.txt")
    with opened(engine, tmp_path) as library:
        put(note, "Quite another text than before.")
        assert told(library, note).code == "changed"
        library.rescan()
        library.wait(timeout=60)
        assert told(library, note).code == "read"


def test_searchable_by_words_but_not_by_meaning_yet(engine: Running, tmp_path: Path) -> None:
    with opened(engine, tmp_path) as library:
        set_fault(engine, "refuse")
        note = put(tmp_path / "notes/a.txt")
        library.rescan()
        library.wait("words", timeout=60)
        until(
            lambda: library.progress().engine.detail and told(library, note).remedy == library.progress().engine.detail,
            20,
        )
        found = told(library, note)
        assert (found.code, found.passages, found.embedded) == ("read", 1, 0)
        assert "in 1 passage, not by meaning yet." in found.sentence
        set_fault(engine, "")


def test_a_folder_that_is_not_connected(engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes/a.txt")
    with opened(engine, tmp_path) as library:
        (tmp_path / "notes").rename(tmp_path / "away")
        library.rescan()
        until(lambda: not library.folders()[0].connected)
        (tmp_path / "notes").mkdir()
        put(note)
        assert told(library, note).code == "disconnected"


def test_the_same_from_a_library_that_is_only_read(engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes/a.txt")
    with opened(engine, tmp_path) as library:
        settings = library.settings
    with Library.open(tmp_path / "library", settings, read_only=True) as library:
        assert told(library, note).code == "read"
        new = put(tmp_path / "notes/new.txt")
        assert told(library, new).code == "unseen"


@pytest.mark.parametrize("name", ["caf\udce9.txt", "line\nbreak.txt", "日本語.txt"])
def test_names_of_any_kind(name: str, engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes" / name)
    with opened(engine, tmp_path) as library:
        assert replace(told(library, note), path="").code == "read"
