"""File systems that ignore case or normalization: a file is known by the name that its folder lists."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from core.watch.classify import Root, classify
from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import inode_of

REAL = os.lstat


@pytest.fixture
def tolerant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on a file system that ignores case and Unicode normalization."""

    def plain(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()

    def lstat(path: bytes) -> os.stat_result:
        folder, name = os.path.split(os.fsdecode(path))
        listed = {plain(entry): entry for entry in os.listdir(folder)}
        return REAL(os.path.join(folder, listed.get(plain(name), name)))

    monkeypatch.setattr("core.watch.classify.os.lstat", lstat)
    return tmp_path


def classified(root: Path, *names: str) -> tuple[list[str], list[str]]:
    path = os.fsencode(root)
    result = classify(
        Root(1, path, IgnoreRules(), inode_of(path)), {os.path.join(path, os.fsencode(name)): 0.0 for name in names}
    )
    found = [os.path.basename(os.fsdecode(entry.path)) for entry in result.found]
    return sorted(found), sorted(os.path.basename(os.fsdecode(entry)) for entry in result.deleted)


@pytest.mark.parametrize(
    ("before", "after"), [("Letter.txt", "letter.txt"), ("caf\u00e9.txt", "cafe\u0301.txt"), ("a.TXT", "A.txt")]
)
def test_another_spelling_is_a_name_that_is_gone(tolerant: Path, before: str, after: str) -> None:
    (tolerant / after).touch()
    assert classified(tolerant, before, after) == ([after], [before])


def test_elsewhere_two_spellings_are_two_files(tmp_path: Path) -> None:
    names = ["a.txt", "A.txt", "caf\u00e9.txt", "cafe\u0301.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    assert classified(tmp_path, *names) == (sorted(names), [])


def test_elsewhere_two_spellings_may_be_two_names_of_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    os.link(tmp_path / "a.txt", tmp_path / "A.TXT")
    assert classified(tmp_path, "a.txt", "A.TXT") == (["A.TXT", "a.txt"], [])


def test_a_name_that_is_no_text_is_looked_at_as_it_is(tmp_path: Path) -> None:
    wild = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(wild, "w"):
        pass
    assert classified(tmp_path, "caf\udce9.txt") == (["caf\udce9.txt"], [])
