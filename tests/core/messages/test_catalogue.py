"""The catalogue of messages against the sources: every code has a template, every template is used, every text is
translated."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from core.messages import templates
from core.messages.templates import ALL_TEMPLATES
from core.messages.translate import PluralText

ROOT = Path(__file__).resolve().parents[3]
FILE_ENDINGS = (".ini", ".json", ".log", ".md", ".onnx", ".npy", ".py", ".txt")
AREAS = {code.partition(".")[0] for code in ALL_TEMPLATES if "." in code}


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("core", "gui"):
        for path in (ROOT / folder).rglob("*.py"):
            if "templates" not in path.parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_every_module_of_templates_is_among_the_areas() -> None:
    modules = {path.stem for path in Path(templates.__file__).parent.glob("*.py")} - {"__init__"}
    assert {area.__name__.rpartition(".")[2] for area in templates.AREAS} == modules


def strings() -> Iterator[tuple[Path, str]]:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def prefixes() -> tuple[str, ...]:
    """The constant prefixes of codes built by f-strings, such as f"problem.{code}"."""
    return tuple(
        node.values[0].value
        for _, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and isinstance(node.values[0], ast.Constant)
        and str(node.values[0].value).partition(".")[0] in AREAS
        and "." in str(node.values[0].value)
    )


def test_every_template_is_used() -> None:
    used, put_together = {text for _, text in strings()}, prefixes()
    assert [code for code in ALL_TEMPLATES if code not in used and not code.startswith(put_together)] == []


def test_every_code_that_is_raised_has_a_template() -> None:
    """A code is a string such as `area.what_is_so` whose area has templates."""
    code = re.compile(rf"(?:{'|'.join(sorted(AREAS))})\.[a-z0-9_]+")
    beginnings = set(prefixes())
    unknown = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, text in strings()
        if code.fullmatch(text)
        and text not in ALL_TEMPLATES
        and text not in beginnings
        and not text.endswith(FILE_ENDINGS)
    ]
    assert unknown == []


@pytest.mark.parametrize("code", ALL_TEMPLATES)
def test_a_template_has_named_fields_only(code: str) -> None:
    template = ALL_TEMPLATES[code]
    for text in (template.sentence, template.remedy):
        for form in text if isinstance(text, PluralText) else (text,):
            names = [name for _, name, _, _ in string.Formatter().parse(form) if name is not None]
            assert all(name.isidentifier() for name in names), form
        if isinstance(text, PluralText):
            assert "{count" in text.many


def test_a_new_text_is_found_wherever_it_stands() -> None:
    source = 'x = f"{tr(\'in an f-string\')}"\nprint(ntr("{count} a", "{count} b", 2))\ny = mark("later")\nz = tr(y)\n'
    assert tool().texts_in(source) == [("in an f-string",), ("{count} a", "{count} b"), ("later",)]


def test_an_f_string_cannot_be_translated() -> None:
    with pytest.raises(ValueError, match="f-string"):
        tool().texts_in('tr(f"Hello {name}")')


def test_the_fields_of_a_translation_are_compared_with_those_of_its_text() -> None:
    from babel.messages.catalog import Message

    module = tool()
    assert module.fields("{a} of {b:size}") == {("a", ""), ("b", "size")}
    good = Message("{a} of {b}", "{b}: {a}")
    bad = Message("{a} of {b}", "{a} von {c}")
    single = Message(("{count} file", "{count} files"), ("eine Datei", "{count} Dateien"))
    assert module._field_faults("de", good) == []
    assert len(module._field_faults("de", bad)) == 1
    assert module._field_faults("de", single) == []
