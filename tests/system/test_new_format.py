"""A format is one module and one line: the recipe of core/extract/README.md, carried out in a copy of the program."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.core.engine.conftest import fake
from tests.core.library.conftest import remote
from tests.system.new_program import Program, check_in_window, program_with_recipe

pytestmark = pytest.mark.slow

PAGE = "# The foghorn is repaired\n\n=> gemini://lighthouse.example The brass diaphragm was replaced on Tuesday.\n"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program with the format of the recipe, and a library with a page in it."""
    with fake() as engine:
        made = program_with_recipe("core/extract", tmp_path_factory.mktemp("new-format"), remote(engine))
        (made.documents / "foghorn.gmi").write_text(PAGE, encoding="utf-8")
        made.command("index", made.documents)
        yield made


@pytest.mark.parametrize("query", ["brass diaphragm", "type:web", "ext:gmi", "diaphragm type:web ext:gmi"])
def test_it_is_found_by_its_words_its_type_and_its_extension(program: Program, query: str) -> None:
    [hit, *others] = program.search(query)
    assert str(hit["path"]).endswith("foghorn.gmi")
    assert (hit["title"], hit["kind"]) == ("The foghorn is repaired", "web")
    assert others == [] or "type:" not in query


def test_the_command_line_explains_it(program: Program) -> None:
    explained = json.loads(program.command("why", program.documents / "foghorn.gmi", "--query", "diaphragm", "--json"))
    assert (explained["code"], explained["passages"]) == ("read", 1)
    assert dict(explained["ranks"])["words"] == 1
    assert json.loads(program.command("problems", "--json") or "[]") == []


def test_the_doctor_finds_the_library_consistent(program: Program) -> None:
    program.command("doctor")


def test_the_window_shows_it(program: Program) -> None:
    check_in_window(program, "tests/gui/check_new_format.py")
