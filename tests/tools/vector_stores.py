"""Prints figures of every kind of vector store side by side: sending, searching under filters, recall, a kill.

    python -m tests.tools.vector_stores [--passages N] [--dimension D] [--server KIND=URL]...

FAISS is the library's own index; Milvus Lite and Chroma are started here, killed with -9 after the searches and started
again. `--server milvus=http://host:19530` adds one that is running already, such as a Milvus cluster.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector import scan
from core.store.vector_servers.choice import StoreChoice, connect
from core.store.vector_servers.database import VectorDatabase
from core.store.vector_servers.expression import OneOf
from tests.builders.vector_servers import VectorServer

PER_CONTENT = 10  # passages
CENTRES = 200
SHARES = (1.0, 0.5, 0.1, 0.01)
QUERIES, LIMIT = 20, 100
ROWS = 500
SECONDS = 120.0


def made_vectors(count: int, dimension: int) -> Vectors:
    """Normalised vectors around some centres, as those of texts are."""
    draw = np.random.default_rng(1)
    centres = draw.standard_normal((CENTRES, dimension))
    rows = centres[draw.integers(0, CENTRES, count)] + 0.7 * draw.standard_normal((count, dimension))
    normalised: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return normalised


@contextmanager
def timed(figures: dict[str, str], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    figures[name] = f"{time.perf_counter() - started:.2f} s"


def measured(vectors: Vectors, search: Callable[[Vectors, Ids | None], Ids], figures: dict[str, str]) -> None:
    """Median time and recall of searches in each share of all contents."""
    draw = np.random.default_rng(2)
    contents = np.arange(len(vectors)) // PER_CONTENT + 1
    for share in SHARES:
        every = draw.permutation(int(contents[-1])) + 1
        chosen = None if share == 1 else np.sort(every[: max(1, int(len(every) * share))])
        times, hits, total = [], 0, 0
        for query in vectors[draw.integers(0, len(vectors), QUERIES)]:
            scores = vectors @ query
            if chosen is not None:
                scores = np.where(np.isin(contents, chosen), scores, -2)
            best = np.argsort(-scores)[: min(LIMIT, int((scores > -2).sum()))] + 1
            started = time.perf_counter()
            found = search(query, chosen)
            times.append(time.perf_counter() - started)
            hits, total = hits + len(np.intersect1d(found, best)), total + len(best)
        figures[f"search in {share:.0%}"] = f"{1000 * float(np.median(times)):.0f} ms, recall {hits / total:.3f}"


def of_faiss(vectors: Vectors) -> dict[str, str]:
    figures: dict[str, str] = {}
    index = scan.empty(vectors.shape[1])
    with timed(figures, "sent"):
        index.add(vectors)
    contents = np.arange(len(vectors)) // PER_CONTENT + 1

    def search(query: Vectors, chosen: Ids | None) -> Ids:
        allowed = None if chosen is None else np.isin(contents, chosen)
        return scan.search(index, query.reshape(1, -1), LIMIT, allowed)[0] + 1

    measured(vectors, search, figures)
    return figures


def of_database(database: VectorDatabase, vectors: Vectors, server: VectorServer | None) -> dict[str, str]:
    figures: dict[str, str] = {}
    database.open(SECONDS)
    figures["version"] = database.health(SECONDS)
    ids = np.arange(1, len(vectors) + 1)
    with timed(figures, "sent"):
        for start in range(0, len(ids), ROWS):
            some = ids[start : start + ROWS]
            database.upsert(some, (some - 1) // PER_CONTENT + 1, vectors[start : start + ROWS], SECONDS)

    def search(query: Vectors, chosen: Ids | None) -> Ids:
        expression = None if chosen is None else OneOf("content", chosen)
        return database.search(query, LIMIT, expression, SECONDS).passages

    measured(vectors, search, figures)
    database.delete(ids[:PER_CONTENT], SECONDS)
    if server is not None:
        server.kill()
        with timed(figures, "started again"):
            server.start()
            database.open(SECONDS)
    left = database.count(SECONDS)
    figures["rows after the kill" if server is not None else "rows"] = f"{left} of {len(ids) - PER_CONTENT}"
    database.drop(SECONDS)
    database.close()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--server", action="append", default=[], metavar="KIND=URL")
    chosen = parser.parse_args()
    vectors = made_vectors(chosen.passages, chosen.dimension)
    columns = {"FAISS": of_faiss(vectors)}
    for kind in ("milvus", "chroma"):
        with tempfile.TemporaryDirectory() as folder:
            server = VectorServer(kind, Path(folder))
            try:
                server.start()
                columns[f"{kind} (here)"] = of_database(_database(kind, server.url, vectors), vectors, server)
            finally:
                server.kill()
    for kind, _, url in (named.partition("=") for named in chosen.server):
        columns[url] = of_database(_database(kind, url, vectors), vectors, None)
    for name, figures in columns.items():
        print(name)
        for measure, value in figures.items():
            print(f"  {measure:20} {value}")


def _database(kind: str, url: str, vectors: Vectors) -> VectorDatabase:
    return connect(StoreChoice(kind, url), f"findling_tool_{secrets.token_hex(4)}", vectors.shape[1])


if __name__ == "__main__":
    main()
