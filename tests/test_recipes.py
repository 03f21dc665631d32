"""The recipes of the package READMEs ("Add a format"), carried out as they stand on a copy of the sources.

A recipe is a section headed `## Add ...`. Its fenced blocks are carried out in order:

    ```python core/extract/formats/note.py     writes that file
    ```diff core/extract/registry.py           adds the `+` lines behind the context lines above them
    ```sh                                      runs each line with the copy first on Python's path; all must succeed
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = sorted(path for folder in ("core", "gui") for path in (ROOT / folder).rglob("README.md"))
SECTION = re.compile(r"^## (Add [^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(python|diff|sh|json|po)[ ]*([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def recipes() -> list[tuple[Path, str, str]]:
    """(README, heading, section) of every recipe."""
    return [
        (path, heading, section)
        for path in READMES
        for heading, section in SECTION.findall(path.read_text(encoding="utf-8"))
    ]


RECIPES = recipes()


def patched(text: str, diff: str) -> str:
    """The text with the added lines of a diff behind its context, which must stand in the text exactly once."""
    lines = diff.rstrip("\n").split("\n")
    context = [line[1:] for line in lines if not line.startswith("+")]
    joined = "\n".join(context)
    assert joined.strip(), "a diff needs context lines"
    assert text.count(joined) == 1, f"{text.count(joined)} places have these lines:\n{joined}"
    return text.replace(joined, "\n".join(line[1:] for line in lines))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, without what is large: resources are a link."""
    for folder in ("core", "gui", "packaging"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("readme", "section"),
    [(path, section) for path, _, section in RECIPES],
    ids=[f"{path.parent.relative_to(ROOT)}: {heading}" for path, heading, _ in RECIPES],
)
def test_a_recipe_works_as_it_stands(readme: Path, section: str, copy: Path) -> None:
    blocks = BLOCK.findall(section)
    assert any(kind == "sh" for kind, _, _ in blocks), "a recipe ends with commands that show that it worked"
    for kind, place, body in blocks:
        if kind == "sh":
            run(body, copy)
        elif kind == "diff":
            (copy / place).write_text(patched((copy / place).read_text(encoding="utf-8"), body), encoding="utf-8")
        else:
            (copy / place).parent.mkdir(parents=True, exist_ok=True)
            (copy / place).write_text(body, encoding="utf-8")


def run(commands: str, folder: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(folder), "PATH": path}
    done = subprocess.run(
        ["sh", "-e", "-c", commands], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"


def test_there_is_a_recipe_for_each_thing_that_is_often_added() -> None:
    headings = " ".join(heading for _, heading, _ in RECIPES)
    for thing in ("format", "engine", "model", "filter", "language", "message"):
        assert f"Add a {thing}" in headings or f"Add an {thing}" in headings, thing


def test_every_package_has_a_readme() -> None:
    packages = {path.parent for folder in ("core", "gui") for path in (ROOT / folder).glob("*/__init__.py")}
    assert sorted(str(path.relative_to(ROOT)) for path in packages if not (path / "README.md").is_file()) == []


def test_a_readme_names_only_what_is_there() -> None:
    """Every path in backticks exists, as seen from the root or from the README's folder."""
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in READMES
        for name in re.findall(r"`([\w./-]+(?:\.py|/))`", SECTION.sub("", path.read_text(encoding="utf-8")))
        if not (ROOT / name).exists() and not (path.parent / name).exists()
    ]
    assert missing == []


def test_a_diff_adds_its_lines_behind_its_context() -> None:
    assert patched("a\nb\nc\n", " b\n+new\n") == "a\nb\nnew\nc\n"
    with pytest.raises(AssertionError, match="2 places"):
        patched("b\nb\n", " b\n+new\n")
