"""Which names are left out."""

from __future__ import annotations

import os

import pytest

from core.watch.rules import FILES, FOLDERS, Rules


@pytest.mark.parametrize(
    "name",
    [".git", "node_modules", "__pycache__", ".Trash", ".Trash-1000", "$RECYCLE.BIN", "$Recycle.Bin", "lost+found",
     "System Volume Information", ".snapshots", ".venv", "NODE_MODULES"],
)  # fmt: skip
def test_folders_that_hold_no_documents_are_left_out_even_among_hidden_ones(name: str) -> None:
    for hidden in (False, True):
        assert Rules(hidden=hidden).skips_folder(f"/home/{name}".encode(), name.encode())


@pytest.mark.parametrize(
    "name",
    ["~$letter.docx", ".~lock.letter.odt#", "letter.txt~", "a.tmp", "A.TMP", "film.part", "x.crdownload", "Thumbs.db",
     "thumbs.db", "desktop.ini", ".DS_Store", "m.pyc", "~"],
)  # fmt: skip
def test_files_that_are_nobodys_documents_are_left_out_even_among_hidden_ones(name: str) -> None:
    for hidden in (False, True):
        assert Rules(hidden=hidden).skips_file(name.encode())


@pytest.mark.parametrize(
    "name", ["letter.docx", "git", "cache.txt", "template", "a.tmp.txt", "Trash", "b~c.txt", "part", "snapshots.md", ""]
)
def test_all_else_is_let_through(name: str) -> None:
    assert not Rules().skips_file(name.encode())
    assert not Rules().skips_folder(f"/home/{name}".encode(), name.encode())


def test_hidden_names_are_a_choice() -> None:
    assert Rules().skips_file(b".profile")
    assert Rules().skips_folder(b"/home/.config", b".config")
    assert not Rules(hidden=True).skips_file(b".profile")
    assert not Rules(hidden=True).skips_folder(b"/home/.config", b".config")


@pytest.mark.parametrize(
    ("pattern", "left_out", "kept"),
    [
        ("*.log", ["a.log", "A.LOG", ".log", "a\n.log"], ["a.log.txt", "log"]),
        ("draft ?", ["draft 1", "Draft ü"], ["draft 12", "draft "]),
        ("gr?ße*", ["größe.txt", "GRÖßE"], ["grosse"]),
        ("Äpfel", ["äpfel", "ÄPFEL"], ["apfel"]),
        ("private", ["private", "Private"], ["private.txt", "my private"]),
        ("[ab].txt", ["a.txt", "b.txt"], ["c.txt"]),
        ("(x|y).+", ["(x|y).+"], ["x1"]),
        ("图*", ["图书馆"], ["书图"]),
        ("*", ["anything", ""], []),
        ("\udce9*", ["\udce9t\udce9"], ["et\udce9"]),
    ],
)
def test_chosen_patterns_are_for_files_and_folders(pattern: str, left_out: list[str], kept: list[str]) -> None:
    rules = Rules(exclude=("", pattern))
    for names, expected in ((left_out, True), (kept, False)):
        for name in map(os.fsencode, names):
            if not name.startswith(b"."):
                assert rules.skips_file(name) is expected
            assert rules.skips_folder(b"/x/" + name, name) is (expected or name.startswith(b"."))


def test_a_path_that_is_never_looked_into() -> None:
    rules = Rules(never=(b"/home/ann/library",))
    assert rules.skips_folder(b"/home/ann/library", b"library")
    assert not rules.skips_folder(b"/home/bob/library", b"library")


def test_names_that_are_not_text_do_no_harm() -> None:
    rules = Rules(exclude=("*.log",))
    assert rules.skips_file(b"\xff\xfe.log")
    assert not rules.skips_file(bytes(range(1, 46)) + bytes(range(48, 256)))


def test_the_defaults_are_named_once() -> None:
    assert len(set(FOLDERS)) == len(FOLDERS)
    assert len(set(FILES)) == len(FILES)
