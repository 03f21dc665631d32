"""The registries of engines and models: complete, consistent, and the only places that compare their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import paths
from core.engine.registry import kind_of, kinds, with_model
from core.models import MODELS, RERANKERS
from core.settings import ENGINES, Settings

ROOT = paths.resources().parent
OWNERS = ("core/engine/", "core/models/", "core/settings.py")
NAMES = {*ENGINES, *MODELS, *RERANKERS, *(spec.name for spec in (*MODELS.values(), *RERANKERS.values()))}
# The same words for something else: a field of the settings, a language, the folder of a vocabulary.
ALLOWED = {
    ("core/api/setting_values.py", "sglang"),  # a setting of this name
    ("gui/engine/advanced.py", "sglang"),
    ("gui/dialogs/setting_names.py", "sglang"),  # a setting of this name
    ("core/search/query/languages.py", "english"),  # a language
    ("core/store/lexical/analyzers.py", "english"),
    ("core/store/lexical/fields.py", "english"),
    ("core/store/lexical/language_detection.py", "english"),
    ("core/tokenizers/__init__.py", "english"),
}


def named(source: str) -> Iterator[str]:
    """Names of engines and models that stand in a module as texts."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in NAMES:
            yield node.value


def test_nothing_else_compares_names_of_engines_and_models() -> None:
    found = set()
    for path in (*ROOT.glob("core/**/*.py"), *ROOT.glob("gui/**/*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(OWNERS):
            found |= {(place, name) for name in named(path.read_text(encoding="utf-8"))}
    assert found == ALLOWED


@pytest.mark.parametrize("key", ENGINES)
def test_an_engine_is_described_by_its_folder(key: str) -> None:
    kind = kind_of(key)
    assert kind.key == key
    assert kind in kinds()
    assert (kind.backend is None) != (kind.endpoint is None)
    assert kind.title
    assert kind.location
    assert kind.summary
    assert kind.models()


def test_every_model_has_an_engine_of_this_machine() -> None:
    for key, spec in {**MODELS, **RERANKERS}.items():
        assert spec.key == key
        assert spec.bundled != (spec.download is not None)
        assert all(kind_of(engine).can_run(spec) for engine in spec.engines)
        assert kind_of(spec.engines[0]).is_local


@pytest.mark.parametrize(
    ("engine", "model", "expected"),
    [
        ("builtin", "english", "builtin"),
        ("builtin", "qwen3-0.6b", "sglang"),
        ("sglang", "qwen3-8b", "sglang"),
        ("sglang", "multilingual", "builtin"),
        ("remote", "english", "remote"),
        ("remote", "qwen3-4b", "remote"),
    ],
)
def test_another_model_keeps_the_engine_that_can_run_it(engine: str, model: str, expected: str) -> None:
    assert with_model(Settings(engine=engine), model) == Settings(engine=expected, model=model)


def test_an_unknown_engine_is_an_error() -> None:
    with pytest.raises(KeyError):
        kind_of("none")


def test_the_example_of_this_folder_is_no_part_of_the_program() -> None:
    assert not (Path(ROOT) / "core" / "engine" / "example").exists()
