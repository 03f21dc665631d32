"""Why a file is found or not: the state of real files, each in one sentence, and ranks for a query."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from core import paths
from core.document import Extent
from core.events import FileExplanation
from core.extract import Limits
from core.indexer.stages import extract
from core.library import Library
from core.settings import Exclusions
from gui.results.hit_text import facts
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, set_fault, until, write_notes

pytestmark = pytest.mark.slow


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


def told(library: Library, path: Path) -> FileExplanation:
    found = library.diagnostics.why(path)
    assert found.path == str(path)
    assert found.sentence.endswith((".", ")"))
    return found


def test_a_file_that_is_searchable(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with opened(engine, tmp_path) as library:
        found = library.diagnostics.why(tmp_path / "notes/file-001.txt", "note1")
        assert (found.code, found.passages, found.embedded) == ("read", 5, 5)
        assert dict(found.ranks)["words"] == 1
        assert dict(found.ranks)["names"] is None
        assert dict(found.ranks)["meaning"] is not None
        assert library.diagnostics.why(tmp_path / "notes/file-001.txt").ranks == ()


def test_no_such_file_and_one_outside(engine: Running, tmp_path: Path) -> None:
    outside = put(tmp_path / "elsewhere/a.txt")
    with opened(engine, tmp_path) as library:
        assert told(library, tmp_path / "notes/never.txt").code == "missing"
        assert told(library, outside).code == "outside"
        gone = put(tmp_path / "notes/gone.txt")
        library.indexing.rescan()
        library.wait(timeout=60)
        gone.unlink()
        assert told(library, gone).code == "gone"


def test_excluded_by_which_rule(engine: Running, tmp_path: Path) -> None:
    log, hidden = put(tmp_path / "notes/a.log"), put(tmp_path / "notes/.secret/b.txt")
    own, temporary = put(tmp_path / "notes/drafts/c.txt"), put(tmp_path / "notes/~$letter.docx")
    with opened(engine, tmp_path, exclude=("*.log",)) as library:
        library.exclusions.change(tmp_path / "notes", Exclusions(patterns=("drafts/",)))
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


def test_links_to_folders_are_named(engine: Running, tmp_path: Path) -> None:
    put(tmp_path / "notes/a.txt")
    outside = put(tmp_path / "music/song.txt")
    link, back = tmp_path / "notes/songs", tmp_path / "notes/back"
    link.symlink_to(tmp_path / "music")
    back.symlink_to(tmp_path)
    with opened(engine, tmp_path) as library:
        for path in (link, link / "song.txt"):
            told_of = told(library, path)
            assert told_of.code == "linked"
            assert (str(link) in told_of.sentence, str(outside.parent) in told_of.sentence) == (True, True)
            assert "Follow links to folders" in told_of.remedy
        assert told(library, outside).code == "outside"
        assert told(library, back / "notes/a.txt").code == "read"
    with opened(engine, tmp_path, follow_links=True) as library:
        assert told(library, link / "song.txt").code == "read"
        assert library.diagnostics.why(link / "song.txt", "song").ranks[0] == ("names", 1)
        assert told(library, link).code == "folder"
        assert told(library, back / "notes/a.txt").code == "read", "it leads back, and is not followed"
        assert "searches anyway" in told(library, back / "music/song.txt").sentence
        assert [Path(hit.path) for hit in library.search("song", lanes=("names",))] == [link / "song.txt"]


def test_failed_without_text_by_name_only_and_truncated(engine: Running, tmp_path: Path) -> None:
    broken, empty = put(tmp_path / "notes/broken.pdf", "no PDF"), put(tmp_path / "notes/empty.txt", "")
    blank, photo = put(tmp_path / "notes/blank.txt", " \n"), put(tmp_path / "notes/photo.jpg")
    large = put(tmp_path / "notes/large.txt", "many words " * 100_000)
    with opened(engine, tmp_path, max_file_mb=1) as library:
        assert told(library, broken).code == "broken"
        assert "by its name" in told(library, broken).sentence
        assert told(library, empty).code == "no_text"
        assert told(library, empty).sentence.startswith("The file is empty")
        assert told(library, blank).code == "no_text"
        assert "No readable text" in told(library, blank).sentence
        assert told(library, photo).code == "named"
        assert told(library, large).code == "too_large"
        assert "limit" in told(library, large).remedy


def test_how_far_a_very_long_file_was_read(engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract, "Limits", partial(Limits, max_text_bytes=20_000))
    log = put(tmp_path / "notes/server.log", "The foghorn was tested at noon.\n" * 2_000)
    with opened(engine, tmp_path) as library:
        found = told(library, log)
        assert (found.code, "Read to 20 kB of 64 kB." in found.sentence) == ("truncated", True)
        (problem,) = library.problems()
        assert (problem.code, problem.detail) == ("truncated", "Read to 20 kB of 64 kB")
        (hit,) = library.search("foghorn")
        assert hit.extent == Extent("bytes", 20_000, 64_000)
        assert "Read to 20 kB of 64 kB" in facts(hit)


def test_how_far_a_file_of_numbers_was_read(engine: Running, tmp_path: Path) -> None:
    rows = "".join(f"{number},{number * 7919 % 100_003}\n" for number in range(30_000))
    series = put(tmp_path / "notes/foghorn.csv", f"hour,foghorn\n{rows}")
    with opened(engine, tmp_path) as library:
        found = told(library, series)
        assert (found.code, "numbers or minified code" in found.sentence) == ("data_left_out", True)
        (hit,) = library.search("hour", lanes=("words",))
        assert hit.extent is not None
        how_far = f"Read to character {hit.extent.read:,} of {len(series.read_text()) - 1:,}"
        assert f"{how_far}." in found.sentence
        assert how_far in facts(hit)
        (problem,) = library.problems()
        assert (problem.code, problem.detail, problem.is_partial) == ("data_left_out", how_far, True)


def test_waiting_in_the_queue_and_not_noticed(engine: Running, tmp_path: Path) -> None:
    with opened(engine, tmp_path) as library:
        new = put(tmp_path / "notes/new.txt")
        assert told(library, new).code == "unseen"
        library.indexing.pause()
        write_notes(tmp_path / "notes", 5)
        library.indexing.rescan()
        until(lambda: library.progress().words.waiting == 6)
        found = told(library, new)
        assert found.code == "waiting"
        assert "paused" in found.sentence
        places = {library.diagnostics.why(path).place for path in (tmp_path / "notes").iterdir()}
        assert places == {1, 2, 3, 4, 5, 6}
        library.indexing.resume()
        library.wait(timeout=60)
        assert told(library, new).code == "read"


def test_changed_since_it_was_read(engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes/a.txt")
    with opened(engine, tmp_path) as library:
        put(note, "Quite another text than before.")
        assert told(library, note).code == "changed"
        library.indexing.rescan()
        library.wait(timeout=60)
        assert told(library, note).code == "read"


def test_searchable_by_words_but_not_by_meaning_yet(engine: Running, tmp_path: Path) -> None:
    with opened(engine, tmp_path) as library:
        set_fault(engine, "refuse")
        note = put(tmp_path / "notes/a.txt")
        library.indexing.rescan()
        library.wait("words", timeout=60)
        until(
            lambda: library.progress().engine.detail and told(library, note).remedy == library.progress().engine.detail
        )
        found = told(library, note)
        assert (found.code, found.passages, found.embedded) == ("read", 1, 0)
        assert "in 1 passage, not by meaning yet." in found.sentence
        set_fault(engine, "")


def test_a_folder_that_is_not_connected(engine: Running, tmp_path: Path) -> None:
    note = put(tmp_path / "notes/a.txt")
    with opened(engine, tmp_path) as library:
        (tmp_path / "notes").rename(tmp_path / "away")
        library.indexing.rescan()
        until(lambda: not library.folders()[0].connected)
        (tmp_path / "notes").mkdir()
        put(note)
        assert told(library, note).code == "disconnected"


@pytest.mark.parametrize("how", ["deleted", "renamed"])
def test_a_single_document_that_is_not_there_any_more(engine: Running, tmp_path: Path, how: str) -> None:
    note, other = put(tmp_path / "desk/a.txt"), put(tmp_path / "desk/b.txt")
    with opened(engine, tmp_path) as library:
        library.add_folder(note)
        library.wait(timeout=60)
        if how == "deleted":
            note.unlink()
        else:
            note.rename(tmp_path / "desk/c.txt")
        assert told(library, note).code == "gone", "until the disk was looked at"
        library.indexing.rescan()
        until(lambda: told(library, note).code == "lost")
        assert "deleted or moved away" in told(library, note).sentence
        assert "Add it again from its new place" in told(library, note).remedy
        other.unlink()
        (tmp_path / "desk/c.txt").unlink(missing_ok=True)
        assert told(library, note).code == "disconnected", "an empty folder is one on which no disk is mounted"


SHUT, ENTERED_ONLY = 0o000, 0o100
ASK = """
import dataclasses, json, sys
from core.library import Library

