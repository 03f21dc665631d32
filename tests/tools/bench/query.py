"""Benchmark: the latency of queries in a large library, by retriever.

The passages are shuffled sentences of real documents, so that word frequencies are those of real texts; their
vectors are random, of the model's dimension. The query is embedded by the engine.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from core.chunk import chunking_config
from core.document import RETRIEVERS, Document, Passage, Retriever
from core.library import Library
from core.search.query import parse
from core.search.retrieve.retrievers import Retrievers
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from tests.tools.bench.ingest import Others

SENTENCE = re.compile(r"[^.!?。！？]{12,400}[.!?。！？]")
SENTENCES = 9  # per passage
PASSAGES = 10  # per document
LIMIT = 20
MADE = "made"  # a file that marks a complete library
CLOCKS = ("wall", "cpu")
Rows = dict[str, list[tuple[float, float]]]  # seconds by clock, of each step


def run(
    folder: Path, passages: int, queries: int, *, model: str, keep: Path | None, indexing: Path | None = None
) -> None:
    """Build a library of `passages` from a folder's texts, and query it; one in `keep` is only queried.

    With `indexing`, that folder is indexed by the library meanwhile, which has its documents from then on.
    """
    sentences = _sentences(folder)
    settings = Settings(model=model)  # type: ignore[arg-type]
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        root = Path(temporary) if keep is None else keep
        if not (root / MADE).exists():
            start = time.monotonic()
            root.mkdir(parents=True, exist_ok=True)
            _fill(root, settings, sentences, passages, random.Random(7))
            (root / MADE).touch()
            print(f"{passages} passages of {len(sentences)} sentences, made in {time.monotonic() - start:.0f} s")
        _ask(root, settings, _questions(sentences, queries, random.Random(8)), indexing)


def _sentences(folder: Path) -> list[str]:
    found: set[str] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".txt", ".md", ".jsonl", ".rst", ".html"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.suffix == ".jsonl":  # its keys and numbers would be the most frequent words
                text = "\n".join(str(json.loads(line).get("text", "")) for line in text.splitlines() if line.strip())
            found.update(SENTENCE.findall(text))
    return sorted(" ".join(sentence.split()) for sentence in found)


def _questions(sentences: list[str], count: int, chance: random.Random) -> list[str]:
    """Queries from one word to a whole sentence."""
    lengths = (1, 2, 3, 4, 6, 9, 14)
    return [" ".join(chance.choice(sentences).split()[: lengths[number % len(lengths)]]) for number in range(count)]


def _fill(root: Path, settings: Settings, sentences: list[str], passages: int, chance: random.Random) -> None:
    model_spec, chunking = settings.model_spec, chunking_config(settings).fingerprint
    catalogue = Catalogue(root, writable=True)
    index_set = IndexSet(root, catalogue, model_spec, chunking, writable=True)
    numbers = np.random.default_rng(7)
    with catalogue.transaction():
        home = catalogue.folders.add(b"/made", single=False)
    for first in range(0, passages, 1000):
        with catalogue.transaction():
            for number in range(first, min(first + 1000, passages), PASSAGES):
                ids, content = _put(catalogue, home, index_set.chunking_id, number, sentences, chance)
                vectors = numbers.standard_normal((len(ids), model_spec.dimension)).astype(np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                catalogue.vectors.put(index_set.model_id, ids, vectors)
                index_set.vectors.add(np.array(ids), vectors, content)
        while index_set.apply_changes(catalogue):
            pass
    index_set.words.commit()
    index_set.close()
    catalogue.close()


def _put(
    catalogue: Catalogue, home: int, chunking_id: int, number: int, sentences: list[str], chance: random.Random
) -> tuple[list[int], int]:
    """Add a document; returns the ids of its passages and of its content."""
    texts = [" ".join(chance.choices(sentences, k=SENTENCES)) for _ in range(PASSAGES)]
    name = "-".join(chance.choice(sentences).split()[:4]).replace("/", "-")
    text, cuts, at = "\n\n".join(texts), [], 0
    for ordinal, one in enumerate(texts):
        cuts.append(Passage(ordinal, at, at + len(one), len(one) // 4, None, 2 * ordinal + 1))
        at += len(one) + 2
    known = KnownFile(0, len(text), 1_700_000_000_000_000_000 + number * 10**12, number)
    path = os.fsencode(f"/made/{number // 1000}/{name} {number}.txt")
    file_id = catalogue.files.put(home, path, known, kind="text", readable=True)
    content = catalogue.contents.put(hashlib.sha256(text.encode()).digest(), Document(text, "text"))
    catalogue.passages.put(content, chunking_id, cuts)
    catalogue.files.set_read(file_id, content, known, None)
    return [row.id for row in catalogue.passages.of_content(content, chunking_id)], content


def _ask(root: Path, settings: Settings, questions: list[str], indexing: Path | None) -> None:
    catalogue = Catalogue(root, writable=False)
    index_set = IndexSet(root, catalogue, settings.model_spec, chunking_config(settings).fingerprint, writable=False)
    retrievers = Retrievers(catalogue, index_set)
    with Library.open(root, settings, read_only=indexing is None) as library:
        library.engines.wait_ready(120)
        library.search(questions[0], LIMIT)
        before = library.progress()
        if indexing is not None:
            library.add_folder(indexing)
        others = Others()
        rows: Rows = {}
        for text in questions:
            _one(rows, retrievers, library, text, settings.model_spec.dimension)
        _print(rows, others.share())
        if indexing is not None:
            after = library.progress()
            read, embedded = after.words.done - before.words.done, after.passages_done - before.passages_done
            print(f"indexed meanwhile: {read} files, {embedded} passages embedded, {after.words.waiting} files wait")
    index_set.close()
    catalogue.close()


def _one(rows: Rows, retrievers: Retrievers, library: Library, text: str, size: int) -> None:
    """Query each retriever alone, then the library; the rest of its time is fusion and snippets."""
    vector = np.random.default_rng(len(text)).standard_normal(size).astype(np.float32)
    vector /= np.linalg.norm(vector)
    for retriever in RETRIEVERS:
        only: tuple[Retriever, ...] = (retriever,)
        _timed(rows, retriever, partial(retrievers.retrieve, parse(text), vector, depth=200, retrievers=only))
    _timed(rows, "meaning, embedding the query", partial(library.search, text, LIMIT, lanes=("meaning",)))
    _timed(rows, "everything but embedding", partial(library.search, text, LIMIT, closely=False))
    _timed(rows, "everything, and sentence rerank", partial(library.search, text, LIMIT))
    whole = rows["everything but embedding"][-1]
    spent = [sum(rows[retriever][-1][clock] for retriever in RETRIEVERS) for clock in range(len(CLOCKS))]
    rows.setdefault("fusion, snippets", []).append((whole[0] - spent[0], whole[1] - spent[1]))


def _timed(rows: Rows, name: str, act: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.thread_time()
    act()
    rows.setdefault(name, []).append((time.perf_counter() - wall, time.thread_time() - cpu))


def _print(rows: Rows, others: float) -> None:
    print(f"{'milliseconds':30} {'p50':>8} {'p95':>8} {'cpu p50':>8} {'cpu p95':>8}")
    for name, times in rows.items():
        columns = [np.percentile([time_[clock] for time_ in times], [50, 95]) * 1e3 for clock in range(len(CLOCKS))]
        print(f"{name:30} " + " ".join(f"{value:8.1f}" for pair in columns for value in pair))
    p95 = {
        name: float(np.percentile([wall for wall, _ in rows[name]], 95)) for name in (*RETRIEVERS, "fusion, snippets")
    }
    print(f"what dominates: {max(p95, key=lambda name: p95[name])}")
    print(f"other programs took {others:.0%} of the processors")
