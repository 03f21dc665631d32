"""A format is one module and one line: the recipe of core/extract/README.md, carried out in a copy of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.system.new_program import Program, check_in_window, program_with_recipe

pytestmark = pytest.mark.slow

MESSAGE = (
    "From: Ann Keeper <ann@lighthouse.example>\n"
    "Subject: The foghorn is repaired\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: base64\n\n"
    "VGhlIGJyYXNzIGRpYXBocmFnbSB3YXMgcmVwbGFjZWQgb24gVHVlc2RheS4=\n"  # The brass diaphragm was replaced on Tuesday.
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with the format of the recipe, and a library with a message in it."""
    with fake() as engine:
        made = program_with_recipe("core/extract", tmp_path_factory.mktemp("new-format"), remote(engine))
        (made.documents / "foghorn.eml").write_text(MESSAGE, encoding="utf-8")
        made.command("index", made.documents)
        yield made


@pytest.mark.parametrize("query", ["brass diaphragm", "type:mail", "ext:eml", "diaphragm type:mail ext:eml"])
def test_it_is_found_by_its_words_its_type_and_its_extension(program: Program, query: str) -> None:
    [hit, *others] = program.search(query)
    assert str(hit["path"]).endswith("foghorn.eml")
    assert (hit["title"], hit["kind"]) == ("The foghorn is repaired", "mail")
    assert others == [] or "type:" not in query


def test_the_command_line_explains_it(program: Program) -> None:
    explained = json.loads(program.command("why", program.documents / "foghorn.eml", "--query", "diaphragm", "--json"))
    assert (explained["code"], explained["passages"]) == ("read", 1)
    assert dict(explained["ranks"])["words"] == 1
    assert json.loads(program.command("problems", "--json") or "[]") == []


def test_the_doctor_finds_the_library_consistent(program: Program) -> None:
    program.command("doctor")


def test_the_window_shows_it(program: Program) -> None:
    check_in_window(program, "tests/gui/check_new_format.py")
