"""What was opened for which query: kept only if the person agreed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from core.errors import LibraryLockedError
from core.library.measure.judgements import JUDGEMENTS_NAME, Judgement, Judgements


def judgements(root: Path, *, writable: bool = True, enabled: bool = True) -> Judgements:
    return Judgements(root, writable=writable, enabled=lambda: enabled)


def test_they_are_kept_in_the_order_of_the_last_opening(tmp_path: Path) -> None:
    kept = judgements(tmp_path)
    kept.add("lease", "/a.pdf", 1.0)
    kept.add("  boiler   repair ", "/b.pdf", 2.0)
    kept.add("lease", "/a.pdf", 3.0)
    expected = [Judgement("boiler repair", "/b.pdf", 2.0), Judgement("lease", "/a.pdf", 3.0)]
    assert kept.all() == expected
    assert judgements(tmp_path).all() == expected
    assert stat.S_IMODE((tmp_path / JUDGEMENTS_NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize(("writable", "enabled"), [(False, True), (True, False)])
def test_nothing_is_kept_without_consent_or_in_a_library_that_is_only_read(
    tmp_path: Path, *, writable: bool, enabled: bool
) -> None:
    kept = judgements(tmp_path, writable=writable, enabled=enabled)
    kept.add("lease", "/a.pdf")
    assert kept.all() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("query", "path"), [("", "/a"), (" ", "/a"), ("a", ""), ("a" * 5000, "/a"), ("a", "/" * 5000)])
def test_what_cannot_be_measured_is_not_kept(tmp_path: Path, query: str, path: str) -> None:
    kept = judgements(tmp_path)
    kept.add(query, path)
    assert kept.all() == []


def test_clearing_deletes_the_file(tmp_path: Path) -> None:
    kept = judgements(tmp_path)
    kept.add("lease", "/a.pdf")
    kept.clear()
    assert kept.all() == []
    assert not (tmp_path / JUDGEMENTS_NAME).exists()


def test_what_cannot_be_cleared_is_kept_and_said(tmp_path: Path) -> None:
    judgements(tmp_path).add("lease", "/a.pdf", 1.0)
    kept = judgements(tmp_path, writable=False)
    with pytest.raises(LibraryLockedError):
        kept.clear()
    assert [one.query for one in kept.all()] == ["lease"]
    assert (tmp_path / JUDGEMENTS_NAME).exists()


def test_documents_that_are_gone_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "here.txt").touch()
    kept = judgements(tmp_path)
    kept.add("lease", str(tmp_path / "here.txt"))
    kept.add("lease", str(tmp_path / "gone.txt"))
    kept.add("boiler", str(tmp_path / "gone.txt"))
    assert kept.by_query() == {"lease": frozenset({str(tmp_path / "here.txt")})}


@pytest.mark.parametrize("text", ["", "{}", '[1, {"query": 2}, {"query": "a", "path": "/a", "when": true}]', "[[[["])
def test_a_broken_file_is_an_empty_list(tmp_path: Path, text: str) -> None:
    (tmp_path / JUDGEMENTS_NAME).write_text(text, encoding="utf-8")
    assert judgements(tmp_path).all() == []


def test_only_the_last_ones_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.library.measure.judgements.MAX_JUDGEMENTS", 3)
    kept = judgements(tmp_path)
    for number in range(5):
        kept.add(f"query {number}", "/a", float(number))
    assert [one.query for one in kept.all()] == ["query 2", "query 3", "query 4"]