with Library.open(sys.argv[1], read_only=True) as library:
    print(json.dumps([dataclasses.asdict(library.diagnostics.why(path)) for path in sys.argv[2:]]))
"""


@pytest.mark.parametrize("mode", [SHUT, ENTERED_ONLY])
@pytest.mark.parametrize("shut", ["notes", "notes/below"])
def test_a_folder_that_may_not_be_read(engine: Running, tmp_path: Path, shut: str, mode: int) -> None:
    note, outside = put(tmp_path / "notes/below/a.txt"), put(tmp_path / "elsewhere/b.txt")
    library, folder = tmp_path / "library", tmp_path / shut
    with opened(engine, tmp_path):
        pass
    new = put(tmp_path / "notes/below/new.txt")
    try:
        folder.chmod(mode)
        outside.parent.chmod(mode)
        told_of = by_anybody("-c", ASK, library, note, new, folder, outside)
        codes = [found["code"] for found in json.loads(told_of)]
        if mode == SHUT:
            assert codes == ["shut", "shut", "shut", "outside"]
        else:  # a file can be looked at, but a new one is not met
            assert codes == ["read", "shut" if shut == "notes/below" else "unseen", "shut", "outside"]
        found = json.loads(told_of)[2]
        assert f"the folder {folder} may not be read" in found["sentence"]
        assert "What is known from there is kept." in found["sentence"]
        assert "Give yourself the right" in found["remedy"]
        other = put(tmp_path / "other/c.txt")
        by_anybody("-m", "core", "index", other, "--until", "names", "--library", library)
        codes = [found["code"] for found in json.loads(by_anybody("-c", ASK, library, note, folder))]
        assert codes == ["shut" if shut == "notes" or mode == SHUT else "read", "shut"], "once that was met"
    finally:
        folder.chmod(0o700)
        outside.parent.chmod(0o700)


def by_anybody(*arguments: str | Path) -> str:
    """What Python says to one who has no right but those that files give, unlike root."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and there is no setpriv to give that up")
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*drop, sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=paths.resources().parent, capture_output=True, text=True, check=True).stdout


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
