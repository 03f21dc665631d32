"""Benchmark: opening a library when nothing changed, beside `find` on the same folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from core.library import Library
from tests.builders.large_trees import load, make_tree, opens_counted, wait_for_words, without_engine

ROUNDS = 3


def run(files: int, texts: int) -> None:
    """Index generated files, then open the library repeatedly until the scan has ended."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree, root = Path(temporary, "documents"), Path(temporary, "library")
        make_tree(tree, files, texts=texts)
        with Library.open(root, without_engine()) as library:
            library.add_folder(tree)
            wait_for_words(library)
        found, opened = [], []
        for _ in range(ROUNDS):
            found.append(_measured(lambda: _find(tree)))
            opened.append(_measured(lambda: _opened(root, files)))
        with opens_counted(tree) as opens:
            embedded = _opened(root, files)
    print(f"{files} files, {texts} of them texts and the others known by name; nothing changed; {load()}")
    for name, took in (("find -printf", found), ("open, and all seen", opened)):
        print(f"{name:20}{', '.join(f'{seconds:.2f} s ({busy:.2f} of a processor)' for seconds, busy in took)}")
    ratios = [min(took[part] for took in opened) / min(took[part] for took in found) for part in (0, 1)]
    print(f"ratio of the best {ratios[0]:.2f}, of processor seconds {ratios[1]:.2f}")
    print(f"files opened {opens.count}; passages embedded {embedded}")


def _measured(what: Callable[[], object]) -> tuple[float, float]:
    """(seconds, processor seconds of this process and of children that ended)."""
    start, before = time.monotonic(), os.times()
    what()
    after = os.times()
    return time.monotonic() - start, sum(after[:4]) - sum(before[:4])


def _find(tree: Path) -> None:
    command = ["find", str(tree), "-type", "f", "-printf", "%p %s %T@ %i\n"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _opened(root: Path, files: int) -> int:
    """Open the library and wait for the scan; returns how many passages were ever embedded."""
    with Library.open(root, watch=True) as library:
        progress = library.wait("names")
        if progress.names.done != files:
            raise RuntimeError(f"{progress.names.done} files are known, not {files}")
        return progress.passages_embedded
