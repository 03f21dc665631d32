"""The names of the tree: no retired word, no class name for two things, no constant with two meanings within reach."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Words that only their author understood, and the field's word that stands in their place.
RETIRED = {
    "lane": "retriever",
    "lanes": "retrievers",
    "shelf": "index set",
    "shelves": "index sets",
    "recipe": "chunking config, lockfile, runtime",
    "cutting": "chunking",
    "former": "previous model",
    "speaks": "can_embed",
    "mute": "disabled",
    "manners": "throttle",
    "nap": "next_wakeup",
    "nudge": "wake",
    "slipped": "fuzzy",
    "begun": "prefix",
    "legible": "sanitize",
    "closer": "sentence rerank",
    "telling": "calibration",
    "folding": "collapse",
    "wanted": "highlighter, requested",
    "soundness": "clean-shutdown flag, verify",
    "mending": "repair",
    "salvage": "recover",
    "salvaged": "recovered",
    "rescue": "recover",
    "rescued": "recovered",
    "keeper": "supervisor, handle",
    "keeping": "supervisor, controller",
    "desk": "mailbox",
    "leftovers": "orphans",
    "leash": "guard",
    "healthcare": "diagnostics",
    "looks": "capabilities",
    "let_go": "deleted_at, release, drop",
}
# Why a retired word stays, by identifier.
ALLOWED = {
    "lanes": "a public field of Hit and HitPassage, and a parameter of Library.search",
}
# In the tests a recipe is one of the package READMEs, see tests/test_recipes.py.
MEANT_OTHERWISE = {"tests": {"recipe"}}


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "corpus" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def identifiers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Every name that a module gives or uses, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.Attribute(attr=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.alias(name=name, asname=other):
                yield (other or name.rpartition(".")[2]), node.lineno


def words(identifier: str) -> set[str]:
    """The words of an identifier, and its pairs of words: RunLetGo -> run, let, go, run_let, let_go."""
    parts = [part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)]
    return {*parts, *map("_".join, pairwise(parts))}


def test_the_words_of_an_identifier() -> None:
    assert words("_ShelfOf_letGo2") == {"shelf", "of", "let", "go", "2", "shelf_of", "of_let", "let_go", "go_2"}


@pytest.mark.parametrize("folder", ["core", "gui", "packaging", "tests"])
def test_no_identifier_has_a_retired_word(folder: str) -> None:
    found = sorted(
        f"{path}:{line}: {name} ({RETIRED[word]})"
        for path, tree in modules(folder)
        for name, line in set(identifiers(tree))
        for word in words(name) & (RETIRED.keys() - MEANT_OTHERWISE.get(folder, set()))
        if name not in ALLOWED and not (folder == "tests" and name.startswith("test_"))
    )
    assert found == []


def test_no_module_or_folder_has_a_retired_word() -> None:
    paths = [path for path, _ in modules("core", "gui", "packaging", "tests")]
    assert [path for path in paths if words(path) & RETIRED.keys()] == []


def test_a_word_is_allowed_only_where_it_is_used() -> None:
    used = {name for _, tree in modules("core", "gui") for name, _ in identifiers(tree)}
    assert ALLOWED.keys() <= used


def test_a_class_name_stands_for_one_thing() -> None:
    places = defaultdict(list)
    for path, tree in modules("core", "gui"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(path)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def constants(tree: ast.Module) -> dict[str, str]:
    """The public constants of a module: their names with their values as they are written."""
    found = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case _:
                continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id.isupper() and not target.id.startswith("_"):
                found[target.id] = ast.unparse(value)
    return found


def module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(tree: ast.Module) -> set[str]:
    """The modules that a module imports from."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_no_constant_has_two_meanings_within_reach() -> None:
    """Of two modules of which one imports the other, both may not define one constant with different values."""
    trees = {module_name(path): tree for path, tree in modules("core", "gui")}
    defined = {name: constants(tree) for name, tree in trees.items()}
    clashes = [
        f"{constant}: {name} and {other}"
        for name, tree in trees.items()
        for other in imported(tree) & trees.keys()
        for constant, value in defined[name].items()
        if constant in defined[other] and defined[other][constant] != value
    ]
    assert clashes == []
