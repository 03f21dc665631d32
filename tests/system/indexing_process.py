"""A process that keeps a library up to date until its stdin ends, or it is killed.

    python -m tests.system.indexing_process LIBRARY

A line of JSON in, a line of JSON out: {"add": FOLDER}, {"exclude": [NAME, ...]}, {"look": true} (what the indexes
in memory contain, and which work is pending). It closes the library when its stdin ends.

Pending work is read on the indexer's thread, between two steps: the published progress is a moment old, which is long
on a busy machine, and does not include deletions from the lexical index.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
import threading
from pathlib import Path
from typing import Any

from core.errors import FindlingError
from core.indexer import Indexer, pipeline
from core.library import Library
from core.watch.monitor import Monitor

QUIET = 0.15  # seconds: the tests do not write slowly
ANSWER_TIMEOUT = 5.0  # seconds that a step of the indexer may take before the next try


def main() -> None:
    pipeline.Monitor = functools.partial(Monitor, debounce=QUIET)  # type: ignore[misc,assignment]
    with Library.open(Path(sys.argv[1]), watch=True) as library:
        print(json.dumps({}), flush=True)
        for line in sys.stdin:
            print(json.dumps(_answer(library, json.loads(line))), flush=True)


def _answer(library: Library, question: dict[str, Any]) -> dict[str, Any]:
    match question:
        case {"add": folder}:
            try:
                library.add_folder(folder)
            except FindlingError as error:
                return {"error": str(error)}
        case {"exclude": names}:
            library.change_settings(dataclasses.replace(library.settings, exclude=tuple(names)))
        case _:
            return _state(library)
    return {}


def _state(library: Library) -> dict[str, Any]:
    writer = library._sessions.current.writer
    writer.opened.wait(60)
    index_set, progress = writer.index_set, library.progress()
    if index_set is None:
        return {"busy": ["opening"], "vectors": [], "names": []}
    pending = _pending(writer)
    reasons = {
        "scanning": progress.scanning, "reading": progress.words.waiting, "embedding": progress.meaning.waiting,
        "commands": pending is None or not writer.is_progress_current,
    } | (pending or {})  # fmt: skip
    with index_set.names._up_to_date():
        names = list(index_set.names._slots)
    trouble = None if progress.trouble is None else progress.trouble.sentence
    busy = [name for name, holds in reasons.items() if holds]
    return {"busy": busy, "vectors": index_set.vectors.ids().tolist(), "names": sorted(names), "trouble": trouble}


def _pending(writer: Indexer) -> dict[str, bool] | None:
    """The pending work between two steps of the indexer; None if it takes too long to answer."""
    answers: list[dict[str, bool]] = []
    answered = threading.Event()

    def look(indexing: pipeline.Pipeline) -> None:
        answers.append(_pending_of(indexing))
        answered.set()

    writer.commands._submit(look)
    return answers[0] if answered.wait(ANSWER_TIMEOUT) else None


def _pending_of(indexing: pipeline.Pipeline) -> dict[str, bool]:
    words = indexing.index_set.words
    return {
        "noticed": indexing._watcher.has_pending_changes or indexing.scanning,
        "to be read": not indexing._extract.idle,
        "to be embedded": indexing.embedding,
        "orphans": indexing.housekeeping.may_have_orphans,
        "uncommitted": words.pending_change > words.last_change,
        "not in the lexical index": bool(
            indexing._catalogue.changes.after(words.last_change, indexing.index_set.chunking_id, 1)
        ),
    }


if __name__ == "__main__":
    main()
