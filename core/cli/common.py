"""What all commands share: exit codes, and the arguments that each of them has."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core import paths

DONE, NOTHING_FOUND, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

CODES = """exit codes: 0 done; 1 nothing was found; 2 wrong usage; 3 it could not be done, one sentence says why;
130 interrupted (what is indexed stays indexed)"""


def command(commands: Any, name: str, says: str, *, more: str = "") -> argparse.ArgumentParser:
    """A sub-command of a library; `says` is its line in the list, `more` follows in its own help."""
    description = f"{sentence(says)} {more}".strip()
    made: argparse.ArgumentParser = commands.add_parser(name, help=says, description=description, epilog=CODES)
    made.add_argument(
        "--library", type=Path, default=paths.default_library(), metavar="DIR", help="default: %(default)s"
    )
    return made


def as_json(made: argparse.ArgumentParser) -> None:
    """Give a command the option that scripts want."""
    made.add_argument("--json", action="store_true", help="as JSON, for scripts")


def sentence(says: str) -> str:
    """A line of the list of commands as a sentence."""
    return f"{says[:1].upper()}{says[1:]}."


def positive(text: str) -> int:
    """A whole number from 1, as a person types it."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("a number from 1")
    return number
