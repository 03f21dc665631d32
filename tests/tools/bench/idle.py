"""Benchmark: the cost of a library while nothing changes."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from core.library import Library
from tests.builders.large_trees import Used, load, make_tree, wait_for_words, without_engine


def run(files: int, seconds: int) -> None:
    """Watch generated files for a while; print processor seconds and wake-ups."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree = Path(temporary, "documents")
        make_tree(tree, files, texts=0)
        with Library.open(Path(temporary, "library"), without_engine(), watch=True) as library:
            library.add_folder(tree)
            wait_for_words(library)
            time.sleep(5)  # until the work after indexing is done
            used = Used()
            time.sleep(seconds)
            processor, switches = used.since()
    print(f"{files} watched files for {seconds} s; {load()}")
    print(f"processor {processor:.2f} s, wake-ups {switches} (one is the measurement's own)")
