"""Benchmark: the cost of renaming a folder of many indexed files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from core.library import Library
from tests.builders.large_trees import load, make_tree, opens_counted, until, wait_for_words, without_engine


def run(files: int) -> None:
    """Index generated texts, rename their folder while it is watched, and wait until all are found at the new path."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree = Path(temporary, "documents")
        make_tree(tree / "before", files, texts=files)
        with Library.open(Path(temporary, "library"), without_engine(), watch=True) as library:
            library.add_folder(tree)
            wait_for_words(library)
            sent = library.progress().passages_embedded
            with opens_counted(tree) as opens:
                (tree / "before").rename(tree / "after")
                first = until(lambda: _is_found(library, "made7 ", str(tree / "after")))
                rest = until(lambda: _all_moved(library, files, str(tree / "after")))
                settled = library.wait("words")
    print(f"{files} files, quiet period included; {load()}")
    print(f"the first is found by its words after {first:.2f} s, all are settled after {first + rest:.2f} s")
    print(f"files opened {opens.count}; passages embedded {settled.passages_embedded - sent}")


def _is_found(library: Library, word: str, below: str) -> bool:
    return any(hit.path.startswith(below) for hit in library.search(word, 3, lanes=("words",)))


def _all_moved(library: Library, files: int, below: str) -> bool:
    last = f"made{files - 1}"
    progress = library.progress()
    return progress.names.done == files and not progress.words.waiting and _is_found(library, last, below)
