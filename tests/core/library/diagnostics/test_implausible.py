"""A library that an earlier version let a reader poison: the doctor names the files, and has them read again."""

from __future__ import annotations

import os
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from core.cli.main import main
from core.library import Library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.database import Database
from tests.builders.large_trees import without_engine
from tests.core.library.conftest import write_notes
from tests.system.catalogue_state import damage, state_of

pytestmark = pytest.mark.slow

POISON = (
    "UPDATE contents SET title = 'a' || char(0) || 'b' WHERE id = 1",
    "UPDATE contents SET title = printf('%.*c', 100000, 'x') WHERE id = 2",
    "UPDATE contents SET author = 'one' || char(10) || 'two' WHERE id = 3",
    "UPDATE contents SET kind = 'program' WHERE id = 4",
    "UPDATE contents SET parts = '[[0, \"x\"]]' WHERE id = 5",
    'UPDATE contents SET parts = \'[[0, 10, "page", -3, ""]]\' WHERE id = 6',
    'UPDATE contents SET parts = \'[[0, 99999999, "page", 1, ""]]\' WHERE id = 7',
    "UPDATE contents SET parts = '{\"deep\": [[[[]]]]}' WHERE id = 8",
    "UPDATE contents SET notes = 'hacked' WHERE id = 9",
    "UPDATE contents SET extractor = printf('%.*c', 100000, '/') WHERE id = 10",
    "UPDATE passages SET stop = 1 << 40 WHERE content_id = 11 AND ordinal = 0",
    "UPDATE passages SET page = -7 WHERE content_id = 12",
    "UPDATE passages SET tokens = -1, line = 0 WHERE content_id = 13",
    "UPDATE passages SET start = (1 << 37) - 100, stop = (1 << 37) + (1 << 35) WHERE content_id = 17",
)
PROBLEMS = (
    "UPDATE files SET problem = 'hacked', state = 'failed', content_id = NULL WHERE id = 14",
    "UPDATE files SET problem = 'broken', detail = 'a' || char(0), state = 'failed', content_id = NULL WHERE id = 15",
    "UPDATE files SET problem = 'broken', detail = printf('%.*c', 10000, 'x') WHERE id = 16",
)

NOTES, WITHOUT_TEXT = 18, 2  # documents; those that PROBLEMS leave no text
MOST_MEMORY = 64 << 20  # bytes that a search may take; a list of the poisoned passage's blocks would take 0.4 GB


def test_poisoned_rows_are_named_and_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    write_notes(tmp_path / "notes", NOTES)
    with Library.open(root, without_engine()) as library:
        library.add_folder(tmp_path / "notes")
        library.wait("words", timeout=120)
        assert library.diagnostics.examine().ailments == ()
    whole = state_of(root)
    with closing(Database(root / CATALOGUE_NAME, writable=True)) as database, database.transaction():
        for statement in (*POISON, *PROBLEMS):
            assert database.execute(statement).rowcount >= 1
        rows = database.execute("SELECT path FROM files WHERE content_id = 1").fetchall()
    with Library.open(root, read_only=True) as library:
        assert_searched(library)
        assert len(library.problems()) == len(PROBLEMS)
        found = {one.code: one for one in library.diagnostics.examine().ailments}
    assert found["implausible"].count == len(POISON)
    assert found["unknown_problems"].count == len(PROBLEMS)
    assert set(found) <= {"implausible", "unknown_problems"}
    named = found["implausible"].examples
    assert len(named) == 5
    assert set(named) <= {str(path) for path in (tmp_path / "notes").iterdir()}
    assert os.fsdecode(rows[0][0]) in {str(path) for path in (tmp_path / "notes").iterdir()}

    assert main(["doctor", "--repair", "--library", str(root)]) == 0
    shown = capsys.readouterr().out
    assert "Documents stored with titles, pages or passages that cannot be right: 14." in shown
    assert named[0] in shown
    with Library.open(root) as library:
        library.wait("words", timeout=120)
        assert library.problems() == []
        assert len(library.search("note7", 3, lanes=("words",))) == 1
    assert state_of(root) == whole
    assert damage(root) == []


def assert_searched(library: Library) -> None:
    """All documents are found and shown, poisoned or not, and no search takes much memory for that."""
    library.search("note0", 3)  # loads what every search needs
    tracemalloc.start()
    try:
        hits = {n: hit for n in range(NOTES) for hit in library.search(f"note{n}", 3, lanes=("words",))}
        assert len(hits) == NOTES - WITHOUT_TEXT
        for number, hit in hits.items():
            document = library.queries.document(hit.path)
            assert document is not None
            for passage in library.queries.passages_in_file(f"note{number}", hit.path):
                assert 0 <= passage.start <= passage.end <= len(document.text)
                assert passage.page is None or passage.page >= 1
            assert all(part.number >= 1 for part in document.parts)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
