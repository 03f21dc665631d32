"""`findling index` while another program has the library open: that program indexes, and this one waits for it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from core.cli.answers import refused
from core.cli.console import StatusLine
from core.cli.problems import print_by_name, print_problems
from core.cli.status_report import print_summary, progress_line
from core.control_socket import NotAnsweredError, RefusedError, ask
from core.document import RETRIEVERS, Retriever
from core.errors import FindlingError, LibraryClosedError
from core.events import Folder, Problem, Progress
from core.messages import tr


def index_by_running(root: Path, paths: Sequence[str], until: Retriever) -> bool:
    """Have the running Findling index these folders or files, and wait until they can be found.

    False if none has the library open, or it does not answer. Raises FindlingError.
    """
    start = time.monotonic()
    durations: dict[Retriever, float] = {}
    line = StatusLine(sys.stderr)
    try:
        for path in paths:
            ask(root, "POST", "folders/add", {"path": os.path.abspath(path)})
        print(tr("Findling is running and indexes this, also if you end this command."), file=sys.stderr)
        for retriever in RETRIEVERS[: RETRIEVERS.index(until) + 1]:
            progress = _wait_for(root, retriever, line)
            durations[retriever] = time.monotonic() - start
        folders, problems = _get(root, "folders")["folders"], _get(root, "problems")
    except (NotAnsweredError, ValueError):  # none is there, or it ended in the middle of an answer
        return False
    except RefusedError as error:
        if error.code == LibraryClosedError.code:
            raise FindlingError("cli.indexing_ended") from error
        raise refused(error) from error
    finally:
        line.end()
    print_summary(progress, [Folder(**folder) for folder in folders], durations)
    print_problems([Problem(**problem) for problem in problems["problems"]])
    print_by_name(problems["by_name_only"])
    return True


def _wait_for(root: Path, retriever: Retriever, line: StatusLine) -> Progress:
    while True:
        answer = _get(root, "wait", retriever=retriever, seconds=line.every)
        progress = msgspec.convert(answer["progress"], Progress)
        if answer["done"]:
            return progress
        if answer["paused"]["reason"] == "paused":
            raise FindlingError("cli.indexing_paused")
        line.show(progress_line(progress))


def _get(root: Path, path: str, **facts: Any) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(ask(root, "GET", path, facts))
    return answer
