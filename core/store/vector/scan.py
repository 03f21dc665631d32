"""Exact search by FAISS over half-precision vectors: in memory, or where a file is mapped, without a copy of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from core.store.catalogue.vectors_table import Ids, Vectors

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]
BYTES_PER_COMPONENT = 2
MAX_SCORE_FACTOR = 1.5  # of a query's length: vectors are normalised, so what scores more is damaged
MAX_THREADS = 4  # of one question
Part = TypeVar("Part")
_COUNT = slice(8, 16)  # where a serialised FAISS index of this kind has its number of vectors


def row_bytes(dimension: int) -> int:
    """The length of one stored vector."""
    return BYTES_PER_COMPONENT * dimension


def empty(dimension: int) -> Any:
    """A FAISS index without vectors, ranked by inner product."""
    import faiss

    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def header(dimension: int, count: int) -> bytes:
    """What a serialised FAISS index has before its vectors."""
    import faiss

    data = bytearray(faiss.serialize_index(empty(dimension)).tobytes())
    data[_COUNT] = count.to_bytes(8, "little")
    data[-8:] = (count * row_bytes(dimension)).to_bytes(8, "little")  # the length of what follows
    return bytes(data)


def view(serialised: Bytes, count: int) -> Any:
    """The FAISS index that a buffer holds (`header`, then the vectors); valid as long as the buffer."""
    import faiss

    untyped_faiss: Any = faiss  # its stubs describe the names before they are wrapped for Python
    pointer = untyped_faiss.swig_ptr(serialised)
    index = untyped_faiss.read_index(untyped_faiss.ZeroCopyIOReader(pointer, serialised.size))
    if index.ntotal != count or index.codes.is_owned:
        raise RuntimeError("FAISS copied the vectors, or serialises them in another way")
    return index


def search(index: Any, query: Vectors, limit: int, allowed: Mask | None) -> tuple[Ids, Scores]:
    """The best rows of an index for a query (shape: 1 x dimension) and their scores, best first.

    `allowed` restricts them (one value a row).
    """
    import faiss

    parameters: Any = None
    if allowed is not None:
        bits = np.packbits(allowed, bitorder="little")
        untyped_faiss: Any = faiss
        parameters = untyped_faiss.SearchParameters(sel=untyped_faiss.IDSelectorBitmap(bits))
    faiss.omp_set_num_threads(1)  # one query is one thread's work; others would only be waited for, in each segment
    scores, rows = index.search(query, min(limit, max(1, index.ntotal)), params=parameters)
    kept = (rows[0] >= 0) & (scores[0] <= MAX_SCORE_FACTOR * np.linalg.norm(query))
    return rows[0][kept], scores[0][kept]


def in_threads(
    search_part: Callable[[Part], tuple[Ids, Scores]], parts: Sequence[Part], threads: int
) -> list[tuple[Ids, Scores]]:
    """Search several parts, in at most so many threads."""
    threads = min(threads, MAX_THREADS, os.cpu_count() or 1)
    if threads <= 1:
        return [search_part(part) for part in parts]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(search_part, parts))


def best_of(parts: list[tuple[Ids, Scores]], limit: int) -> tuple[Ids, Scores]:
    """The best of several lists of (ids, scores), best first."""
    if len(parts) == 1:
        return parts[0][0][:limit], parts[0][1][:limit]
    ids = np.concatenate([part[0] for part in parts]) if parts else np.zeros(0, np.int64)
    scores = np.concatenate([part[1] for part in parts]) if parts else np.zeros(0, np.float32)
    order = np.argsort(-scores, kind="stable")[:limit]
    return ids[order], scores[order]
