"""What the README shows is there, and is taken as it is shown."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from core.cli.main import parser
from tests.__main__ import _parser as checks_parser

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line.partition("  #")[0].strip() for block in BLOCKS for line in block.splitlines()]
SHOWN = [command for command in COMMANDS if command.startswith("findling ")]
VALUES = {"N": "5", "PATH...": "letters", "QUERY": "travel costs"}


def words(command: str) -> list[str]:
    """The command as a person types it, all that is in brackets included."""
    return [VALUES.get(word, word) for word in shlex.split(re.sub(r"[][]", " ", command))[1:]]


def test_the_two_commands_are_shown_as_they_are() -> None:
    assert [command for command in COMMANDS if command.startswith("sh ")] == [
        "sh packaging/run.sh [FOLDER ...]",
        "sh packaging/test.sh",
    ]


@pytest.mark.parametrize("command", SHOWN)
def test_a_command_is_understood(command: str) -> None:
    arguments = parser().parse_args(words(command))
    assert arguments.command == command.split()[1]


def test_every_sub_command_is_shown() -> None:
    choices = next(action.choices for action in parser()._actions if action.dest == "command")
    assert choices is not None
    assert {command.split()[1] for command in SHOWN} == set(choices)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bpackaging/[\w.]+\.(?:sh|py)\b", README))))
def test_a_script_is_there(name: str) -> None:
    assert (ROOT / name).is_file()
    assert name.endswith(".py") or os.access(ROOT / name, os.X_OK)


@pytest.mark.parametrize("name", re.findall(r"^\| `(core/[\w./]+)`", README, re.MULTILINE))
def test_a_place_in_the_code_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_the_checks_that_it_names_exist() -> None:
    options = re.findall(r"`sh packaging/test\.sh (--[^`]+)`", README)
    assert next(checks_parser().parse_args(option.split()).only for option in options) == ["ruff", "mypy"]


def test_the_drawing_is_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if "containers" in contract)
    drawing = next(block for block in BLOCKS if block.startswith("gui "))
    drawn = [re.split(r" {3,}", line.strip())[0] for line in drawing.splitlines()[2:]]
    assert drawn == floors
