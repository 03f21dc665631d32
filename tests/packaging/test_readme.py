"""What the README, the guide for contributors and the manual show is there, and works as it is shown."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from core.cli.main import parser
from core.models import downloadable
from tests.__main__ import _parser as checks_parser

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
MANUAL = ROOT / "resources" / "help" / "en"
COMMAND_LINE = (MANUAL / "command-line.md").read_text(encoding="utf-8")


def blocks(text: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[str]:
    """Every line of a text's blocks without its comment."""
    return [re.split(r"\s{2,}#|\s#\s", line)[0].strip() for block in blocks(text) for line in block.splitlines()]


def commands_in_tables(text: str) -> list[str]:
    """The commands in the first column of a text's tables."""
    return re.findall(r"^\| `(findling [^`]+)`", text, re.MULTILINE)


SHOWN = commands_in_tables(COMMAND_LINE)
VALUES = {"N": "5", "PATH...": "letters", "QUERY": "travel costs", "MODEL": downloadable()[0]}

VALUE_NAME = re.compile(r"\b[^\W\d_a-z]{2,}\b")  # PATH, PFAD


def words(command: str) -> list[str]:
    """The command as the user types it, all that is in brackets included."""
    return [VALUES.get(word, word) for word in shlex.split(re.sub(r"[][]", " ", command))[1:]]


def test_the_two_commands_are_shown_as_they_are() -> None:
    assert [command for command in commands(README) if command.startswith("sh ")] == [
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


@pytest.mark.parametrize("path", sorted(MANUAL.parent.glob("*/command-line.md")), ids=lambda path: path.parent.name)
def test_a_translated_manual_shows_the_same_commands(path: Path) -> None:
    """Except for the names of values, which the command line's help translates too."""
    shown = commands_in_tables(path.read_text(encoding="utf-8"))
    assert [VALUE_NAME.sub("VALUE", command) for command in shown] == [
        VALUE_NAME.sub("VALUE", command) for command in SHOWN
    ]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bpackaging/[\w.]+\.(?:sh|py)\b", README + GUIDE))))
def test_a_script_is_there(name: str) -> None:
    assert (ROOT / name).is_file()
    assert name.endswith(".py") or os.access(ROOT / name, os.X_OK)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`((?:core|gui|packaging|resources)/[\w./]+)`", GUIDE))))
def test_a_place_in_the_code_is_there(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("command", [line for line in commands(GUIDE) if re.match(r"python -m tests(?!\.)", line)])
def test_a_run_of_the_checks_is_understood(command: str) -> None:
    checks_parser().parse_args(shlex.split(command)[3:])


@pytest.mark.parametrize("name", sorted(set(re.findall(r"python -m (tests\.[\w.]+)", GUIDE))))
def test_a_tool_is_there(name: str) -> None:
    assert importlib.util.find_spec(name) is not None


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *(ROOT / ".github").glob("*.md"), *MANUAL.parent.glob("*/*.md")], ids=str
)
def test_a_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_drawing_is_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if "containers" in contract)
    drawing = next(block for block in blocks(GUIDE) if block.startswith("gui "))
    drawn = [re.split(r" {3,}", line.strip())[0] for line in drawing.splitlines()[2:]]
    assert drawn == layers
