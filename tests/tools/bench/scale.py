"""Benchmark: a library of a million passages, 384 and 1,024 dimensions: one table of everything that people wait for.

`--make` writes the files and the libraries into a folder, once; without it they are measured. Nothing is embedded: the
questions have vectors of real ones (`--vectors`), or made up ones. What other programs used is said at the end.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

from core import paths
from tests.builders.large_trees import load
from tests.tools.bench import scale_library
from tests.tools.bench.ingest import Others
from tests.tools.bench.query import _questions, _sentences
from tests.tools.bench.scale_library import MODELS, made
from tests.tools.bench.scale_opened import QUESTIONS
from tests.tools.bench.scale_steps import STEPS

KEPT_SENTENCES = "sentences.json"
SLOWEST = 900  # seconds for one step


def run(folder: Path, keep: Path, passages: int, queries: int, gone: int, vectors: Path | None, *, make: bool) -> None:
    """Make the libraries from a folder's texts, or measure those that are there."""
    if make:
        _make(folder, keep, passages, queries, gone, vectors)
        return
    print(f"{load()}; {time.strftime('%F %R')}")
    others, tables = Others(), {}
    for dimension in MODELS:
        root = keep / str(dimension)
        if made(keep, dimension) < passages:
            sys.exit(f"{root} is not made yet: --make")
        tables[dimension] = _disk(root, passages)
        for step in STEPS:
            command = [sys.executable, "-m", "tests.tools.bench.scale_steps", step, str(keep), str(dimension)]
            command.append("" if vectors is None else str(vectors))
            print(f"{dimension}: {step} ...", file=sys.stderr, flush=True)
            done = subprocess.run(
                command, cwd=paths.resources().parent, capture_output=True, text=True, check=False, timeout=SLOWEST
            )
            if done.returncode:
                tables[dimension].append((f"{step}: {done.stderr.strip().splitlines()[-1]}", 0.0, "failed"))
            else:
                rows = [tuple(row) for row in json.loads(done.stdout.splitlines()[-1])]
                print(*(f"  {name}: {value:.4g} {unit}" for name, value, unit in rows), sep="\n", file=sys.stderr)
                tables[dimension] += rows
    _print(tables)
    print(f"other programs took {others.share():.0%} of the processors")


def _make(folder: Path, keep: Path, passages: int, queries: int, gone: int, vectors: Path | None) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    start, first, sentences = time.monotonic(), min(MODELS), _kept_sentences(folder, keep / KEPT_SENTENCES)
    (keep / QUESTIONS).write_text(json.dumps(_questions(sentences, queries, random.Random(8))), encoding="utf-8")
    for dimension in MODELS:
        if made(keep, dimension) >= passages:
            scale_library.bring_up_to_date(keep, dimension)
    if made(keep, first) < passages:
        scale_library.make(keep, sentences, passages, gone, scale_library.source_of(vectors, first))
    for dimension in set(MODELS) - {first}:
        if made(keep, dimension) < passages:
            scale_library.turn_into(keep, dimension, scale_library.source_of(vectors, dimension))
    print(f"{passages} passages of {len(sentences)} sentences made in {time.monotonic() - start:.0f} s")


def _kept_sentences(folder: Path, kept: Path) -> list[str]:
    """The sentences of a folder's texts, from the file in which an earlier call has kept them."""
    if not kept.exists():
        kept.write_text(json.dumps(_sentences(folder)), encoding="utf-8")
    return list(json.loads(kept.read_text(encoding="utf-8")))


def _disk(root: Path, passages: int) -> list[tuple[str, float, str]]:
    """What the parts of a library take, in all and a passage."""
    sizes = {
        "catalogue, vectors included": sum(path.stat().st_size for path in root.glob("catalogue.sqlite*")),
        "words": sum(path.stat().st_size for path in (root / "words").rglob("*") if path.is_file()),
        "vectors": sum(path.stat().st_size for path in (root / "vectors").glob("*") if path.suffix != ".coarse"),
        "codes of one bit": sum(path.stat().st_size for path in (root / "vectors").glob("*.coarse")),
    }
    rows = [(f"disk: {name}", size / 1e6, "MB") for name, size in sizes.items()]
    of_vectors = 2 * int(root.name) * passages
    without = sizes["catalogue, vectors included"] - of_vectors + sizes["words"]
    return [*rows, ("disk a passage, without vectors", without / passages, "B")]


def _print(tables: dict[int, list[tuple[str, float, str]]]) -> None:
    columns = {dimension: {name: (value, unit) for name, value, unit in rows} for dimension, rows in tables.items()}
    names = list(dict.fromkeys(name for rows in tables.values() for name, _, _ in rows))
    print(f"{'':44}" + "".join(f"{dimension:>16}" for dimension in columns))
    for name in names:
        cells = [column.get(name) for column in columns.values()]
        texts = ["-" if cell is None else f"{cell[0]:.4g} {cell[1]}".strip() for cell in cells]
        print(f"{name:44}" + "".join(f"{text:>16}" for text in texts))
