"""The manual page, made of the parsers of the command line and the window."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path

from builder.facts import HOMEPAGE, build_time, version


def manual_page(commands: argparse.ArgumentParser, window: argparse.ArgumentParser) -> str:
    """The page in the format of man(7)."""
    day = time.strftime("%Y-%m-%d", time.gmtime(build_time()))
    lines = [
        f'.TH FINDLING 1 "{day}" "Findling {version()}" "User Commands"',
        ".SH NAME",
        "findling \\- find your own documents by what they say",
        ".SH SYNOPSIS",
        ".B findling",
        *_synopsis(window),
        ".br",
        ".B findling",
        ".I COMMAND",
        "[...]",
        ".SH DESCRIPTION",
        _escape("Finds your own documents by what they say, on your own machine."),
        _escape("Without a command, the window opens; the paths given are made searchable."),
        ".SH OPTIONS OF THE WINDOW",
        *_options(window),
        ".SH COMMANDS",
        *_commands(commands, "findling"),
        ".SH EXIT STATUS",
        _escape((commands.epilog or "").partition(": ")[2]),
        ".SH FILES",
        ".TP",
        ".I ~/.local/share/findling/library",
        "The library, where no other is named with",
        ".BR \\-\\-library .",
        ".SH ENVIRONMENT",
        ".TP",
        ".B FINDLING_LIBRARY",
        "The library, where none is named.",
        ".SH SEE ALSO",
        _escape(f"The manual in the window (F1), and {HOMEPAGE}"),
    ]
    return "\n".join(lines) + "\n"


def _commands(parser: argparse.ArgumentParser, path: str) -> Iterator[str]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        for name, command in action.choices.items():
            yield f'.SS "{_escape(f"{path} {name}")}"'
            yield from _wrapped(command.description or "")
            if not any(isinstance(inner, argparse._SubParsersAction) for inner in command._actions):
                yield from (".PP", f".B {_escape(f'{path} {name}')}", *_synopsis(command))
            yield from _options(command)
            yield from _commands(command, f"{path} {name}")


def _synopsis(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _shown(parser):
        text = _signature(action, short=True)
        yield f"{text}" if action.required and action.nargs != "?" else f"[{text}]"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in _shown(parser):
        yield ".TP"
        yield _signature(action, short=False)
        formatter = parser._get_formatter()
        yield from _wrapped(formatter._expand_help(action) if action.help else "")


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    left_out = (argparse._HelpAction, argparse._SubParsersAction)
    return [
        action
        for action in parser._actions
        if not isinstance(action, left_out) and action.help is not argparse.SUPPRESS
    ]


def _signature(action: argparse.Action, *, short: bool) -> str:
    """An option or argument as it is typed, its name in bold and its value in italics."""
    value = ""
    if action.nargs != 0:
        name = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
        broken = _escape(str(name)).replace("|", "|\\:")  # a line may end there
        value = f"\\fI{broken}\\fR" + ("..." if action.nargs in {"*", "+"} else "")
    names = action.option_strings[-1:] if short else action.option_strings
    if not names:
        return value
    return ", ".join(f"\\fB{_escape(name)}\\fR" for name in names) + (f" {value}" if value else "")


def _wrapped(text: str) -> Iterator[str]:
    text = text.replace(str(Path.home()), "~").strip()
    if text:
        yield _escape(text[0].upper() + text[1:])


def _escape(text: str) -> str:
    """A text as roff takes it: plain hyphens, and no line that begins with a command."""
    text = re.sub(r"\s+", " ", text).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
