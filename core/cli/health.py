"""findling why: the state of one file, in words. findling doctor: what is off in a library, and its cure."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from core.cli.common import DONE, NOTHING_FOUND, as_json, command
from core.cli.console import plain, shown
from core.document import RETRIEVERS
from core.errors import LibraryDamagedError, LibraryUnusableError
from core.events import ConsistencyReport, FileExplanation
from core.library import Library
from core.library.diagnostics.doctor import DAMAGED
from core.library.diagnostics.explain import RANKED
from core.library.diagnostics.recovery import recover_library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.database import catalogue_damaged

MEND = "Mend it: findling doctor --repair"
MENDINGS = 3  # what was mended may show what was hidden by it


def add_health(commands: Any) -> None:
    """The sub-commands that explain and mend."""
    why = command(commands, "why", "say why a file is found, or is not")
    why.add_argument("path", metavar="PATH", help="the file")
    why.add_argument("--query", default="", metavar="QUERY", help="tell its rank for this query, too")
    as_json(why)
    doctor = command(commands, "doctor", "count disk, catalogue and indexes against one another, and say what is off")
    doctor.add_argument("--repair", action="store_true", help="mend it")
    as_json(doctor)


def run_why(arguments: argparse.Namespace) -> int:
    """Explain a file; the exit code says whether its text can be found."""
    with Library.open(arguments.library, read_only=True) as library:
        told = library.why(arguments.path, arguments.query)
    if arguments.json:
        print(json.dumps({**dataclasses.asdict(told), "path": shown(told.path), "ranks": dict(told.ranks)}))
    else:
        print_explanation(told)
    return DONE if told.passages else NOTHING_FOUND


def print_explanation(told: FileExplanation) -> None:
    """The file, its state, what can be done, and its ranks."""
    print(plain(told.path))
    print(f"  {plain(told.sentence)}")
    if told.remedy:
        print(f"  {plain(told.remedy)}")
    for retriever, rank in told.ranks:
        place = f"rank {rank}" if rank is not None else f"not among the first {RANKED}"
        print(f"  by {retriever:{max(map(len, RETRIEVERS))}} {place}")


def run_doctor(arguments: argparse.Namespace) -> int:
    """Look a library through, and mend it if that is wished; the exit code says whether it is well in the end."""
    line = WorkLine(sys.stderr)
    try:
        if arguments.repair:
            found = _repaired(arguments.library, line, quiet=arguments.json)
        else:
            found = _examined(arguments.library, line)
    except LibraryDamagedError as error:
        line.end()
        print(error.sentence)
        print("  Repairing sets it aside and saves what it holds.")
        print(MEND)
        return NOTHING_FOUND
    line.end()
    if arguments.json:
        print(json.dumps(dataclasses.asdict(found)))
    else:
        print_checkup(found)
        if found.ailments:
            print(MEND)
    return NOTHING_FOUND if found.ailments else DONE


def _examined(root: Path, line: WorkLine) -> ConsistencyReport:
    with Library.open(root, read_only=True) as library:
        return library.examine(line.show)


def _repaired(root: Path, line: WorkLine, *, quiet: bool) -> ConsistencyReport:
    """Say all that is off unless `quiet`, mend it, and count once more."""
    said: set[str] = set()

    def say(found: ConsistencyReport) -> None:
        line.end()
        news = tuple(ailment for ailment in found.ailments if ailment.code not in said)
        said.update(ailment.code for ailment in news)
        if not quiet:
            print_ailments(dataclasses.replace(found, ailments=news))

    try:
        _look(root, line, say)
        library = Library.open(root, tell=line.show)
    except LibraryDamagedError:
        done = recover_library(Path(os.path.realpath(root)), line.show, lambda: False)
        line.end()
        if not quiet:
            print(done.sentence)
        library = Library.open(root)
    with library:
        library.catch_up(line.show)
        for _ in range(MENDINGS):
            found = library.repair(line.show)
            if not found.ailments:
                break
            say(found)
            library.catch_up(line.show)
        return library.examine(line.show)


def _look(root: Path, line: WorkLine, say: Callable[[ConsistencyReport], None]) -> None:
    """Say what is off before the library is opened, which mends some of it; raises LibraryDamagedError.

    Opening meets no damage that lies where it does not look.
    """
    try:
        found = _examined(root, line)
        say(found)
        if any(ailment.code == DAMAGED for ailment in found.ailments):
            raise catalogue_damaged(root)
    except LibraryDamagedError:
        raise
    except LibraryUnusableError:
        if not (root / CATALOGUE_NAME).exists():
            raise  # else it is one that an older program left, which opening brings up to date


class WorkLine:
    """Rewrites one line on a terminal; elsewhere it is silent."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._shown = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        """Say what is being done, ten times a second at most."""
        now = time.monotonic()
        if self._out.isatty() and now - self._shown > 0.1:
            self._shown = now
            count = f" {done:,} of {max(done, total):,}" if done else ""
            self._out.write(f"\r{what}{count}\033[K")
            self._out.flush()

    def end(self) -> None:
        if self._out.isatty():
            self._out.write("\r\033[K")
            self._out.flush()


def print_checkup(found: ConsistencyReport) -> None:
    """What was counted, and what is off."""
    if found.on_disk is not None and found.known is not None:
        print(f"  files     {found.on_disk:,} in the folders, {found.known:,} known")
    if found.in_words is not None and found.passages is not None:
        print(f"  words     {found.in_words:,} of {found.passages:,} passages")
    if found.vectors is not None and found.passages is not None:
        print(f"  meaning   {_meaning(found.in_meaning, found.vectors, found.passages)}")
    copies = ", ".join(f"{datetime.fromtimestamp(when):%Y-%m-%d %H:%M}" for when in found.copies)  # noqa: DTZ006
    print(f"  copies    {copies or 'none yet'}")
    for folder in found.away:
        print(f"Not connected, and kept as it is known: {plain(folder)}")
    print_ailments(found)
    if found.vectors is not None and found.in_meaning is None:
        print("Another Findling has the library open: its vector index is not looked into until that one is closed.")
        well = "All that was looked into is well."
    else:
        well = "All is well."
    if not found.ailments:
        print(well)


def _meaning(held: int | None, vectors: int, passages: int) -> str:
    """How many vectors there are, how many of them the index holds if that is known, and how many are to come."""
    counted = f"{vectors:,} vectors" if held is None else f"{held:,} of {vectors:,} vectors"
    waiting = max(0, passages - vectors)
    return f"{counted}; {waiting:,} passages have none yet" if waiting else counted


def print_ailments(found: ConsistencyReport) -> None:
    """What is off, each with its cure and some examples."""
    for ailment in found.ailments:
        print(f"{ailment.sentence} {ailment.cure}")
        for example in ailment.examples:
            print(f"    {plain(example)}")


HEALTH = {"why": run_why, "doctor": run_doctor}
