"""The recipes of the package READMEs are carried out as they stand; their form is in `tests/builders/recipes.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.__main__ import _parser as checks_parser
from tests.builders.recipes import BLOCK, READMES, ROOT, SECTION, carry_out, copy_sources, patched, recipes

pytestmark = pytest.mark.slow

RECIPES = recipes()
COMMAND = re.compile(r"`python -m tests ([^`]+)`")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources, with the fake engine and the other fakes."""
    root = tmp_path / "sources"
    copy_sources(root, "tests/fakes")
    return root


@pytest.mark.parametrize(
    "section",
    [section for _, _, section in RECIPES],
    ids=[f"{path.parent.relative_to(ROOT)}: {heading}" for path, heading, _ in RECIPES],
)
def test_a_recipe_works_as_it_stands(section: str, copy: Path) -> None:
    assert any(kind == "sh" for kind, _, _ in BLOCK.findall(section)), "commands must show that it worked"
    carry_out(section, copy)


def test_there_is_a_recipe_for_each_thing_that_is_often_added() -> None:
    headings = " ".join(heading for _, heading, _ in RECIPES)
    for thing in ("format", "engine", "model", "filter", "language", "message", "setting", "dialog"):
        assert f"Add a {thing}" in headings or f"Add an {thing}" in headings, thing


def test_every_package_has_a_readme() -> None:
    packages = {path.parent for folder in ("core", "gui") for path in (ROOT / folder).glob("*/__init__.py")}
    assert sorted(str(path.relative_to(ROOT)) for path in packages if not (path / "README.md").is_file()) == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_a_readme_names_every_module(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    modules = [module.name for module in path.parent.glob("*.py") if module.name != "__init__.py"]
    folders = [f"{init.parent.name}/" for init in path.parent.glob("*/__init__.py") if path.parent != ROOT / "core"]
    missing = [name for name in modules + folders if f"`{name}" not in text and f"/{name}`" not in text]
    assert missing == []


def test_a_readme_names_only_what_is_there() -> None:
    """Every path in backticks exists, as seen from the root, or somewhere below the README's folder."""
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in READMES
        for name in re.findall(r"`([\w./-]+(?:\.py|/))`", SECTION.sub("", path.read_text(encoding="utf-8")))
        if not (ROOT / name).exists() and not any(path.parent.glob(f"**/{name}"))
    ]
    assert missing == []


@pytest.mark.parametrize(
    "command", sorted({command for path in READMES for command in COMMAND.findall(path.read_text())})
)
def test_a_run_of_the_checks_is_understood(command: str) -> None:
    checks_parser().parse_args(command.split())


@pytest.mark.parametrize("path", READMES, ids=lambda path: str(path.parent.relative_to(ROOT)))
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_a_diff_replaces_lines_between_its_context() -> None:
    assert patched("a\nb\nc\n", " b\n+new\n") == "a\nb\nnew\nc\n"
    assert patched("a\nb\nc\n", "-b\n+new\n c\n@@\n a\n+after\n") == "a\nafter\nnew\nc\n"
    with pytest.raises(AssertionError, match="2 places"):
        patched("b\nb\n", " b\n+new\n")
