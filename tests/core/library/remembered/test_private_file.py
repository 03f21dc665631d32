"""History and saved searches outlive bits that the disk changes in the file or its copy; what is deleted is gone."""

from __future__ import annotations

import json
import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from core import checked_json
from core.cli.main import main
from core.library import Library
from core.library.measure.judgements import JUDGEMENTS_NAME
from core.library.remembered.history import HISTORY_NAME
from core.library.remembered.private_file import load_list, save_list
from core.library.remembered.saved_searches import MAX_KNOWN, SAVED_NAME
from tests.builders.large_trees import without_engine

ENTRIES = [{"name": "Lease", "query": "lease OR rent", "known": [3, 4, 5]}, {"name": "Bills", "query": "bill"}]


def flip(path: Path, source: random.Random) -> None:
    """Change one bit as a failing disk does: the file keeps its times."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[source.randrange(len(data))] ^= 1 << source.randrange(8)
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("writable", [True, False])
def test_a_changed_bit_in_the_file_or_its_copy_costs_nothing(tmp_path: Path, writable: bool) -> None:
    path, source = tmp_path / SAVED_NAME, random.Random(1)
    for number in range(100):
        save_list(path, ENTRIES)
        flip(path if number % 2 else checked_json.copy_of(path), source)
        assert load_list(path, writable=writable) == ENTRIES
        mended = not (checked_json.is_damaged(path) or checked_json.copy_is_damaged(path))
        assert mended == writable


def test_a_file_of_an_earlier_version_and_one_that_was_edited_get_a_checksum(tmp_path: Path) -> None:
    path = tmp_path / SAVED_NAME
    path.write_text(json.dumps(ENTRIES), encoding="utf-8")
    assert load_list(path, writable=True) == ENTRIES
    save_list(path, ENTRIES)
    content = json.loads(path.read_text(encoding="utf-8"))
    content["entries"][0]["query"] = "deposit"
    path.write_text(json.dumps(content), encoding="utf-8")
    os.utime(path, (1e9, 1e9))
    assert load_list(path, writable=True)[0]["query"] == "deposit"
    flip(path, random.Random(2))
    assert load_list(path, writable=True)[0]["query"] == "deposit"


def test_of_a_file_that_is_deleted_no_copy_is_left(tmp_path: Path) -> None:
    path = tmp_path / HISTORY_NAME
    save_list(path, ENTRIES)
    path.unlink()
    assert load_list(path, writable=True) == []
    assert not os.listdir(tmp_path)


def test_many_saved_searches_with_many_known_documents_are_kept(tmp_path: Path) -> None:
    path = tmp_path / SAVED_NAME
    entries = [{"name": f"search {n}", "query": "a", "known": list(range(10**6, 10**6 + MAX_KNOWN))} for n in range(30)]
    save_list(path, entries)
    assert load_list(path, writable=False) == entries


def test_the_doctor_finds_and_mends_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    with Library.open(root, replace(without_engine(), keep_judgements=True)) as library:
        library.history.add_search("boiler pressure")
        library.measure.judgements.add("boiler pressure", "/home/anna/boiler.pdf")
        library.saved_searches.save("Lease", "lease OR rent")
        library.wait("words", timeout=120)
    flip(root / SAVED_NAME, random.Random(3))
    flip(checked_json.copy_of(root / HISTORY_NAME), random.Random(4))
    flip(root / JUDGEMENTS_NAME, random.Random(5))
    with Library.open(root, read_only=True) as library:
        found = {one.code: one.count for one in library.diagnostics.examine().ailments}
    assert found == {"remembered": 3}
    assert main(["doctor", "--repair", "--library", str(root)]) == 0
    assert "Damaged files with saved searches or the history: 3." in capsys.readouterr().out
    with Library.open(root, read_only=True) as library:
        assert library.diagnostics.examine().ailments == ()
        assert [search.query for search in library.saved_searches.all()] == ["lease OR rent"]
        assert [entry.text for entry in library.history.searches()] == ["boiler pressure"]
        assert [one.path for one in library.measure.judgements.all()] == ["/home/anna/boiler.pdf"]
