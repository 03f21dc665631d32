"""`findling doctor`: check and repair a library."""

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
from core.cli.console import StepLine, single_line
from core.cli.entrances import entrances, print_entrances
from core.errors import LibraryDamagedError, LibraryUnusableError
from core.events import ConsistencyReport
from core.library import Library
from core.library.diagnostics.doctor import DAMAGED, LOOKUPS
from core.library.diagnostics.recovery import rebuild_lookup_indexes, recover_library
from core.messages import ntr, sentences, terms, tr
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.database import catalogue_damaged

MAX_REPAIR_ROUNDS = 3  # one repair may reveal an inconsistency that another one hid


def add_health(commands: Any) -> None:
    """Add the command `doctor`."""
    doctor = add_command(commands, "doctor", tr("check disk, catalogue and indexes for inconsistencies"))
    doctor.add_argument("--repair", action="store_true", help=tr("repair them"))
    doctor.add_argument("--rebuild", action="store_true", help=tr("make the indexes again from what was read"))
    add_json_option(doctor)


def _repair_hint() -> str:
    return tr("To repair: findling doctor --repair")


def run_doctor(arguments: argparse.Namespace) -> int:
    """Run `findling doctor`; exits with DONE if the library is consistent in the end, else with NOTHING_FOUND."""
    line = StepLine(sys.stderr)
    try:
        if arguments.rebuild:
            report = _rebuild_library(arguments.library, line)
        elif arguments.repair:
            report = _repair_library(arguments.library, line, quiet=arguments.json)
        else:
            report = _check_library(arguments.library, line)
    except LibraryDamagedError as error:
        line.end()
        print(error.sentence)
        print(f"  {tr('Repairing sets it aside and saves what it holds.')}")
        print(_repair_hint())
        return NOTHING_FOUND
    line.end()
    ways = entrances(arguments.library)
    if arguments.json:
        listed = [dataclasses.asdict(entrance) for entrance in ways]
        print(json.dumps({**dataclasses.asdict(report), "entrances": listed}))
    else:
        print_report(report)
        if report.ailments:
            print(_repair_hint())
        print_entrances(ways)
    return NOTHING_FOUND if report.ailments else DONE


def _check_library(root: Path, line: StepLine) -> ConsistencyReport:
    with Library.open(root, read_only=True) as library:
        return library.diagnostics.examine(line.show)


def _rebuild_library(root: Path, line: StepLine) -> ConsistencyReport:
    with Library.open(root, tell=line.show) as library:
        library.diagnostics.rebuild()
        library.diagnostics.wait_until_read(line.show)
        return library.diagnostics.examine(line.show)


def _repair_library(root: Path, line: StepLine, *, quiet: bool) -> ConsistencyReport:
    """Repair a library, printing each inconsistency once unless `quiet`; returns the report of a final check."""
    shown_codes: set[str] = set()

    def show(report: ConsistencyReport) -> None:
        line.end()
        unshown = tuple(ailment for ailment in report.ailments if ailment.code not in shown_codes)
        shown_codes.update(ailment.code for ailment in unshown)
        if not quiet:
            print_inconsistencies(dataclasses.replace(report, ailments=unshown))

    try:
        _check_before_opening(root, line, show)
        return _repair_rounds(root, line, show)
    except LibraryDamagedError:  # also one that turns up when the library is written to
        recovery = recover_library(Path(os.path.realpath(root)), line.show, lambda: False)
        line.end()
        if not quiet:
            print(recovery.sentence)
        return _repair_rounds(root, line, show)


def _repair_rounds(root: Path, line: StepLine, show: Callable[[ConsistencyReport], None]) -> ConsistencyReport:
    """Open a library and repair it until nothing is found; returns the report of a final check."""
    with Library.open(root, tell=line.show) as library:
        library.diagnostics.wait_until_read(line.show)
        for _ in range(MAX_REPAIR_ROUNDS):
            report = library.diagnostics.repair(line.show)
            if not report.ailments:
                break
            show(report)
            library.diagnostics.wait_until_read(line.show)
        return library.diagnostics.examine(line.show)


def _check_before_opening(root: Path, line: StepLine, show: Callable[[ConsistencyReport], None]) -> None:
    """Print the inconsistencies before the library is opened for writing, because opening repairs some of them.

    Raises LibraryDamagedError for damage that opening, which does not read everything, may overlook.
    """
    try:
        report = _check_library(root, line)
        show(report)
        if any(ailment.code == DAMAGED for ailment in report.ailments):
            raise catalogue_damaged(root)
        if any(ailment.code == LOOKUPS for ailment in report.ailments):
            rebuild_lookup_indexes(Path(os.path.realpath(root)))  # a write that needs one would end as damage
    except LibraryDamagedError:
        raise
    except LibraryUnusableError:
        if not (root / CATALOGUE_NAME).exists():
            raise  # a catalogue of an older version is unusable only read-only: opening it for writing migrates it


def print_report(report: ConsistencyReport) -> None:
    """Print the counts of a report and its inconsistencies."""
    if report.on_disk is not None and report.known is not None:
        on_disk, known = report.on_disk, report.known
        print(f"  {tr('files     {on_disk} in the folders, {known} known', on_disk=on_disk, known=known)}")
    if report.in_words is not None and report.passages is not None:
        print(f"  {tr('words     {done} of {total} passages', done=report.in_words, total=report.passages)}")
    if report.vectors is not None and report.passages is not None:
        print(f"  {_vectors(report.in_meaning, report.vectors, report.passages)}")
    backups = terms.listed([f"{datetime.fromtimestamp(when):%Y-%m-%d %H:%M}" for when in report.copies])  # noqa: DTZ006
    print(f"  {tr('copies    {times}', times=backups) if backups else tr('copies    none yet')}")
    for folder in report.away:
        print(tr("Not connected, its files are kept: {folder}", folder=single_line(folder)))
    print_inconsistencies(report)
    if report.unconfined:
        print(report.unconfined)
    is_partial = report.vectors is not None and report.in_meaning is None
    if is_partial:
        print(tr("Another Findling has the library open: its vector index is not checked until that one is closed."))
    if not report.ailments:
        print(tr("Everything that was checked is consistent.") if is_partial else tr("Everything is consistent."))


def _vectors(indexed: int | None, vectors: int, passages: int) -> str:
    """The line on vectors: their number, how many are `indexed` (None if unknown), and how many are missing."""
    if indexed is None:
        counted = tr("meaning   {vectors} vectors", vectors=vectors)
    else:
        counted = tr("meaning   {held} of {vectors} vectors", held=indexed, vectors=vectors)
    missing = max(0, passages - vectors)
    if not missing:
        return counted
    return ntr(
        "{vectors}; {count} passage has none yet", "{vectors}; {count} passages have none yet", missing, vectors=counted
    )


def print_inconsistencies(report: ConsistencyReport) -> None:
    """Print each inconsistency with its remedy and some examples."""
    for inconsistency in report.ailments:
        print(sentences(inconsistency.sentence, inconsistency.cure))
        for example in inconsistency.examples:
            print(f"    {single_line(example)}")


HEALTH = {"doctor": run_doctor}
