"""A program that keeps a library up to date until it is told to end, or is killed.

    python -m tests.whole.keeper LIBRARY

A line of JSON in, a line of JSON out: {"add": FOLDER}, {"exclude": [NAME, ...]}, {"look": true} (what the indexes that
are held in memory hold, and whether there is anything left to do). It ends, and closes the library, with its stdin.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import sys
from pathlib import Path
from typing import Any

from core.errors import FindlingError
from core.indexer import work
from core.library import Library
from core.watch.live import Live

QUIET = 0.15  # seconds: nobody here writes slowly


def main() -> None:
    work.Live = functools.partial(Live, quiet=QUIET)  # type: ignore[misc,assignment]
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
    shelf, progress = writer.shelf, library.progress()
    if shelf is None:
        return {"busy": ["opening"], "vectors": [], "names": []}
    reasons = {
        "scanning": progress.scanning, "reading": progress.words.waiting, "embedding": progress.meaning.waiting,
        "obeying": not writer.settled,
    }  # fmt: skip
    with shelf.names._told():
        names = list(shelf.names._slots)
    trouble = None if progress.trouble is None else progress.trouble.sentence
    busy = [name for name, holds in reasons.items() if holds]
    return {"busy": busy, "vectors": shelf.vectors.ids().tolist(), "names": sorted(names), "trouble": trouble}


if __name__ == "__main__":
    main()
