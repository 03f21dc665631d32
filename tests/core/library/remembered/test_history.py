"""The history keeps the last searches and documents in a file of its owner, and forgets them for good."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.library import Library
from core.library.remembered.history import HISTORY_NAME, MAX_CHARS, MAX_ENTRIES, History
from core.settings import Settings


def history(root: Path, *, writable: bool = True, enabled: bool = True) -> History:
    return History(root, writable=writable, enabled=lambda: enabled)


def texts(entries: list[object]) -> list[str]:
    return [entry.text for entry in entries]  # type: ignore[attr-defined]


def test_searches_and_documents_are_newest_first_and_survive_the_program(tmp_path: Path) -> None:
    first = history(tmp_path)
    first.add_search("tax return", 1.0)
    first.add_document("/home/anna/tax.pdf", 2.0)
    first.add_search("lease  end ", 3.0)
    first.add_search("tax return", 4.0)
    again = history(tmp_path)
    assert texts(again.searches()) == ["tax return", "lease end"]
    assert texts(again.searches(1)) == ["tax return"]
    assert texts(again.documents()) == ["/home/anna/tax.pdf"]
    assert again.documents()[0].when == 2.0


def test_the_beginning_of_a_search_is_replaced_by_the_whole(tmp_path: Path) -> None:
    kept = history(tmp_path)
    for text in ("garden", "inv", "invoice", "invoice bicycle"):
        kept.add_search(text)
    assert texts(kept.searches()) == ["invoice bicycle", "garden"]


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    history(tmp_path).add_search("blood pressure")
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600, 0o600]


def test_it_is_bounded(tmp_path: Path) -> None:
    kept = history(tmp_path)
    for number in range(MAX_ENTRIES + 20):
        kept.add_search(f"search {number}", float(number))
        kept.add_document(f"/doc/{number}", float(number))
    kept.add_search("x" * (MAX_CHARS + 1))
    again = history(tmp_path)
    assert len(again.searches(1000)) == len(again.documents(1000)) == MAX_ENTRIES
    assert again.searches()[0].text == f"search {MAX_ENTRIES + 19}"


def test_one_entry_and_everything_can_be_forgotten(tmp_path: Path) -> None:
    kept = history(tmp_path)
    kept.add_search("one", 1.0)
    kept.add_search("two", 2.0)
    kept.remove(kept.searches()[0])
    assert texts(kept.searches()) == texts(history(tmp_path).searches()) == ["one"]
    kept.clear()
    assert not kept.searches()
    assert not os.listdir(tmp_path), "neither the file nor its copy"


@pytest.mark.parametrize(
    "content", ["", "{}", "nonsense", '[1, {"kind": "search"}, {"kind": "x", "text": "", "when": 1}]']
)
def test_a_file_that_is_none_of_ours_is_an_empty_history(tmp_path: Path, content: str) -> None:
    (tmp_path / HISTORY_NAME).write_text(content, encoding="utf-8")
    kept = history(tmp_path)
    assert not kept.searches()
    kept.add_search("works")
    assert texts(history(tmp_path).searches()) == ["works"]


def test_a_path_that_is_not_utf8_comes_back(tmp_path: Path) -> None:
    path = os.fsdecode(b"/home/anna/caf\xe9.txt")
    history(tmp_path).add_document(path)
    assert texts(history(tmp_path).documents()) == [path]


def test_nothing_is_remembered_while_it_is_off_or_the_library_is_only_read(tmp_path: Path) -> None:
    history(tmp_path, enabled=False).add_search("secret")
    history(tmp_path, writable=False).add_search("secret")
    assert not (tmp_path / HISTORY_NAME).exists()


def test_a_library_has_one_and_the_setting_deletes_it(tmp_path: Path) -> None:
    settings = Settings(engine="remote", remote_url="http://127.0.0.1:9/v1")
    with Library.open(tmp_path, settings) as library:
        session = library._sessions.current
        library.history.add_search("invoice")
        assert texts(library.history.searches()) == ["invoice"]
        library.change_settings(replace(settings, keep_history=False))
        assert not (tmp_path / HISTORY_NAME).exists()
        library.history.add_search("invoice")
        library.change_settings(settings)
        assert not library.history.searches()
        assert library._sessions.current is session, "the engine goes on"
