"""Says what a release still lacks: `python packaging/release.py`; ends with 1 if there is anything.

--same-pictures: the screenshots were looked at, and the window still looks as they show it.
--same-manual: the manual's pages in other languages were read, and still say what the English ones do.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
METAINFO = Path("resources", "org.findling.Findling.metainfo.xml")
PICTURES = "resources/screenshots"
APPEARANCE = ("gui", "resources/style", "resources/icons")  # a change there may show in the pictures


@dataclass(frozen=True, slots=True)
class Tree:
    """The sources in a folder, which is a git repository."""

    root: Path
    same_pictures: bool = False
    same_manual: bool = False

    def text(self, *parts: str) -> str:
        return self.root.joinpath(*parts).read_text(encoding="utf-8")

    def git(self, *arguments: str) -> str:
        """What git says; "" if it fails."""
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def version(self) -> str:
        found = re.search(r'^VERSION = "([^"]*)"', self.text("core", "__init__.py"), re.MULTILINE)
        return found[1] if found else ""


def version_lacks(tree: Tree) -> Iterator[str]:
    version = tree.version()
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        yield f'VERSION in core/__init__.py is no version of three numbers: "{version}".'
    elif tree.git("tag", "--list", f"v{version}"):
        yield f"Version {version} is released already: raise VERSION in core/__init__.py."


def changelog_lacks(tree: Tree) -> Iterator[str]:
    version = re.escape(tree.version())
    text = tree.text("CHANGELOG.md")
    if not re.search(rf"^## {version} - \d{{4}}-\d\d-\d\d$", text, re.MULTILINE):
        yield f'CHANGELOG.md has no section "## {tree.version()} - YEAR-MONTH-DAY".'
    unreleased = re.search(r"^## Unreleased$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if unreleased and re.search(r"^- ", unreleased[1], re.MULTILINE):
        yield 'CHANGELOG.md still has lines under "Unreleased": move them to the version\'s section.'


def metainfo_lacks(tree: Tree) -> Iterator[str]:
    newest = ET.parse(tree.root / METAINFO).getroot().find("releases/release")
    version = newest.get("version") if newest is not None else None
    if newest is None or version != tree.version():
        yield f"{METAINFO} has {version} as its newest release, not {tree.version()}."
        return
    if not "".join(newest.itertext()).strip():
        yield f"{METAINFO} says nothing of release {version}."
    day = re.search(rf"^## {re.escape(tree.version())} - (\S+)$", tree.text("CHANGELOG.md"), re.MULTILINE)
    if day and newest.get("date") != day[1]:
        yield f"{METAINFO} has {newest.get('date')} as the day of the release, CHANGELOG.md {day[1]}."


def pictures_lack(tree: Tree) -> Iterator[str]:
    drawn = tree.git("log", "-1", "--format=%H", "--", PICTURES)
    changed = tree.git("log", "--format=%H", f"{drawn}..HEAD", "--", *APPEARANCE) if drawn else "never"
    if changed and not tree.same_pictures:
        yield (
            "The window has changed since the screenshots were made: make them again with python -m "
            "tests.tools.screenshots, or say --same-pictures if they still show it."
        )


def manual_lacks(tree: Tree) -> Iterator[str]:
    """Pages that a language does not have, or whose English text was changed after the last translation."""
    manual = tree.root / "resources" / "help"
    for language in sorted(path.name for path in manual.glob("*") if path.is_dir() and path.name != "en"):
        for page in sorted((manual / "en").glob("*.md")):
            name = f"{language}/{page.name}"
            if not (manual / name).is_file():
                yield f"The manual has no page {name}."
            elif not tree.same_manual and _committed(tree, f"en/{page.name}") > _committed(tree, name):
                yield f"The manual's page {name} is older than the English one: translate it, or say --same-manual."


def _committed(tree: Tree, page: str) -> int:
    """When a page of the manual was committed last, in seconds since 1970."""
    return int(tree.git("log", "-1", "--format=%ct", "--", f"resources/help/{page}") or 0)


def tree_lacks(tree: Tree) -> Iterator[str]:
    if tree.git("status", "--porcelain"):
        yield "There are changes that are not committed."


def _script(name: str, *arguments: str, sentence: str) -> Callable[[Tree], Iterator[str]]:
    """A check that another script of this folder makes."""

    def lacks(tree: Tree) -> Iterator[str]:
        command = [sys.executable, str(tree.root / "packaging" / name), *arguments]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            yield f"{sentence}: python packaging/{' '.join((name, *arguments))} says more."

    return lacks


CHECKS: dict[str, Callable[[Tree], Iterator[str]]] = {
    "version": version_lacks,
    "changelog": changelog_lacks,
    "metainfo": metainfo_lacks,
    "translations": _script("translations.py", "check", sentence="The translations are not complete"),
    "manual": manual_lacks,
    "licences": _script("licences.py", sentence="A package's licence is not allowed, or not known"),
    "screenshots": pictures_lack,
    "tree": tree_lacks,
}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--same-pictures", action="store_true")
    parser.add_argument("--same-manual", action="store_true")
    options = parser.parse_args(argv)
    tree = Tree(ROOT, options.same_pictures, options.same_manual)
    lacking = [(name, sentence) for name, check in CHECKS.items() for sentence in check(tree)]
    for name, sentence in lacking:
        print(f"{name}: {sentence}")
    if not lacking:
        print(f"Ready: git tag v{tree.version()}, then sh packaging/build.sh all")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
