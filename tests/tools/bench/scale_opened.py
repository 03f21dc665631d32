"""A library of `tests.tools.bench scale`, opened to read, with its questions; and times of acts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.chunk import chunking_config
from core.search.query import parse
from core.search.searcher import Searcher
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet
from tests.tools.bench.scale_library import settings_of, source_of

QUERIES = "queries.npy"
QUESTIONS = "questions.json"
LIMIT, DEPTH = 20, 200
Row = tuple[str, float, str]  # name, value, unit
Answers = list[list[tuple[str, float]]]


class Opened:
    """A library of the benchmark, opened to read, and the questions with their vectors."""

    def __init__(self, keep: Path, dimension: int, vectors: Path | None) -> None:
        root, settings = keep / str(dimension), settings_of(dimension)
        self.catalogue = Catalogue(root, writable=False)
        fingerprint = chunking_config(settings).fingerprint
        self.index_set = IndexSet(root, self.catalogue, settings.model_spec, fingerprint, writable=False)
        self.searcher = Searcher(root, self.index_set)
        self.texts: list[str] = json.loads((keep / QUESTIONS).read_text(encoding="utf-8"))
        source = source_of(vectors, dimension)
        made = None if vectors is None else np.load(vectors / QUERIES).astype(np.float32)
        found = source.batch(len(self.texts), 2**31) if made is None else source.fitted(made)
        self.vectors = [found[number % len(found)] for number in range(len(self.texts))]

    def close(self) -> None:
        """Close it; nothing of it can be asked any more."""
        self.searcher.close()
        self.index_set.close()
        self.catalogue.close()

    def answers(self) -> Answers:
        """The files that each question finds, with their scores."""
        asked = zip(self.texts, self.vectors, strict=True)
        hits = [self.searcher.search(parse(text), vector, limit=LIMIT) for text, vector in asked]
        return [[(str(hit.path), hit.score) for hit in one] for one in hits]


def percentiles(rows: list[Row], name: str, acts: list[Callable[[], object]]) -> None:
    """Add rows of what each act takes: by the clock, and of processors, which counts when others want them too."""
    acts[0]()
    times = []
    for act in acts:
        start, used = time.perf_counter(), time.process_time()
        act()
        times.append((time.perf_counter() - start, time.process_time() - used))
    for part in (50, 95):
        clock, processor = np.percentile(times, part, axis=0) * 1e3
        rows += [(f"{name}, p{part}", float(clock), "ms"), (f"... of a processor, p{part}", float(processor), "ms")]
