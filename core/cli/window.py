"""`findling toggle`, `show`, `open` and `quit`: commands to the window that has the library open.

Where none has it open, `findling` (`gui/__main__.py`) starts one for all but the last; the command line alone cannot.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, cast

from core.cli.arguments import DONE, FAILED, NOTHING_FOUND, add_command
from core.control_socket import NotAnsweredError, send_command
from core.links import SCHEME, Link, LinkAction, parse_link, path_of
from core.messages import tr


def add_window(commands: Any) -> None:
    """Add the commands `toggle`, `show`, `open` and `quit`."""
    starts = tr("Starts Findling if it is not running.")
    add_command(commands, "toggle", tr("show or hide the quick search"), more=starts)
    add_command(commands, "show", tr("bring the window to the front"), more=starts)
    add_open_options(add_command(commands, "open", tr("show a document in the window, or search from it"), more=starts))
    add_command(commands, "quit", tr("quit the Findling that is running"))


def add_open_options(command: argparse.ArgumentParser) -> None:
    """Add what `open` shows."""
    shown = command.add_mutually_exclusive_group(required=True)
    shown.add_argument("link", nargs="?", metavar=tr("LINK"), help=tr("a findling:// link, or the path of a document"))
    shown.add_argument("--similar", metavar=tr("FILE"), help=tr("find documents like this one"))
    shown.add_argument("--why", metavar=tr("FILE"), help=tr("say why this file is not found"))
    shown.add_argument("--in", dest="folder", metavar=tr("FOLDER"), help=tr("search in this folder"))


def link_of(arguments: argparse.Namespace) -> Link:
    """The link that the options of `open` name; raises BadInputError."""
    for action, given in (("similar", arguments.similar), ("why", arguments.why), ("in", arguments.folder)):
        if given is not None:
            return Link(cast("LinkAction", action), path_of(given))
    if arguments.link.startswith(f"{SCHEME}:"):
        return parse_link(arguments.link)
    return Link("open", path_of(arguments.link))


def run_window(arguments: argparse.Namespace) -> int:
    """Send the command to the running window; a message on stderr if there is none."""
    try:
        facts = {"link": str(link_of(arguments))} if arguments.command == "open" else {}
        if send_command(arguments.library, arguments.command, **facts):
            return DONE
        problem = tr("Findling is not running.")
        code = NOTHING_FOUND if arguments.command == "quit" else FAILED
    except NotAnsweredError:
        problem, code = tr("Findling is running, but does not answer. End it and start it again."), FAILED
    print(f"findling: {problem}", file=sys.stderr)
    return code


WINDOW = dict.fromkeys(("toggle", "show", "open", "quit"), run_window)
