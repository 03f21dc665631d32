"""`findling index`: index folders and wait until they can be found."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from typing import Any

from core.cli.arguments import DONE, add_command
from core.cli.console import StatusLine, StepLine
from core.cli.engine import settings_with_model
from core.cli.index_by_running import index_by_running
from core.cli.problems import print_by_name, print_problems
from core.cli.status_report import print_summary, progress_line
from core.cli.vector_store import add_store_options, settings_with_store
from core.document import RETRIEVERS, Retriever
from core.errors import WaitTimeoutError
from core.events import Progress
from core.library import Library
from core.messages import tr
from core.models import MODELS
from core.settings import SETTINGS_NAME, load


def add_index(commands: Any) -> None:
    """Add the command `index`."""
    index = add_command(commands, "index", tr("index folders or files, and wait until they can be found"))
    index.add_argument("paths", nargs="+", metavar=tr("PATH"), help=tr("a folder or a file"))
    index.add_argument("--model", choices=tuple(MODELS), help=tr("change the model (re-indexes your documents)"))
    index.add_argument(
        "--archives",
        action=argparse.BooleanOptionalAction,
        help=tr(
            "read the files in archives (ZIP, tar, 7z, RAR) as documents of their own, from now on; or not any more"
        ),
    )
    add_store_options(index)
    index.add_argument("--until", choices=RETRIEVERS, default="meaning", help=tr("stop when this can be searched"))


def run_index(arguments: argparse.Namespace) -> int:
    """Run `findling index`, by the program that has the library open if there is one and no setting changes."""
    if not _changes_settings(arguments) and index_by_running(arguments.library, arguments.paths, arguments.until):
        return DONE
    durations: dict[Retriever, float] = {}
    start = time.monotonic()
    settings = settings_with_model(arguments.library, arguments.model)
    if arguments.archives is not None:
        known = settings or load(arguments.library / SETTINGS_NAME)
        settings = replace(known, read_archives=arguments.archives)
    settings = settings_with_store(settings, arguments)
    opening = StepLine(sys.stderr)
    with Library.open(arguments.library, settings, tell=opening.show) as library:
        opening.end()
        for path in arguments.paths:
            library.add_folder(path)
        line = StatusLine(sys.stderr)
        for retriever in RETRIEVERS[: RETRIEVERS.index(arguments.until) + 1]:
            progress = _wait_for(library, retriever, line)
            durations[retriever] = time.monotonic() - start
        line.end()
        print_summary(progress, library.folders(), durations)
        print_problems(library.problems(with_ignored=True))
        print_by_name(library.diagnostics.by_name_only())
    return DONE


def _changes_settings(arguments: argparse.Namespace) -> bool:
    return arguments.archives is not None or any(
        (arguments.model, arguments.store, arguments.store_url, arguments.store_key_file)
    )


def _wait_for(library: Library, retriever: Retriever, line: StatusLine) -> Progress:
    while True:
        try:
            return library.wait(retriever, timeout=line.every)
        except WaitTimeoutError:
            line.show(progress_line(library.progress()))


INDEX = {"index": run_index}
