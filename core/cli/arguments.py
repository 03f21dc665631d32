"""Shared by all commands: exit codes, common options, and the translation of argparse."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from core import paths
from core.messages import languages, mark, ntr, set_language, tr

DONE, NOTHING_FOUND, USAGE, FAILED, INTERRUPTED = 0, 1, 2, 3, 130

# Every text of argparse that users may see, marked for translation by `translate_argparse`.
ARGPARSE_TEXTS = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("show this help message and exit"),
    mark("%(prog)s: error: %(message)s\n"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("invalid %(type)s value: %(value)r"),
    mark("expected one argument"),
    mark("expected at most one argument"),
    mark("expected at least one argument"),
    mark("not allowed with argument %s"),
    mark("one of the arguments %s is required"),
    mark("ambiguous option: %(option)s could match %(matches)s"),
)


def translate_argparse() -> None:
    """Translate argparse's own texts with Findling's catalogue, by replacing the `_` of its module (it has no hook)."""
    argparse._ = tr  # type: ignore[attr-defined]
    argparse.ngettext = ntr  # type: ignore[attr-defined]


def use_language_of(library: Path | None) -> None:
    """Use the language in a library's settings, or the system's if none is set.

    Reads this one value only: all of the settings take as long to import as a whole search.
    """
    try:
        chosen = json.loads((library / paths.SETTINGS_NAME).read_bytes())["language"] if library else ""
    except (OSError, ValueError, RecursionError, KeyError, TypeError):  # reported once the library is opened
        chosen = ""
    set_language(chosen if chosen in languages() else "")


def exit_codes() -> str:
    """The meaning of each exit code, as the epilog of a help text."""
    return tr(
        "exit codes: 0 done; 1 nothing was found; 2 wrong usage; 3 it could not be done, one sentence says why; "
        "130 interrupted (what is indexed stays indexed)"
    )


def add_command(commands: Any, name: str, summary: str, *, more: str = "") -> argparse.ArgumentParser:
    """Add a sub-command that works on a library.

    `summary` is its line in the list of commands; `more` follows it in the command's own help.
    """
    description = f"{as_sentence(summary)} {more}".strip()
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=description, epilog=exit_codes()
    )
    command.add_argument(
        "--library", type=Path, default=paths.default_library(), metavar=tr("DIR"), help=tr("default: %(default)s")
    )
    return command


def add_json_option(command: argparse.ArgumentParser) -> None:
    """Add the `--json` option to a command."""
    command.add_argument("--json", action="store_true", help=tr("as JSON, for scripts"))


def as_sentence(summary: str) -> str:
    """A summary as a sentence: capitalized, with a full stop."""
    return tr("{summary}.", summary=f"{summary[:1].upper()}{summary[1:]}")


def positive_number(text: str) -> int:
    """Parse a whole number from 1; an argparse type."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(tr("a number from 1"))
    return number
