"""How long an opening takes when nothing changed, beside `find` on the same folder."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from core.library import Library
from tests.bench.trees import load, make_tree, opens_counted, wait_for_words, without_engine

ROUNDS = 3


def run(files: int, texts: int) -> None:
    """Index made files, close, then open the library again and again until all of them were looked at."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        tree, root = Path(temporary, "documents"), Path(temporary, "library")
        make_tree(tree, files, texts=texts)
        with Library.open(root, without_engine()) as library:
            library.add_folder(tree)
            wait_for_words(library)
        found = [_find(tree) for _ in range(ROUNDS)]
        opened = [_opened(root, files) for _ in range(ROUNDS)]
        with opens_counted(tree) as opens:
            embedded = _opened(root, files)[1]
    best, least = min(seconds for seconds, _ in opened), min(found)
    print(f"{files} files, {texts} of them texts and the others known by name; nothing changed; {load()}")
    print(f"find -printf        {', '.join(f'{seconds:.2f}' for seconds in found)} s")
    print(f"open, and all seen  {', '.join(f'{seconds:.2f}' for seconds, _ in opened)} s")
    print(f"ratio of the best {best / least:.2f}; files opened {opens.count}; passages embedded {embedded}")


def _find(tree: Path) -> float:
    start = time.monotonic()
    command = ["find", str(tree), "-type", "f", "-printf", "%p %s %T@ %i\\n"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start


def _opened(root: Path, files: int) -> tuple[float, int]:
    start = time.monotonic()
    with Library.open(root, watch=True) as library:
        progress = library.wait("names")
        seconds = time.monotonic() - start
        if progress.names.done != files:
            raise RuntimeError(f"{progress.names.done} files are known, not {files}")
        return seconds, progress.passages_embedded
