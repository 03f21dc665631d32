"""Benchmark: many files unpacked into a watched folder."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from core.library import Library
from tests.builders.large_trees import Memory, load, make_tree, opens_counted, until, wait_for_words, without_engine


def run(files: int) -> None:
    """Unpack generated texts into a watched folder, and wait until lexical search finds all."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        made, tree = Path(temporary, "made"), Path(temporary, "documents")
        make_tree(made, files, texts=files)
        packed = Path(temporary, "packed.zip")
        with zipfile.ZipFile(packed, "w") as archive:
            for path in made.rglob("*.txt"):
                archive.write(path, path.relative_to(made))
        tree.mkdir()
        root = Path(temporary, "library")
        memory = Memory()
        with Library.open(root, without_engine(), watch=True) as library:
            library.add_folder(tree)
            wait_for_words(library)
            start = time.monotonic()
            subprocess.run([sys.executable, "-m", "zipfile", "-e", str(packed), str(tree / "unpacked")], check=True)
            unpacked = time.monotonic() - start
            with opens_counted(tree) as opens:
                until(lambda: library.progress().names.done == files, 0.1)
                named = time.monotonic() - start
                progress = library.wait("words")
                words = time.monotonic() - start
        memory.end()
        with sqlite3.connect(root / "catalogue.sqlite") as catalogue:
            contents = catalogue.execute("SELECT count(*), count(DISTINCT hash) FROM contents").fetchone()
    print(f"{files} files unpacked in {unpacked:.1f} s; {load()}")
    print(f"all found by name after {named:.1f} s, by words after {words:.1f} s ({files / words:.0f} files/s)")
    print(
        f"indexed {progress.words.done}, failed {progress.words.failed}, contents {contents[0]} ({contents[1]} hashes)"
    )
    print(f"files opened while they were indexed {opens.count}: none twice if that is at most {files}")
    print(f"peak memory {memory.own / 1e6:.0f} MB, readers together {memory.children / 1e6:.0f} MB")
