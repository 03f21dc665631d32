"""`findling export` and `findling import`: what the user has set up, as one file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from core.cli.arguments import DONE, add_command
from core.cli.console import single_line
from core.library import ImportPlan, Library, PlannedChange
from core.messages import tr


def add_transfer(commands: Any) -> None:
    """Add the commands `export` and `import`."""
    export = add_command(commands, "export", tr("write settings, folders, exclusions and saved searches to a file"))
    export.add_argument("file", type=Path, metavar=tr("FILE"), help=tr("the file to write; it holds no documents"))
    export.add_argument("--secrets", action="store_true", help=tr("also keys and passwords of servers"))
    imported = add_command(
        commands,
        "import",
        tr("add what such a file holds to this library"),
        more=tr("Without --yes it only says what would change. Nothing is removed."),
    )
    imported.add_argument("file", type=Path, metavar=tr("FILE"), help=tr("a file that was exported"))
    imported.add_argument("--yes", action="store_true", help=tr("change it"))


def run_export(arguments: argparse.Namespace) -> int:
    """Run `findling export`."""
    with Library.open(arguments.library, read_only=True) as library:
        library.transfer.export(arguments.file, secrets=arguments.secrets)
    print(tr("Written: {path}", path=single_line(str(arguments.file))))
    return DONE


def run_import(arguments: argparse.Namespace) -> int:
    """Run `findling import`."""
    with Library.open(arguments.library) as library:
        plan = library.transfer.plan(arguments.file)
        print_plan(plan)
        if not plan.changes:
            return DONE
        if not arguments.yes:
            print(tr("Nothing was changed yet. To change it: findling import --yes FILE"), file=sys.stderr)
            return DONE
        copy = library.transfer.apply(plan)
        library.wait("names")
    print(tr("What was set up before is kept in {path}", path=single_line(str(copy))))
    return DONE


def print_plan(plan: ImportPlan) -> None:
    """Print each change in a line of its own."""
    for change in plan.changes:
        print(single_line(change_line(change)))
    if not plan.changes:
        print(tr("This library has everything in the file already."))
    if plan.reindexes:
        print(tr("Another model or passage size re-indexes your documents."))


def change_line(change: PlannedChange) -> str:
    """A change as one line."""
    facts = {"name": change.name, "before": change.before or "-", "after": change.after or "-"}
    return {
        "setting": tr("setting {name}: {before} -> {after}", **facts),
        "window": tr("window {name}: {before} -> {after}", **facts),
        "folder": tr("folder {name} is added, without: {after}", **facts),
        "exclusions": tr("folder {name}, left out: {before} -> {after}", **facts),
        "search": tr("saved search {name}: {after}", **facts),
        "skipped": tr("skipped, as it is not here or not known: {name}", **facts),
    }[change.kind]


TRANSFER = {"export": run_export, "import": run_import}
