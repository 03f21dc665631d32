"""What a library costs while nothing happens."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from core.library import Library
from tests.builders.large_trees import Used, load, make_tree, wait_for_words, without_engine


def run(files: int, seconds: int) -> None:
    """Watch made files for a while, and count processor seconds and wake-ups."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree = Path(temporary, "documents")
        make_tree(tree, files, texts=0)
        with Library.open(Path(temporary, "library"), without_engine(), watch=True) as library:
            library.add_folder(tree)
            wait_for_words(library)
            time.sleep(5)  # what follows an indexing is over by then
            used = Used()
            time.sleep(seconds)
            processor, switches = used.since()
    print(f"{files} watched files for {seconds} s; {load()}")
    print(f"processor {processor:.2f} s, wake-ups {switches} (one is the measurement's own)")
