"""Benchmark: one vector index in a large library: opening, asking, filtering, removing, saving, memory and disk.

The vectors are random around some hundred centres, one set of indexes for each dimension; nothing is embedded. Each
step runs in a process of its own, so that its peak of memory is its own, and is printed as a ratio to reading the same
vectors once, which says what the machine is worth just now.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core import paths
from core.chunk import chunking_config
from core.document import Document, Passage
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from tests.builders.large_trees import load
from tests.tools.bench.vector_steps import STEPS, made_vectors

MODELS = {384: "english", 1024: "qwen3-0.6b"}
PASSAGES_PER_DOCUMENT = 10
ENDINGS = {2: b"md", 10: b"html", 100: b"log", 1000: b"rst"}
BATCH = 20_000
MADE = "made"  # a file that marks a complete library


def run(passages: int, dimensions: list[int], keep: Path | None) -> None:
    """Make a library for each dimension, unless `keep` has it, and print the steps."""
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        for dimension in dimensions:
            root = (keep or Path(temporary)) / f"{passages}-{dimension}"
            settings = Settings(model=MODELS[dimension])  # type: ignore[arg-type]
            if settings.model_spec.dimension != dimension:
                raise RuntimeError(f"{settings.model} has not {dimension} dimensions")
            if not (root / MADE).exists():
                start = time.monotonic()
                _fill(root, settings, passages)
                print(f"{passages} passages of {dimension} dimensions made in {time.monotonic() - start:.0f} s")
            _measure(root, settings, dimension)


def _fill(root: Path, settings: Settings, passages: int) -> None:
    root.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(root, writable=True)
    index_set = IndexSet(root, catalogue, settings.model_spec, chunking_config(settings).fingerprint, writable=True)
    with catalogue.transaction():
        home = catalogue.folders.add(b"/made", single=False)
    for first in range(0, passages, BATCH):
        with catalogue.transaction():
            ids: list[int] = []
            contents: list[int] = []
            for number in range(first, min(first + BATCH, passages), PASSAGES_PER_DOCUMENT):
                new, content = _put(catalogue, home, index_set.chunking_id, number)
                ids += new
                contents += [content] * len(new)
            vectors = made_vectors(len(ids), settings.model_spec.dimension, first)
            catalogue.vectors.put(index_set.model_id, ids, vectors)
        index_set.vectors.add(np.array(ids), vectors, np.array(contents))
    index_set.close()
    catalogue.close()
    (root / MADE).touch()


def _put(catalogue: Catalogue, home: int, chunking_id: int, number: int) -> tuple[list[int], int]:
    """Add a document of ten lines, each a passage; returns their ids and that of its content."""
    lines = [f"line {number + place}" for place in range(PASSAGES_PER_DOCUMENT)]
    text, cuts, at = "\n".join(lines), [], 0
    for ordinal, line in enumerate(lines):
        cuts.append(Passage(ordinal, at, at + len(line), 3, None, ordinal + 1))
        at += len(line) + 1
    known = KnownFile(0, len(text), 1_700_000_000_000_000_000 + number * 10**9, number)
    path = b"/made/%d/%d.%s" % (number // 10_000, number, _ending(number // PASSAGES_PER_DOCUMENT))
    file_id = catalogue.files.put(home, path, known, kind="text", readable=True)
    content = catalogue.contents.put(b"%032d" % number, Document(text, "text"))
    catalogue.passages.put(content, chunking_id, cuts)
    catalogue.files.set_read(file_id, content, known, None)
    return [row.id for row in catalogue.passages.of_content(content, chunking_id)], content


def _ending(document: int) -> bytes:
    """The extension of a document: `ENDINGS` are those of about 50 %, 10 %, 1 % and 0.1 %."""
    return next((ending for every, ending in reversed(ENDINGS.items()) if document % every == 0), b"txt")


def _measure(root: Path, settings: Settings, dimension: int) -> None:
    print(f"{root.name}: {load()}")
    disk = {path: sum(file.stat().st_size for file in root.glob(path) if file.is_file()) for path in ("*", "vectors/*")}
    print(f"  disk: catalogue {disk['*'] / 1e6:.0f} MB, vectors {disk['vectors/*'] / 1e6:.0f} MB")
    unit = 0.0
    print(f"  {'':40} {'seconds':>9} {'ratio':>7} {'peak MB':>8} {'after MB':>8}")
    older = any((root / "vectors").glob("*.faiss"))
    for step in STEPS:
        if step == "take_over" and not older:
            continue
        command = [sys.executable, "-m", "tests.tools.bench.vector_steps", step, str(root), settings.model]
        done = subprocess.run(command, cwd=paths.resources().parent, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  {step}: {done.stderr.strip().splitlines()[-1]}")
            continue
        for name, seconds, peak, after in json.loads(done.stdout.splitlines()[-1]):
            unit = seconds if step == "read" else unit
            print(f"  {name:40} {seconds:9.4f} {seconds / unit if unit else 0:7.3f} {peak:8.0f} {after:8.0f}")
