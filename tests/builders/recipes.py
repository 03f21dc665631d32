"""The recipes of the package READMEs ("Add a format"), carried out on a copy of the sources.

A recipe is a section headed `## Add ...`. Its fenced blocks are carried out in order:

    ```python core/extract/mail.py       writes that file
    ```diff core/extract/registry.py     replaces the `-` lines by the `+` lines between the context lines
    ```sh                                runs the lines with the copy first on Python's path; all must succeed

A fenced block of another kind, or without a path, is for reading only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = sorted(path for folder in ("core", "gui") for path in (ROOT / folder).rglob("README.md"))
SECTION = re.compile(r"^## (Add [^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(python|diff|sh)[ ]*([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def recipes() -> list[tuple[Path, str, str]]:
    """(README, heading, section) of every recipe."""
    return [
        (path, heading, section)
        for path in READMES
        for heading, section in SECTION.findall(path.read_text(encoding="utf-8"))
    ]


def copy_sources(root: Path, *more: str) -> None:
    """Copy the sources and `more` folders to an empty folder; what is large in resources is linked."""
    for folder in ("core", "gui", "packaging", *more):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    (root / "resources").mkdir()
    for entry in (ROOT / "resources").iterdir():
        if entry.name == "locale":
            shutil.copytree(entry, root / "resources" / entry.name)
        else:
            (root / "resources" / entry.name).symlink_to(entry)
    shutil.copy(ROOT / "pyproject.toml", root)
    if more:
        (root / "tests" / "__init__.py").touch()


def recipe_of(package: str) -> str:
    """The only recipe of a package's README."""
    [section] = [section for path, _, section in recipes() if path.parent == ROOT / package]
    return section


def change_sources(section: str, root: Path) -> None:
    """Carry out a recipe's files and diffs, without its commands."""
    for kind, place, body in BLOCK.findall(section):
        if kind != "sh" and place:
            change_file(kind, root / place, body)


def carry_out(section: str, root: Path) -> None:
    """Carry out all of a recipe; fails with the output of the first command that fails."""
    for kind, place, body in BLOCK.findall(section):
        if kind == "sh":
            run(body, root)
        elif place:
            change_file(kind, root / place, body)


def change_file(kind: str, path: Path, body: str) -> None:
    """Write a file, or change it by a diff."""
    if kind == "diff":
        body = patched(path.read_text(encoding="utf-8"), body)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8")


def patched(text: str, diff: str) -> str:
    """The text changed by a diff without line numbers; the lines between two `@@` must fit in one place."""
    text = f"\n{text}"
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines(keepends=True)
        before = "\n" + "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
        after = "\n" + "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
        assert before.strip(), "a diff needs context lines"
        places = len(re.findall(f"(?={re.escape(before)})", text))  # overlapping ones too
        assert places == 1, f"{places} places have these lines:\n{before}"
        text = text.replace(before, after)
    return text[1:]


def run(commands: str, folder: Path) -> None:
    """Run lines of a shell in a copy of the sources."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(folder), "PATH": path, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        ["sh", "-e", "-c", commands], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"
