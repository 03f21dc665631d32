"""Names that say nothing: a file is read if its bytes are a document's, and looked at again by newer versions."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.extract.unknown_names import FORMATS_VERSION
from core.library import Library
from tests.builders import hostile_mail
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote
from tests.system.catalogue_state import connected

pytestmark = pytest.mark.slow

MESSAGE = b"From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: Foghorn\n\nThe diaphragm was replaced.\n"
FILES = {
    "Inbox": b"From - Mon May 06 10:00:00 2024\n" + MESSAGE,
    "letter.eml": MESSAGE,
    "papers.ris": b"TY  - BOOK\nTI  - The diaphragm\nER  -\n",
    "log.1.gz": gzip.compress(b"diaphragm replaced"),
    "start": b"#!/bin/sh\necho diaphragm\n",
}
BY_NAME = {
    "disk.img": b"\0diaphragm" * 99,
    "photo.jpg": b"diaphragm",
    "noise.gz": gzip.compress(b"\0\1" * 99),
    "empty": b"",
}


def states(library: Path) -> dict[str, tuple[str, str | None]]:
    with connected(library) as database:
        rows = database.execute("SELECT path, state, detail FROM files WHERE inode >= 0").fetchall()
    return {Path(path.decode()).name: (state, detail) for path, state, detail in rows}


def found(library: Library, query: str) -> set[str]:
    """The names of the files on disk that match, or that hold documents that do."""
    paths = [Path(path) for hit in library.search(query, 99) for path in hit.paths]
    return {next(above for above in (path, *path.parents) if above.exists()).name for path in paths}


def test_what_was_known_by_name_only_is_read_by_a_newer_version(engine: Running, tmp_path: Path) -> None:
    documents, place = tmp_path / "documents", tmp_path / "library"
    hostile_mail.write(documents / "hostile")
    for name, data in (FILES | BY_NAME).items():
        (documents / name).write_bytes(data)
    with Library.open(place, remote(engine)) as library:
        library.add_folder(documents)
        library.wait(timeout=120)
        assert found(library, "=diaphragm") == FILES.keys()
        assert found(library, "=diaphragm type:mail") == {"Inbox", "letter.eml"}
        assert found(library, "=needle type:mail") == set(hostile_mail.messages())
        assert {(problem.code, Path(problem.path).name) for problem in library.problems()} == {
            ("truncated", "nested.eml"),  # thousands of parts
            ("truncated", "many-parts.eml"),
            ("truncated", "forwarded.eml"),
            ("too_large", "bomb.docx"),
            ("no_text", "message.eml"),  # nothing but the line that begins it
        }
    assert {state for name, (state, _) in states(place).items() if name in BY_NAME} == {"named"}

    with connected(place) as database:  # as a version left it that read none of these
        database.execute("DELETE FROM members")
        database.execute("DELETE FROM containers")
        database.execute("UPDATE files SET state = 'named', content_id = NULL, detail = NULL")
        database.execute("DELETE FROM contents")
        database.commit()
    with Library.open(place, remote(engine)) as library:
        library.wait(timeout=120)
        assert found(library, "=diaphragm") == FILES.keys()
    before = states(place)
    with Library.open(place, remote(engine)) as library:  # what is by name only is looked at once
        library.wait(timeout=120)
    assert states(place) == before
    assert {before[name] for name in BY_NAME} == {("named", FORMATS_VERSION)}
