"""The steps of `tests.tools.bench scale`: python -m tests.tools.bench.scale_steps STEP KEEP DIMENSION VECTORS.

Prints one line of JSON: [[name, value, unit], ...]. Each step is a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from core.document import RETRIEVERS
from core.library import Library
from core.search.query import parse
from core.search.retrieve.filter_compiler import FilterCompiler
from core.search.retrieve.retrievers import Retrievers
from core.search.searcher import Searcher
from core.store.catalogue.vectors_table import Vectors
from core.store.vector import coarse_scan
from tests.builders.large_trees import until
from tests.tools.bench.scale_kills import killing
from tests.tools.bench.scale_library import ENDINGS, GONE, TREE, settings_of
from tests.tools.bench.scale_opened import DEPTH, LIMIT, Opened, Row, percentiles

SETTLED = 20.0  # seconds after which an open library is at rest


def _memory(field: str) -> float:
    """A field of this process's memory in MB: VmRSS, VmHWM, RssAnon."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


def opening(keep: Path, dimension: int, vectors: Path | None) -> list[Row]:
    """Open everything to read, and ask once."""
    before, start = _memory("VmRSS"), time.perf_counter()
    opened = Opened(keep, dimension, vectors)
    rows: list[Row] = [("open to read", time.perf_counter() - start, "s")]
    rows.append(("memory of opening", _memory("VmHWM") - before, "MB"))
    start = time.perf_counter()
    opened.searcher.search(parse(opened.texts[0]), opened.vectors[0], limit=LIMIT)
    rows.append(("first question, nothing warmed up", time.perf_counter() - start, "s"))
    return rows


def asking(keep: Path, dimension: int, vectors: Path | None) -> list[Row]:
    """Questions by retriever, and all of them together with collapse, tiers and hits."""
    opened = Opened(keep, dimension, vectors)
    rows: list[Row] = []
    retrievers = Retrievers(opened.catalogue, opened.index_set)
    asked = list(zip(opened.texts, opened.vectors, strict=True))
    for one in RETRIEVERS:
        ask = partial(retrievers.retrieve, depth=DEPTH, retrievers=(one,))
        percentiles(rows, one, [partial(ask, parse(text), vector) for text, vector in asked])
    search = partial(opened.searcher.search, limit=LIMIT)
    percentiles(rows, "everything but embedding", [partial(search, parse(text), vector) for text, vector in asked])
    index = opened.index_set.vectors
    percentiles(rows, "vectors alone, by codes", [partial(index.search, one, DEPTH) for one in opened.vectors])
    by_codes = [index.search(one, DEPTH) for one in opened.vectors]
    coarse_scan.MAX_SHARE = 0.0  # no codes from here on
    percentiles(rows, "vectors alone, all compared", [partial(index.search, one, DEPTH) for one in opened.vectors])
    exact = [index.search(one, DEPTH) for one in opened.vectors]
    for depth in (10, DEPTH):
        shares = [_share(one[:depth], all_[:depth]) for one, all_ in zip(by_codes, exact, strict=True)]
        rows.append((f"R@{depth} of the codes", float(np.mean(shares)), ""))
    rows.append(("memory after these", _memory("VmRSS"), "MB"))
    rows.append(("... without mapped files", _memory("RssAnon"), "MB"))
    return rows


def _share(found: list[tuple[int, float]], exact: list[tuple[int, float]]) -> float:
    return len({number for number, _ in found} & {number for number, _ in exact}) / max(1, len(exact))


def filtering(keep: Path, dimension: int, vectors: Path | None) -> list[Row]:
    """Filtered questions: time, and how many of the nearest are those of a comparison of all that the filter leaves."""
    opened = Opened(keep, dimension, vectors)
    rows: list[Row] = []
    index, filters = opened.index_set.vectors, FilterCompiler(opened.catalogue, opened.index_set)
    all_files = opened.catalogue.counts(opened.index_set.model_id).files
    for name in reversed(ENDINGS.values()):
        start = time.perf_counter()
        scope = filters.compile(parse(f"ext:{name}"))
        assert scope is not None
        share = f"{len(scope.files) / all_files:.0%}"
        rows.append((f"compile the filter of {share}", (time.perf_counter() - start) * 1e3, "ms"))
        search = partial(index.search, limit=DEPTH, scope=scope)
        percentiles(rows, f"vectors in {share}", [partial(search, one) for one in opened.vectors])
        texts = [parse(f"{text} ext:{name}") for text in opened.texts]
        asked = list(zip(texts, opened.vectors, strict=True))
        search_all = partial(opened.searcher.search, limit=LIMIT)
        percentiles(rows, f"everything in {share}", [partial(search_all, text, vector) for text, vector in asked])
        few = opened.vectors[:10]
        expected = _brute_force(opened, scope.contents, few)
        equal = [_is_equal(search(one), scores) for one, scores in zip(few, expected, strict=True)]
        rows.append((f"equal to brute force in {share}", float(np.mean(equal)), ""))
    return rows


