"""A model is one module and one line: the recipe of core/models/README.md, carried out in a copy of the program."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.models import ModelSpec
from core.settings import Settings
from tests.core.engine.conftest import KEY, running
from tests.system.new_program import Program, check_finds_by_meaning, check_in_window, program_with_recipe

pytestmark = pytest.mark.slow

SERVED = ModelSpec("example-embedding", "Example", dimension=96, token_limit=256, tokenizer="wordpiece", revision="1")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    command = ["tests.fakes.fake_engine", "--model", SERVED.name, "--dim", str(SERVED.dimension)]
    with running(command, SERVED) as engine:
        settings = Settings(engine="remote", model="english", remote_url=engine.url, remote_key=KEY)
        made = program_with_recipe("core/models", tmp_path_factory.mktemp("new-model"), settings)
        made.command("index", "--model", "example", made.documents)
        yield made


def test_it_indexes_and_finds_by_meaning(program: Program) -> None:
    check_finds_by_meaning(program)


def test_the_command_line_shows_and_checks_it(program: Program) -> None:
    assert "Engine: remote, model example" in program.command("engine", "status")
    program.command("engine", "check")


def test_the_doctor_finds_the_library_consistent(program: Program) -> None:
    program.command("doctor")


def test_the_panel_offers_it(program: Program) -> None:
    check_in_window(program, "tests/gui/check_new_model.py")
