"""A tree is released only when nothing is missing: each check by a tree that lacks just that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core import paths

ROOT = paths.resources().parent
sys.path.insert(0, str(ROOT / "packaging"))
import release  # noqa: E402

sys.path.pop(0)

FILES = {
    "core/__init__.py": 'VERSION = "1.2.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2027-01-02\n\n- New.\n\n## 1.1.0 - 2026-12-01\n",
    str(release.METAINFO): (
        '<component><releases><release version="1.2.0" date="2027-01-02"><description><p>New.</p></description>'
        "</release></releases></component>"
    ),
    "packaging/translations.py": "",
    "packaging/licences.py": "",
    "gui/window.py": "",
    f"{release.PICTURES}/results.png": "",
    "resources/help/en/search.md": "# Search\n",
    "resources/help/de/search.md": "# Suchen\n",
}
AUTHOR = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]


def commit(root: Path) -> None:
    for command in (["add", "--all"], [*AUTHOR, "commit", "--quiet", "--message", "a change"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)


@pytest.fixture
def tree(tmp_path: Path) -> release.Tree:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    commit(tmp_path)
    return release.Tree(tmp_path)


def lacking(tree: release.Tree) -> list[str]:
    return [name for name, check in release.CHECKS.items() for _ in check(tree)]


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return change


def written(name: str, text: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        (root / name).write_text(text)

    return change


def test_a_ready_tree_lacks_nothing(tree: release.Tree) -> None:
    assert lacking(tree) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (changed("core/__init__.py", "1.2.0", "1.2"), {"version", "changelog", "metainfo"}),
        (changed("core/__init__.py", "1.2.0", "1.3.0"), {"changelog", "metainfo"}),
        (changed("CHANGELOG.md", "Unreleased\n", "Unreleased\n\n- Forgotten.\n"), {"changelog"}),
        (changed("CHANGELOG.md", "2027-01-02", "2027-01-03"), {"metainfo"}),
        (changed("CHANGELOG.md", " - 2027-01-02", ""), {"changelog"}),
        (changed(str(release.METAINFO), "<p>New.</p>", ""), {"metainfo"}),
        (changed(str(release.METAINFO), 'version="1.2.0"', 'version="1.1.0"'), {"metainfo"}),
        (written("packaging/translations.py", "raise SystemExit(1)"), {"translations"}),
        (written("packaging/licences.py", "raise SystemExit(1)"), {"licences"}),
        (written("gui/window.py", "wider = True"), {"screenshots"}),
        (written("resources/help/en/folders.md", "# Folders"), {"manual"}),
    ],
)
def test_what_is_missing_is_told(tree: release.Tree, change: Callable[[Path], None], expected: set[str]) -> None:
    change(tree.root)
    commit(tree.root)
    assert set(lacking(tree)) == expected


def test_a_released_version_is_refused(tree: release.Tree) -> None:
    subprocess.run(["git", "-C", str(tree.root), "tag", "v1.2.0"], check=True)
    assert lacking(tree) == ["version"]


def test_an_uncommitted_change_is_refused(tree: release.Tree) -> None:
    (tree.root / "notes.txt").touch()
    assert lacking(tree) == ["tree"]


def test_a_page_of_the_manual_that_was_changed_in_english_only_is_told(tree: release.Tree) -> None:
    (tree.root / "resources/help/en/search.md").write_text("# Search\n\nMore.\n")
    when = os.environ | {"GIT_COMMITTER_DATE": "2030-01-01T00:00:00Z"}
    command = ["git", "-C", str(tree.root), *AUTHOR, "commit", "--quiet", "--all", "--message", "a change"]
    subprocess.run(command, env=when, check=True)
    assert lacking(tree) == ["manual"]
    assert lacking(release.Tree(tree.root, same_manual=True)) == []


def test_pictures_that_were_looked_at_need_not_be_made_again(tree: release.Tree) -> None:
    (tree.root / "gui" / "window.py").write_text("wider = True")
    commit(tree.root)
    assert lacking(tree) == ["screenshots"]
    assert lacking(release.Tree(tree.root, same_pictures=True)) == []