def _brute_force(opened: Opened, contents: Vectors, queries: list[Vectors]) -> list[Vectors]:
    """The best scores of all vectors of some contents, from the catalogue."""
    table, model = opened.catalogue.vectors, opened.index_set.model_id
    ids = opened.catalogue.passages.owners_after(0)
    ids = ids[np.isin(ids[:, 1], contents), 0]
    best = [np.zeros(0, np.float32)] * len(queries)
    for _, vectors in table.read(model, ids):
        for place, query in enumerate(queries):
            best[place] = np.sort(np.concatenate([best[place], vectors @ query]))[-DEPTH:]
    return best


def _is_equal(found: list[tuple[int, float]], scores: Vectors) -> bool:
    return len(found) == len(scores) and np.allclose([score for _, score in found], scores[::-1], atol=2e-3)


def living(keep: Path, dimension: int, vectors: Path | None) -> list[Row]:
    """A library that is open and watched: at rest, a changed file, many files removed while asking."""
    opened = Opened(keep, dimension, vectors)
    asked = list(zip(map(parse, opened.texts), opened.vectors, strict=True))
    opened.searcher.close()
    tree = keep / TREE
    start = time.perf_counter()
    with Library.open(keep / str(dimension), settings_of(dimension), watch=True) as library:
        rows: list[Row] = [("the folder's first scan", until(lambda: library.progress().names.done), "s")]
        library.wait("words", timeout=600)
        rows.append(("open and up to date", time.perf_counter() - start, "s"))
        time.sleep(SETTLED)
        rows += [("at rest", _memory("VmRSS"), "MB"), ("... without mapped files", _memory("RssAnon"), "MB")]
        searcher = Searcher(keep / str(dimension), library._sessions.current.indexes())
        changed = next(path for path in sorted(tree.rglob("*.txt")) if path.parent.name != GONE)
        word = f"wort{time.time_ns()}"
        before = changed.read_bytes()
        changed.write_bytes(before + f"\n\nOne more sentence has the {word}.".encode())
        rows.append(("one changed file found", until(lambda: library.search(word, 1, lanes=("words",))), "s"))
        rows += _removing(keep, library, searcher, asked)
        changed.write_bytes(before)
        searcher.close()
    return rows


def _removing(keep: Path, library: Library, searcher: Searcher, asked: list[tuple[object, Vectors]]) -> list[Row]:
    """Ask before and while the files of a folder go, and put them back."""
    gone, aside = keep / TREE / GONE, keep / "removed"
    files = len(os.listdir(gone))

    def ask(stop: Callable[[int], bool]) -> list[float]:
        times: list[float] = []
        while not stop(len(times)):
            query, vector = asked[len(times) % len(asked)]
            start = time.perf_counter()
            searcher.search(query, vector, limit=LIMIT)  # type: ignore[arg-type]
            times.append(time.perf_counter() - start)
        return times

    ask(lambda done: done >= 20)
    before = ask(lambda done: done >= 2 * len(asked))
    has_gone = threading.Event()
    all_files = library.progress().names.done

    def remove() -> None:
        gone.rename(aside)
        until(lambda: library.progress().names.done <= all_files - files, pause=0.2)
        library.wait("words", timeout=600)
        has_gone.set()

    start = time.perf_counter()
    thread = threading.Thread(target=remove)
    thread.start()
    during = ask(lambda _: has_gone.is_set())
    thread.join()
    rows: list[Row] = [(f"{files} files removed", time.perf_counter() - start, "s")]
    for part in (50, 95):
        was, now = float(np.percentile(before, part)), float(np.percentile(during, part))
        rows += [(f"question before, p{part}", was * 1e3, "ms"), (f"question meanwhile, p{part}", now * 1e3, "ms")]
        rows.append((f"ratio of these, p{part}", now / was, ""))
    rows.append(("longest question meanwhile", max(during) * 1e3, "ms"))
    start = time.perf_counter()
    aside.rename(gone)
    until(lambda: library.progress().names.done >= all_files, pause=0.2)
    library.wait("words", timeout=600)
    rows.append((f"{files} files back, nothing embedded again", time.perf_counter() - start, "s"))
    return rows


STEPS = {"open": opening, "ask": asking, "filter": filtering, "live": living, "kill": killing}


def main() -> None:
    step, keep, dimension, vectors = sys.argv[1:5]
    print(json.dumps(STEPS[step](Path(keep), int(dimension), Path(vectors) if vectors else None)))


if __name__ == "__main__":
    main()
