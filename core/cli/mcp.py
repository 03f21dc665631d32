"""`findling mcp`: tools for assistants, on the standard input and output, or on a socket."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from core.cli.answers import Answers
from core.cli.arguments import DONE, add_command
from core.errors import BadInputError
from core.messages import tr


def add_mcp(commands: Any) -> None:
    """Add the command `mcp`."""
    mcp = add_command(
        commands,
        "mcp",
        tr("let an assistant search and read, by the Model Context Protocol"),
        more=tr("It speaks on its standard input and output: enter this command in the settings of the assistant."),
    )
    mcp.add_argument(
        "--socket",
        type=Path,
        metavar=tr("FILE"),
        help=tr("answer streamable HTTP at /mcp on this new Unix socket instead of the standard input"),
    )
    mcp.add_argument(
        "--allow",
        action="append",
        type=Path,
        default=[],
        metavar=tr("FOLDER"),
        help=tr("only what is in this folder; may be given several times (default: everything in the library)"),
    )


def run_mcp(arguments: argparse.Namespace) -> int:
    """Run `findling mcp` until its input ends, or until a signal."""
    for folder in arguments.allow:
        if not folder.is_dir():
            raise BadInputError("folder.missing", path=folder)
    from core.mcp.allowed_folders import AllowedFolders
    from core.mcp.server import server_of

    with Answers(arguments.library) as answers:
        server = server_of(answers.get, AllowedFolders(arguments.allow))
        if arguments.socket is None:
            server.run("stdio")
        else:
            from core.mcp.socket_server import serve_on_socket

            serve_on_socket(server, arguments.socket)
    return DONE


MCP = {"mcp": run_mcp}
