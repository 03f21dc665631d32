"""A program that keeps a library up to date until it is told to end, or is killed.

    python -m tests.system.indexing_process LIBRARY

A line of JSON in, a line of JSON out: {"add": FOLDER}, {"exclude": [NAME, ...]}, {"look": true} (what the indexes that
are held in memory hold, and whether there is anything left to do). It ends, and closes the library, with its stdin.

What is left is asked on the indexer's own thread, between two steps: what it publishes is of a moment ago, which is
long on a machine with much else to do, and tells nothing of what the word index is still to forget.
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

QUIET = 0.15  # seconds: nobody here writes slowly
TELLING = 5.0  # seconds that the indexer may take for a step, before it is asked again


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
            return _seen(library)
    return {}


def _seen(library: Library) -> dict[str, Any]:
    writer = library._session.writer
    writer.opened.wait(60)
    index_set, progress = writer.index_set, library.progress()
    if index_set is None:
        return {"busy": ["opening"], "vectors": [], "names": []}
    left = _left(writer)
    reasons = {
        "scanning": progress.scanning, "reading": progress.words.waiting, "embedding": progress.meaning.waiting,
        "obeying": left is None or not writer.settled,
    } | (left or {})  # fmt: skip
    with index_set.names._told():
        names = list(index_set.names._slots)
    trouble = None if progress.trouble is None else progress.trouble.sentence
    busy = [name for name, holds in reasons.items() if holds]
    return {"busy": busy, "vectors": index_set.vectors.ids().tolist(), "names": sorted(names), "trouble": trouble}


def _left(writer: Indexer) -> dict[str, bool] | None:
    """What is left to be done between two steps of the indexer; None if it does not come to tell."""
    told: list[dict[str, bool]] = []
    asked = threading.Event()

    def look(doing: pipeline.Pipeline) -> None:
        told.append(_left_of(doing))
        asked.set()

    writer._do(look)
    return told[0] if asked.wait(TELLING) else None


def _left_of(doing: pipeline.Pipeline) -> dict[str, bool]:
    words = doing.index_set.words
    return {
        "noticed": doing._watcher.has_pending_changes or doing.scanning,
        "to be read": not doing._readings.idle,
        "to be embedded": doing.embedding,
        "to be put away": doing._orphans,
        "uncommitted": words.pending_change > words.last_change,
        "not in the word index": bool(
            doing._catalogue.changes.after(words.last_change, doing.index_set.chunking_id, 1)
        ),
    }


if __name__ == "__main__":
    main()
