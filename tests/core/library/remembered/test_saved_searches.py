"""Saved searches keep their names and queries, and tell what is new among their matches."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.library import Library
from core.library.remembered.saved_searches import SAVED_NAME, SavedSearches
from core.settings import Settings
from tests.core.library.conftest import write_notes

SETTINGS = Settings(engine="remote", remote_url="http://127.0.0.1:9/v1")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", SETTINGS) as library:
        yield library


def names(searches: SavedSearches) -> list[str]:
    return [search.name for search in searches.all()]


def test_searches_are_saved_renamed_and_removed_for_good(library: Library, tmp_path: Path) -> None:
    searches = library.saved_searches
    searches.save("Invoices", " invoice date:this-year ")
    searches.save("Lease", "lease", notify=True)
    searches.save("Invoices", "bill")
    assert names(searches) == ["Invoices", "Lease", "Invoices 2"]
    searches.change("Invoices 2", new_name="Bills")
    searches.change("Lease", new_name="Bills")
    assert names(searches) == ["Invoices", "Bills 2", "Bills"]
    place = searches.remove("Bills 2")
    searches.change("Invoices", notify=True)
    again = SavedSearches(tmp_path / "library", library.queries, writable=True)
    assert [(one.name, one.query, one.notify) for one in again.all()] == [
        ("Invoices", "invoice date:this-year", True),
        ("Bills", "bill", False),
    ]
    again.save("Bills 2", "lease", place=place)
    assert names(again) == ["Invoices", "Bills 2", "Bills"], "the removal is undone"
    assert stat.S_IMODE((tmp_path / "library" / SAVED_NAME).stat().st_mode) == 0o600


def test_only_what_is_new_since_the_last_check_is_told(library: Library, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    library.add_folder(notes)
    library.wait("words", timeout=120)
    searches = library.saved_searches
    searches.save("Notes", "begins ext:txt")
    first = searches.check("Notes")
    assert first is not None
    assert (first.matches, first.new) == (3, ())
    write_notes(notes, 4)
    (notes / "other.md").write_text("It begins otherwise.", encoding="utf-8")
    library.indexing.rescan()
    library.wait("words", timeout=120)
    second = SavedSearches(tmp_path / "library", library.queries, writable=True).check("Notes")
    assert second is not None
    assert (second.matches, second.new) == (4, (str(notes / "file-003.txt"),))
    (notes / "file-000.txt").unlink()
    library.indexing.rescan()
    library.wait("words", timeout=120)
    searches = SavedSearches(tmp_path / "library", library.queries, writable=True)
    third = searches.check("Notes")
    assert third is not None
    assert (third.matches, third.new) == (3, ())
    assert searches.check("unknown") is None


@pytest.mark.parametrize(
    "content", ["nonsense", '[{"name": "a"}, {"name": "", "query": "x"}, {"name": 1, "query": "x"}, 7]']
)
def test_a_file_that_is_none_of_ours_has_no_searches(library: Library, tmp_path: Path, content: str) -> None:
    (tmp_path / "library" / SAVED_NAME).write_text(content, encoding="utf-8")
    assert SavedSearches(tmp_path / "library", library.queries, writable=True).all() == []


def test_a_library_that_is_only_read_keeps_the_file(library: Library, tmp_path: Path) -> None:
    library.saved_searches.save("Lease", "lease")
    before = (tmp_path / "library" / SAVED_NAME).read_bytes()
    with Library.open(tmp_path / "library", read_only=True) as reader:
        assert names(reader.saved_searches) == ["Lease"]
        reader.saved_searches.save("Other", "other")
    assert (tmp_path / "library" / SAVED_NAME).read_bytes() == before
