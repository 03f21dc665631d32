"""Benchmark: the time from saving a document until lexical search finds it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from core.library import Library
from core.settings import Settings
from core.watch.monitor import DEBOUNCE_SECONDS

NOBODY = "http://127.0.0.1:9/v1"  # without an engine, nothing is embedded on the same processors


def run(files: int, saves: int) -> None:
    """Index some files, then save as many more, one after another, while the folder is watched."""
    settings = Settings(model="english", engine="remote", remote_url=NOBODY)
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        folder = Path(temporary, "documents")
        for number in range(files):
            _write(folder / f"{number // 100:03}" / f"{number}.txt", f"before{number}")
        with Library.open(Path(temporary, "library"), settings, watch=True) as library:
            library.add_folder(folder)
            library.wait("words")
            took = [_saved_to_found(library, folder, number) for number in range(saves)]
    p50, p95 = np.percentile(took, (50, 95))
    print(f"{files} files, {saves} saves, quiet period {DEBOUNCE_SECONDS:.1f} s")
    print(f"save to searchable by words: p50 {p50:.2f} s, p95 {p95:.2f} s, longest {max(took):.2f} s")


def _saved_to_found(library: Library, folder: Path, number: int) -> float:
    start = time.monotonic()
    _write(folder / f"saved-{number}.txt", f"after{number}")
    while not library.search(f"after{number}", 1, lanes=("words",)):
        time.sleep(0.01)
    return time.monotonic() - start


def _write(path: Path, word: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"The {word} of a document. " + "It goes on with common words for a while. " * 20, encoding="utf-8")
