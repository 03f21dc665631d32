"""Which files and folders are excluded, and by which rule."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import BadInputError
from core.settings import Exclusions, Settings
from core.watch.ignore_rules import DEFAULT_FILES, DEFAULT_FOLDERS, FolderRules, IgnoreRules

ROOT = b"/home/ann"


def in_folder(rules: IgnoreRules, folder: bytes = ROOT) -> FolderRules:
    return rules.in_folder(ROOT, folder)


@pytest.mark.parametrize(
    "name",
    [".git", "node_modules", "__pycache__", ".Trash", ".Trash-1000", "$RECYCLE.BIN", "$Recycle.Bin", "lost+found",
     "System Volume Information", ".snapshots", ".venv", "NODE_MODULES",
     "@Recycle", ".@__thumb", "#snapshot", "trashbox"],
)  # fmt: skip
def test_folders_that_hold_no_documents_are_left_out_even_among_hidden_ones(name: str) -> None:
    for include_hidden in (False, True):
        assert in_folder(IgnoreRules(include_hidden=include_hidden)).skips_folder(
            f"/home/{name}".encode(), name.encode()
        )


@pytest.mark.parametrize(
    "name",
    ["~$letter.docx", ".~lock.letter.odt#", "letter.txt~", "a.tmp", "A.TMP", "film.part", "x.crdownload", "Thumbs.db",
     "thumbs.db", "desktop.ini", ".DS_Store", "m.pyc", "~"],
)  # fmt: skip
def test_files_that_are_nobodys_documents_are_left_out_even_among_hidden_ones(name: str) -> None:
    for include_hidden in (False, True):
        assert in_folder(IgnoreRules(include_hidden=include_hidden)).skips_file(name.encode())


@pytest.mark.parametrize(
    "name", ["letter.docx", "git", "cache.txt", "template", "a.tmp.txt", "Trash", "b~c.txt", "part", "snapshots.md", ""]
)
def test_all_else_is_let_through(name: str) -> None:
    assert not in_folder(IgnoreRules()).skips_file(name.encode())
    assert not in_folder(IgnoreRules()).skips_folder(f"/home/{name}".encode(), name.encode())


def test_hidden_names_are_a_choice() -> None:
    assert in_folder(IgnoreRules()).skips_file(b".profile")
    assert in_folder(IgnoreRules()).skips_folder(b"/home/.config", b".config")
    assert not in_folder(IgnoreRules(include_hidden=True)).skips_file(b".profile")
    assert not in_folder(IgnoreRules(include_hidden=True)).skips_folder(b"/home/.config", b".config")


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
    rules = IgnoreRules(exclude=("", pattern))
    for names, expected in ((left_out, True), (kept, False)):
        for name in map(os.fsencode, names):
            if not name.startswith(b"."):
                assert in_folder(rules).skips_file(name) is expected
            assert in_folder(rules).skips_folder(b"/x/" + name, name) is (expected or name.startswith(b"."))


def test_a_path_that_is_never_looked_into() -> None:
    rules = IgnoreRules(skip_paths=(b"/home/ann/library",))
    assert in_folder(rules).skips_folder(b"/home/ann/library", b"library")
    assert not in_folder(rules).skips_folder(b"/home/bob/library", b"library")


def test_names_that_are_not_text_do_no_harm() -> None:
    rules = IgnoreRules(exclude=("*.log",))
    assert in_folder(rules).skips_file(b"\xff\xfe.log")
    assert not in_folder(rules).skips_file(bytes(range(1, 46)) + bytes(range(48, 256)))


def test_the_defaults_are_named_once() -> None:
    assert len(set(DEFAULT_FOLDERS)) == len(DEFAULT_FOLDERS)
    assert len(set(DEFAULT_FILES)) == len(DEFAULT_FILES)


def explain(rules: IgnoreRules, path: str) -> str | None:
    reason = rules.explain(ROOT, ROOT + b"/" + os.fsencode(path))
    return None if reason is None else reason.sentence


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "a/node_modules/x/readme.md",
            "It is in the folder “/home/ann/a/node_modules”. Files and folders named “node_modules”",
        ),
        ("letter.docx.tmp", "Files and folders named “*.tmp” are excluded"),
        (".profile", "Hidden files and folders are excluded."),
        (".config/a.txt", "It is in the folder “/home/ann/.config”. Hidden files"),
        ("x.log", "A name pattern in the settings excludes it."),
        ("Drafts/old.txt", "It is in the folder “/home/ann/Drafts”. The pattern “drafts/” of this folder excludes it."),
        ("library/words/a.txt", "It is in the folder “/home/ann/library”. Findling does not index its own library."),
    ],
)
def test_the_rule_that_leaves_a_path_out_is_told(path: str, words: str) -> None:
    rules = IgnoreRules(exclude=("*.log",), skip_paths=(ROOT + b"/library",), exclusions=Exclusions(("drafts/",)))
    assert (explain(rules, path) or "").startswith(words)


@pytest.mark.parametrize("path", ["a.txt", "deep/er/a.txt", "Drafts", "draft/a.txt", "log"])
def test_no_rule_is_told_of_what_is_let_through(path: str) -> None:
    assert explain(IgnoreRules(exclude=("*.log",), exclusions=Exclusions(("drafts/",))), path) is None


def test_the_root_itself_and_what_is_not_in_it_is_no_matter_of_its_rules() -> None:
    rules = IgnoreRules(exclusions=Exclusions(("*",)))
    assert rules.explain(b"/home/ann/.hidden", b"/home/ann/.hidden") is None
    assert rules.explain(ROOT, b"/home/bob/a.txt") is None
    assert rules.explain(b"/", b"/a.tmp")


def test_lines_of_a_folder_are_like_those_of_a_gitignore_file() -> None:
    lines = ("# a comment", "", "*.bak", "/top.txt", "build/", "docs/**/old", "!keep.bak", "Über *")
    rules = IgnoreRules(exclusions=Exclusions(lines))
    for path in ("a.bak", "x/A.BAK", "top.txt", "x/build/a.txt", "docs/old", "docs/a/b/old/c.txt", "über uns.txt"):
        assert explain(rules, path), path
    for path in ("keep.bak", "x/keep.bak", "x/top.txt", "build", "old", "# a comment"):
        assert explain(rules, path) is None, path


def test_a_line_brings_back_what_the_defaults_leave_out() -> None:
    rules = IgnoreRules(exclusions=Exclusions(("!.notes/", "!*.tmp", "!node_modules/")))
    for path in (".notes/.a.txt", "a.tmp", "node_modules/readme.md"):
        assert explain(rules, path) is None
    assert explain(rules, ".other/a.txt")


@pytest.mark.parametrize("line", ["!", "[z-a]", "a[!b-a]c", "[.-,]", "[é-a]"])
def test_a_line_that_is_no_pattern_is_said_and_under_way_leaves_nothing_out(line: str) -> None:
    with pytest.raises(BadInputError, match="is not a valid pattern"):
        IgnoreRules(exclusions=Exclusions(("*.txt", line)))
    assert (
        IgnoreRules.from_settings(Settings(), library=b"/x", exclusions=Exclusions((line,))).explain(
            ROOT, ROOT + b"/a.txt"
        )
        is None
    )


def test_gitignore_files_count_where_that_was_chosen(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\n!\n[z-a]\n")  # invalid lines are ignored
    (tmp_path / "deep/.gitignore").write_bytes(b"!keep.log\n/only.txt\n\xff*\n")
    rules = IgnoreRules(exclusions=Exclusions(gitignore=True))
    left_out = ["a.log", "deep/a.log", "deep/er/build/x.txt", "deep/only.txt", "deep/\udcffx"]
    for path in left_out:
        reason = rules.explain(root, root + b"/" + os.fsencode(path))
        assert reason is not None
        assert ".gitignore excludes it." in reason.sentence
        assert IgnoreRules().explain(root, root + b"/" + os.fsencode(path)) is None
    for path in ("keep.txt", "deep/keep.log", "deep/er/only.txt", "only.txt", "A.LOG"):
        assert rules.explain(root, root + b"/" + os.fsencode(path)) is None
    (tmp_path / "deep/.gitignore").write_text("*.txt")
    assert rules.explain(root, root + b"/deep/keep.txt")
    assert not rules.explain(root, root + b"/deep/x.md")


def test_what_the_person_says_stands_over_a_gitignore_file(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    (tmp_path / ".gitignore").write_text("*.log")
    rules = IgnoreRules(exclusions=Exclusions(("!mine.log",), gitignore=True))
    assert rules.explain(root, root + b"/mine.log") is None
    assert rules.explain(root, root + b"/other.log")


def test_to_be_skipped_and_to_have_a_reason_are_the_same(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.log\n")
    root = os.fsencode(tmp_path)
    choices = [
        Exclusions(),
        Exclusions(("a*", "!ab*")),
        Exclusions(gitignore=True),
        Exclusions(("!.*",), gitignore=True),
    ]
    names = [b"a", b"ab", b"x.log", b".x", b".git", b"node_modules", b"a.tmp", b"~$a.docx", b"plain.txt"]
    for exclusions in choices:
        here = IgnoreRules(exclude=("plain*",), exclusions=exclusions).in_folder(root, root)
        for name in names:
            assert here.skips_file(name) is (here.explain(name, is_folder=False) is not None)
            assert here.skips_folder(root + b"/" + name, name) is (here.explain(name, is_folder=True) is not None)


@pytest.mark.parametrize(
    "rules",
    [
        IgnoreRules(),
        IgnoreRules(include_hidden=True),
        IgnoreRules(exclude=("plain*",)),
        IgnoreRules(exclusions=Exclusions(("a*",))),
    ],
)
def test_the_shortest_way_to_skip_a_file_is_the_same_as_the_long_one(rules: IgnoreRules) -> None:
    here = rules.in_folder(b"/docs", b"/docs")
    for name in (
        b"a",
        b".x",
        b".DS_Store",
        b"a.tmp",
        b"~$a.docx",
        b"A.TMP",
        b"plain.txt",
        b"x.y.pdf",
        b"x\n.tmp",
        b"tmp",
    ):
        assert bool(here.file_matcher(name)) is here.skips_file(name), name
