"""Files in archives, from the folder to the result: off, turned on, found, opened, explained, turned off."""

from __future__ import annotations

import gzip
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.library import Library
from tests.builders import documents
from tests.builders.archives import PACKERS, locked, zipped
from tests.builders.mailboxes import attach, letter
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote

pytestmark = pytest.mark.slow


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A folder of archives of each kind, one of which holds a message with a PDF attached, and another archive."""
    folder = tmp_path / "packed"
    folder.mkdir()
    for name, pack in PACKERS.items():
        (folder / name).write_bytes(pack({"notes/lamp.txt": f"The pelican of {name.replace('.', '')}.".encode()}))
    message = attach(letter("Invoice", "A quartz bill."), "bill.pdf", documents.pdf(["Heron payment due"]))
    inner = zipped({"walrus.txt": b"A narwhal inside."})
    (folder / "mail.zip").write_bytes(zipped({"in/invoice.eml": message.as_bytes(), "inner.zip": inner}))
    (folder / "locked.zip").write_bytes(locked(zipped({"secret.txt": b"gannet", "open.txt": b"The open cormorant."})))
    (folder / "letter.txt.gz").write_bytes(gzip.compress(b"The single albatross."))
    return folder


def found_by(library: Library, query: str) -> set[str]:
    return {os.path.relpath(hit.path, library.folders()[0].path) for hit in library.search(query, 30)}


def test_files_in_archives_are_documents_by_choice(engine: Running, packed: Path, tmp_path: Path) -> None:
    settings = remote(engine)
    with Library.open(tmp_path / "library", settings) as library:
        library.add_folder(packed)
        library.wait(timeout=120)
        assert found_by(library, "=pelican") == found_by(library, "=heron") == set()
        assert found_by(library, "=albatross") == {"letter.txt.gz"}, "a single compressed file is read in any case"
        assert {"mail.zip"} <= found_by(library, "=invoice")
        assert library.folders()[0].files == len(PACKERS) + 3
        explained = library.diagnostics.why(packed / "a.zip")
        assert "Of the files in it, only the names are read." in explained.sentence
        assert "under Files" in explained.remedy
        assert not library.problems()

        library.change_settings(replace(settings, read_archives=True))
        library.wait(timeout=120)
        assert found_by(library, "=pelican") == {f"{name}/notes/lamp.txt" for name in PACKERS}
        [hit] = library.search("=heron")
        assert (hit.container, hit.member) == (str(packed / "mail.zip"), "in/invoice.eml/bill.pdf")
        copy = Path(library.members.copy(hit.path) or "")
        assert (copy.read_bytes(), stat.S_IMODE(copy.stat().st_mode)) == (documents.pdf(["Heron payment due"]), 0o400)
        for name in PACKERS:
            copy = Path(library.members.copy(str(packed / name / "notes/lamp.txt")) or "")
            assert copy.read_text() == f"The pelican of {name.replace('.', '')}."
        assert found_by(library, "=narwhal") == set(), "one level"
        assert found_by(library, "=walrus") == {"mail.zip/inner.zip"}
        assert found_by(library, "=cormorant") == {"locked.zip/open.txt"}
        assert found_by(library, "=pelican in:a.7z ext:txt") == {"a.7z/notes/lamp.txt"}
        assert {(os.path.basename(one.path), one.code) for one in library.problems()} == {("locked.zip", "protected")}
        explained = library.diagnostics.why(packed / "a.zip")
        assert "The 1 file in it is a document of its own, which is searched." in explained.sentence
        assert library.diagnostics.why(packed / "a.zip/notes/lamp.txt").code == "read"
        assert not library.diagnostics.examine().ailments

        (packed / "a.zip").write_bytes(zipped({"notes/pier.txt": b"The puffin."}))
        library.indexing.rescan()
        library.wait(timeout=120)
        assert found_by(library, "=puffin") == {"a.zip/notes/pier.txt"}
        assert "a.zip/notes/lamp.txt" not in found_by(library, "=pelican")
        assert library.members.copy(str(packed / "a.zip/notes/lamp.txt")) is None

        library.change_settings(settings)
        library.wait(timeout=120)
        assert found_by(library, "=pelican") == found_by(library, "=heron") == set()
        assert not [path for path in found_by(library, "lamp.txt") if "/" in path]
        assert library.folders()[0].files == len(PACKERS) + 3
        assert not library.problems()
        assert not library.diagnostics.examine().ailments
