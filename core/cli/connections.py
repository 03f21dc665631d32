"""`findling connections`: every connection to another computer that was ever made."""

from __future__ import annotations

import argparse
import dataclasses
import json
from datetime import datetime
from typing import Any

from core.cli.arguments import DONE, add_command, add_json_option
from core.cli.console import single_line
from core.connections import Connection, recorded
from core.messages import ntr, terms, tr


def add_connections(commands: Any) -> None:
    """Add the command `connections`."""
    add_json_option(add_command(commands, "connections", tr("list every connection to another computer, and why")))


def run_connections(arguments: argparse.Namespace) -> int:
    """Run `findling connections`; the list is the user's, whatever the library."""
    found = recorded()
    if arguments.json:
        print(json.dumps([dataclasses.asdict(one) for one in found]))
    elif found:
        for one in found:
            print(_line(one))
    else:
        print(tr("Findling has not connected to another computer."))
    return DONE


def _line(one: Connection) -> str:
    moment = f"{datetime.fromtimestamp(one.at):%Y-%m-%d %H:%M}"  # noqa: DTZ006  the user's own time
    why = terms.purpose_of_connection(one.purpose, single_line(one.about))
    times = ntr("{count} connection", "{count} connections", one.count)
    parts = [times]
    if one.sent:
        parts.append(tr("{size:size} sent", size=one.sent))
    if one.received:
        parts.append(tr("{size:size} received", size=one.received))
    return f"{moment}  {single_line(one.host)}  {why}  ({terms.listed(parts)})"


CONNECTIONS = {"connections": run_connections}
