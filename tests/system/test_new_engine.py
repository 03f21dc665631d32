"""An engine is one folder and one line: the recipe of core/engine/README.md, carried out in a copy of the program."""

from __future__ import annotations

import json

import pytest

from core.settings import Settings
from tests.system.new_program import Program, check_finds_by_meaning, check_in_window, program_with_recipe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    settings = Settings(engine="example", model="english")
    made = program_with_recipe("core/engine", tmp_path_factory.mktemp("new-engine"), settings)
    made.command("index", made.documents)
    return made


def test_it_indexes_and_finds_by_meaning(program: Program) -> None:
    check_finds_by_meaning(program)


def test_the_command_line_shows_and_checks_it(program: Program) -> None:
    assert "Engine: example, model english" in program.command("engine", "status")
    program.command("engine", "check")
    told = json.loads(program.command("engine", "status", "--json"))
    assert (told["engine"], told["servers"][0]["step"]) == ("example", "start")


def test_the_doctor_finds_the_library_consistent(program: Program) -> None:
    program.command("doctor")


def test_the_panel_offers_it(program: Program) -> None:
    check_in_window(program, "tests/gui/check_new_engine.py")
