"""The `findling` command: the window, or the command line when a subcommand is given."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from core import VERSION, paths
from core.messages import set_language, tr
from core.startup import secure_process
from gui.runtime.users_umask import make_private

COMMANDS = frozenset(
    {
        "index",
        "search",
        "status",
        "problems",
        "engine",
        "doctor",
        "why",
        "connections",
        "measure",
        "finetune",
        "export",
        "import",
    }
    | {"serve", "mcp", "provider"}
    | {"toggle", "show", "open", "quit"}
)
WINDOW_COMMANDS = frozenset({"toggle", "show", "quit"})  # answered here without the library, which takes a second
NO_DISPLAY = 3
NOT_RUNNING = 1
HANGS = FAILED = 3
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run Findling; returns the exit code: the command line's, 0, or 3 when no window can be shown."""
    make_private()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # before a command with a message of its own has begun
        return INTERRUPTED


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0].startswith(f"{paths.APP}:"):  # as the desktop hands over a link
        arguments = ["open", *arguments]
    if arguments[:1] == ["--version"]:
        print(f"findling {VERSION}")  # noqa: T201
        return 0
    if arguments[:1] == ["open"] and not {"-h", "--help"} & set(arguments):
        return _open_link(arguments[1:])
    if arguments and arguments[0] in WINDOW_COMMANDS and not {"-h", "--help"} & set(arguments):
        return _tell_window(arguments)
    if arguments and (arguments[0] in COMMANDS or arguments[0] in {"-h", "--help"}):
        from core.cli.main import main as command_line

        return command_line(arguments)
    options = window_parser().parse_args(arguments)
    return _open_window(options)


def _open_link(arguments: list[str]) -> int:
    """Show what a link or path names in the running window; without one, start it."""
    from core.cli.window import add_open_options, link_of
    from core.errors import BadInputError

    set_language()
    parser = argparse.ArgumentParser(prog="findling open")
    parser.add_argument("--library", metavar="DIR", default=str(paths.default_library()))
    add_open_options(parser)
    options = parser.parse_args(arguments)
    try:
        link = str(link_of(options))
    except BadInputError as error:
        print(f"findling: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    sent = _sent(options.library, "open", link=link)
    if sent is not False:
        return 0 if sent else HANGS
    return _open_window(window_parser().parse_args(["--library", options.library]), link)


def _sent(library: str, command: str, **facts: Any) -> bool | None:
    """Whether a window took a command; None, with a sentence, for one that hangs."""
    from core.control_socket import NotAnsweredError, send_command

    try:
        return send_command(library, command, token=os.environ.get("XDG_ACTIVATION_TOKEN", ""), **facts)
    except NotAnsweredError:
        set_language()
        text = tr("Findling is running, but does not answer. End it and start it again.")
        print(f"findling: {text}", file=sys.stderr)  # noqa: T201
        return None


def _tell_window(arguments: list[str]) -> int:
    """Send a command to the running window; without one, `toggle` and `show` start it."""
    command = arguments[0]
    parser = argparse.ArgumentParser(prog=f"findling {command}")
    parser.add_argument("--library", metavar="DIR", default=str(paths.default_library()))
    library = parser.parse_args(arguments[1:]).library
    sent = _sent(library, command, folders=[])
    if sent is not False:
        return 0 if sent else HANGS
    if command == "quit":
        set_language()
        print(f"findling: {tr('Findling is not running.')}", file=sys.stderr)  # noqa: T201
        return NOT_RUNNING
    options = window_parser().parse_args(["--library", library])
    options.background = options.quick_search = command == "toggle"
    return _open_window(options)


def _open_window(options: argparse.Namespace, link: str = "") -> int:
    from gui.app.display_check import why_no_window

    secure_process()
    set_language()
    reason = why_no_window()
    if reason:
        hint = tr("The command line works without one: {command}", command="findling search WORDS")
        print(f"findling: {reason} {hint}", file=sys.stderr)  # noqa: T201
        return NO_DISPLAY
    from core.links import path_of
    from gui.app.main import run
    from gui.app.options import Options

    library = os.path.abspath(options.library or paths.default_library())
    add = tuple(map(path_of, options.paths))
    return run(Options(library, add, options.look, options.background, options.quick_search, link))


def window_parser() -> argparse.ArgumentParser:
    """The argument parser of the window."""
    parser = argparse.ArgumentParser(prog="findling", description="Find your documents by what they say.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders or files to make searchable")
    parser.add_argument("--library", metavar="DIR", help="the folder of the library")
    parser.add_argument("--look", choices=("system", "light", "dark"), help="the appearance of the window")
    parser.add_argument("--background", action="store_true", help="start without showing the window")
    parser.set_defaults(quick_search=False)
    return parser


if __name__ == "__main__":
    sys.exit(main())
