"""The `findling` command: the window, or the command line when a subcommand is given."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from core import paths
from core.messages import set_language, tr
from gui import VERSION

COMMANDS = frozenset({"index", "search", "status", "problems", "engine", "doctor", "why"})
NO_DISPLAY = 3
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run Findling; returns the exit code: the command line's, 0, or 3 when no window can be shown."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before a command with a message of its own has begun
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        print(f"findling {VERSION}")  # noqa: T201
        return 0
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help"}):
        from core.cli.main import main as command_line

        return command_line(arguments)
    options = _parser().parse_args(arguments)
    from gui.app.display_check import why_no_window

    set_language()
    reason = why_no_window()
    if reason:
        hint = tr("The command line works without one: {command}", command="findling search WORDS")
        print(f"findling: {reason} {hint}", file=sys.stderr)  # noqa: T201
        return NO_DISPLAY
    from gui.app.application import Options
    from gui.app.main import run

    library = os.path.abspath(options.library or paths.default_library())
    return run(Options(library, tuple(os.path.abspath(path) for path in options.paths), options.look))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="findling", description="Find your documents by what they say.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders or files to make searchable")
    parser.add_argument("--library", metavar="DIR", help="the folder of the library")
    parser.add_argument("--look", choices=("system", "light", "dark"), help="the appearance of the window")
    return parser


if __name__ == "__main__":
    sys.exit(main())
