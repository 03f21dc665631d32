"""findling why: the state of one file, in words."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from core.commands.common import DONE, NOTHING_FOUND, command
from core.console import plain, shown
from core.document import LANES
from core.events import Explanation
from core.library import Library
from core.library.why import RANKED


def add_health(commands: Any) -> None:
    """The sub-command that explains."""
    why = command(commands, "why", "say why a file is found, or is not")
    why.add_argument("path", metavar="PATH")
    why.add_argument("--query", default="", metavar="QUERY", help="tell its rank for this query, too")
    why.add_argument("--json", action="store_true")


def run_why(arguments: argparse.Namespace) -> int:
    """Explain a file; the exit code says whether its text can be found."""
    with Library.open(arguments.library, read_only=True) as library:
        told = library.why(arguments.path, arguments.query)
    if arguments.json:
        print(json.dumps({**dataclasses.asdict(told), "path": shown(told.path), "ranks": dict(told.ranks)}))
    else:
        print_explanation(told)
    return DONE if told.passages else NOTHING_FOUND


def print_explanation(told: Explanation) -> None:
    """The file, its state, what can be done, and its ranks."""
    print(plain(told.path))
    print(f"  {plain(told.sentence)}")
    if told.remedy:
        print(f"  {plain(told.remedy)}")
    for lane, rank in told.ranks:
        place = f"rank {rank}" if rank is not None else f"not among the first {RANKED}"
        print(f"  by {lane:{max(map(len, LANES))}} {place}")


HEALTH = {"why": run_why}
