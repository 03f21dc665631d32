"""Completions of the command line for bash, zsh and fish."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import shtab

# Where a system looks for them, by shell.
PLACES = {
    "bash": "usr/share/bash-completion/completions/findling",
    "zsh": "usr/share/zsh/vendor-completions/_findling",
    "fish": "usr/share/fish/vendor_completions.d/findling.fish",
}


def completions(commands: argparse.ArgumentParser, window: argparse.ArgumentParser) -> dict[str, str]:
    """The completions by shell, of a fresh parser of the commands and one of the window's options."""
    for action in window._actions:
        if action.option_strings and "--help" not in action.option_strings:
            commands._add_action(action)
    for action in _actions(commands):
        if str(action.metavar).startswith(("FILE", "PATH")):
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    home = str(Path.home())
    return {shell: shtab.complete(commands, shell).replace(home, "~") for shell in PLACES}


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _actions(inner)
