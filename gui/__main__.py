"""Findling's command: the window, or with a sub-command the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from core import paths
from gui import VERSION

COMMANDS = frozenset({"index", "search", "status", "problems", "engine", "doctor", "why"})
NO_DISPLAY = 3
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run Findling; the exit code is the command line's, or 0, or 3 where no window can be shown."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before a command that could say more had begun
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        print(f"findling {VERSION}")  # noqa: T201
        return 0
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help"}):
        from core.cli.main import main as command_line

        return command_line(arguments)
    given = _parser().parse_args(arguments)
    from gui.app.display_check import why_no_window

    reason = why_no_window()
    if reason:
        print(f"findling: {reason} The command line works without one: findling search WORDS", file=sys.stderr)  # noqa: T201
        return NO_DISPLAY
    from gui.app.application import Options, run

    library = os.path.abspath(given.library or paths.default_library())
    return run(Options(library, tuple(os.path.abspath(path) for path in given.paths), given.look))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="findling", description="Finds your own documents by what they say.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders or files to make searchable")
    parser.add_argument("--library", metavar="DIR", help="where Findling keeps what it knows")
    parser.add_argument("--look", choices=("system", "light", "dark"), help="how the window looks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
