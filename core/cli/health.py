"""`findling why`: the state of one file. `findling doctor`: inconsistencies of a library, and their repair."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from core.cli.arguments import DONE, NOTHING_FOUND, add_command, add_json_option
from core.cli.console import StepLine, plain, printable
from core.document import Retriever
from core.errors import LibraryDamagedError, LibraryUnusableError
from core.events import ConsistencyReport, FileExplanation
from core.library import Library
from core.library.diagnostics.doctor import DAMAGED
from core.library.diagnostics.explain import RANKED
from core.library.diagnostics.recovery import recover_library
from core.messages import ntr, tr
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.database import catalogue_damaged

REPAIRS = 3  # rounds: one repair may reveal what another inconsistency hid


def add_health(commands: Any) -> None:
    """Add the commands that explain and repair."""
    why = add_command(commands, "why", tr("say why a file is found, or is not"))
    why.add_argument("path", metavar=tr("PATH"), help=tr("the file"))
    why.add_argument("--query", default="", metavar=tr("QUERY"), help=tr("show its rank for this query, too"))
    add_json_option(why)
    doctor = add_command(commands, "doctor", tr("check disk, catalogue and indexes for inconsistencies"))
    doctor.add_argument("--repair", action="store_true", help=tr("repair them"))
    add_json_option(doctor)


def _repair_hint() -> str:
    return tr("To repair: findling doctor --repair")


def run_why(arguments: argparse.Namespace) -> int:
    """Explain a file; the exit code says whether its text can be found."""
    with Library.open(arguments.library, read_only=True) as library:
        told = library.diagnostics.why(arguments.path, arguments.query)
    if arguments.json:
        print(json.dumps({**dataclasses.asdict(told), "path": printable(told.path), "ranks": dict(told.ranks)}))
    else:
        print_explanation(told)
    return DONE if told.passages else NOTHING_FOUND


def print_explanation(told: FileExplanation) -> None:
    """Print the file, its state, what can be done, and its ranks."""
    print(plain(told.path))
    print(f"  {plain(told.sentence)}")
    if told.remedy:
        print(f"  {plain(told.remedy)}")
    for retriever, rank in told.ranks:
        print(f"  {_rank(retriever, rank)}")


def _rank(retriever: Retriever, rank: int | None) -> str:
    """A file's rank by one retriever; None if it is not among the first `RANKED`."""
    if rank is None:
        texts = {
            "names": tr("by name: not among the first {count}", count=RANKED),
            "words": tr("by words: not among the first {count}", count=RANKED),
            "meaning": tr("by meaning: not among the first {count}", count=RANKED),
        }
    else:
        texts = {
            "names": tr("by name: rank {rank}", rank=rank),
            "words": tr("by words: rank {rank}", rank=rank),
            "meaning": tr("by meaning: rank {rank}", rank=rank),
        }
    return texts[retriever]


def run_doctor(arguments: argparse.Namespace) -> int:
    """Check a library, and repair it on request; the exit code says whether it is consistent in the end."""
    line = StepLine(sys.stderr)
    try:
        if arguments.repair:
            found = _repaired(arguments.library, line, quiet=arguments.json)
        else:
            found = _examined(arguments.library, line)
    except LibraryDamagedError as error:
        line.end()
        print(error.sentence)
        print(f"  {tr('Repairing sets it aside and saves what it holds.')}")
        print(_repair_hint())
        return NOTHING_FOUND
    line.end()
    if arguments.json:
        print(json.dumps(dataclasses.asdict(found)))
    else:
        print_report(found)
        if found.ailments:
            print(_repair_hint())
    return NOTHING_FOUND if found.ailments else DONE


def _examined(root: Path, line: StepLine) -> ConsistencyReport:
    with Library.open(root, read_only=True) as library:
        return library.diagnostics.examine(line.show)


def _repaired(root: Path, line: StepLine, *, quiet: bool) -> ConsistencyReport:
    """Print the inconsistencies unless `quiet`, repair them, and check once more."""
    said: set[str] = set()

    def show(found: ConsistencyReport) -> None:
        line.end()
        news = tuple(ailment for ailment in found.ailments if ailment.code not in said)
        said.update(ailment.code for ailment in news)
        if not quiet:
            print_inconsistencies(dataclasses.replace(found, ailments=news))

    try:
        _examine_first(root, line, show)
        library = Library.open(root, tell=line.show)
    except LibraryDamagedError:
        done = recover_library(Path(os.path.realpath(root)), line.show, lambda: False)
        line.end()
        if not quiet:
            print(done.sentence)
        library = Library.open(root)
    with library:
        library.diagnostics.wait_until_read(line.show)
        for _ in range(REPAIRS):
            found = library.diagnostics.repair(line.show)
            if not found.ailments:
                break
            show(found)
            library.diagnostics.wait_until_read(line.show)
        return library.diagnostics.examine(line.show)


def _examine_first(root: Path, line: StepLine, show: Callable[[ConsistencyReport], None]) -> None:
    """Print the inconsistencies before the library is opened, since opening repairs some of them.

    Opening does not read everything, so it may not meet the damage. Raises LibraryDamagedError.
    """
    try:
        found = _examined(root, line)
        show(found)
        if any(ailment.code == DAMAGED for ailment in found.ailments):
            raise catalogue_damaged(root)
    except LibraryDamagedError:
        raise
    except LibraryUnusableError:
        if not (root / CATALOGUE_NAME).exists():
            raise  # otherwise an older version left it, and opening migrates it


def print_report(found: ConsistencyReport) -> None:
    """Print what was counted, and the inconsistencies."""
    if found.on_disk is not None and found.known is not None:
        print(f"  {tr('files     {on_disk} in the folders, {known} known', on_disk=found.on_disk, known=found.known)}")
    if found.in_words is not None and found.passages is not None:
        print(f"  {tr('words     {done} of {total} passages', done=found.in_words, total=found.passages)}")
    if found.vectors is not None and found.passages is not None:
        print(f"  {_vectors(found.in_meaning, found.vectors, found.passages)}")
    copies = ", ".join(f"{datetime.fromtimestamp(when):%Y-%m-%d %H:%M}" for when in found.copies)  # noqa: DTZ006
    print(f"  {tr('copies    {times}', times=copies) if copies else tr('copies    none yet')}")
    for folder in found.away:
        print(tr("Not connected, its files are kept: {folder}", folder=plain(folder)))
    print_inconsistencies(found)
    partly = found.vectors is not None and found.in_meaning is None
    if partly:
        print(tr("Another Findling has the library open: its vector index is not checked until that one is closed."))
    if not found.ailments:
        print(tr("Everything that was checked is consistent.") if partly else tr("Everything is consistent."))


def _vectors(held: int | None, vectors: int, passages: int) -> str:
    """The number of vectors, how many of them the index holds if that is known, and how many are still missing."""
    if held is None:
        counted = tr("meaning   {vectors} vectors", vectors=vectors)
    else:
        counted = tr("meaning   {held} of {vectors} vectors", held=held, vectors=vectors)
    missing = max(0, passages - vectors)
    if not missing:
        return counted
    return ntr(
        "{vectors}; {count} passage has none yet", "{vectors}; {count} passages have none yet", missing, vectors=counted
    )


def print_inconsistencies(found: ConsistencyReport) -> None:
    """Print each inconsistency with its remedy and some examples."""
    for one in found.ailments:
        print(f"{one.sentence} {one.cure}")
        for example in one.examples:
            print(f"    {plain(example)}")


HEALTH = {"why": run_why, "doctor": run_doctor}
