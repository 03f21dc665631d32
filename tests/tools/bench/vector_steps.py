"""The steps of `tests.tools.bench vectors`: python -m tests.tools.bench.vector_steps STEP ROOT MODEL.

Prints one line of JSON: [[name, seconds, peak MB, MB afterwards], ...]; memory is beside that of the empty process.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss  # noqa: F401 - so that its own memory is not counted
import numpy as np

from core.chunk import chunking_config
from core.search.query import parse
from core.search.retrieve.filter_compiler import FilterCompiler
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.filenames.index import FilenameIndex
from core.store.index_set import IndexSet
from core.store.vector.files import log_path
from core.store.vector.index import VectorIndex

ROUNDS = 30
DEPTH = 200
REMOVED = 20  # passages at a time
CENTRES = 200
SPREAD = 0.6  # of a vector around its centre, as a share of the centre's length

Step = Callable[[Path, Settings, "Meter"], None]


class Meter:
    """Collects (name, seconds, peak MB, MB afterwards) of what is measured."""

    def __init__(self) -> None:
        self._before = _memory()[1]
        self.rows: list[tuple[str, float, float, float]] = []

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Measure what runs inside once."""
        start = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start)

    def add(self, name: str, seconds: float) -> None:
        peak, now = _memory()
        self.rows.append((name, seconds, peak - self._before, now - self._before))

    def repeated(self, name: str, act: Callable[[int], object], rounds: int = ROUNDS) -> None:
        """Measure some rounds after one that is not counted: median and 95th percentile."""
        act(rounds)
        times = []
        for number in range(rounds):
            start = time.perf_counter()
            act(number)
            times.append(time.perf_counter() - start)
        for percentile in (50, 95):
            self.add(f"{name}, p{percentile}", float(np.percentile(times, percentile)))


def _memory() -> tuple[float, float]:
    """(peak, now) of the resident memory that is this process's own or of mapped files, in MB."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmHWM", "VmRSS"))  # type: ignore[return-value]


def centres(dimension: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """The centres of the vectors (shape: CENTRES x dimension)."""
    return np.random.default_rng(dimension).standard_normal((CENTRES, dimension)).astype(np.float32)


def made_vectors(count: int, dimension: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Normalised vectors around the centres (shape: count x dimension)."""
    source = np.random.default_rng(seed)
    found = centres(dimension)[source.integers(0, CENTRES, count)]
    found += SPREAD * source.standard_normal((count, dimension), np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


def _path(root: Path, settings: Settings) -> Path:
    return log_path(root, settings.model_spec.fingerprint, chunking_config(settings).fingerprint)


def _opened(root: Path, settings: Settings, *, writable: bool = False) -> tuple[Catalogue, IndexSet]:
    catalogue = Catalogue(root, writable=writable)
    names = FilenameIndex([])
    fingerprint = chunking_config(settings).fingerprint
    return catalogue, IndexSet(root, catalogue, settings.model_spec, fingerprint, writable=writable, names=names)


def _queries(dimension: int) -> Callable[[int], np.ndarray[tuple[int], np.dtype[np.float32]]]:
    found = made_vectors(ROUNDS + 1, dimension, 2**31)
    return lambda number: found[number]


def take_over(root: Path, settings: Settings, meter: Meter) -> None:
    """Open a library of version 0.1 for writing, once."""
    with meter.measured("take over the index of version 0.1"):
        _opened(root, settings, writable=True)


def read_once(root: Path, settings: Settings, meter: Meter) -> None:
    """The unit of all ratios: reading the index's files once."""
    with meter.measured("read the index's files"):
        for path in (root / "vectors").iterdir():
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass


def opening(root: Path, settings: Settings, meter: Meter) -> None:
    """Open the index and compare it with the catalogue."""
    catalogue = Catalogue(root, writable=False)
    chunking_id = catalogue.passages.chunking_id(chunking_config(settings).fingerprint)
    model_id = catalogue.vectors.model_id(settings.model_spec, chunking_id)
    with meter.measured("open the index"):
        index = VectorIndex(_path(root, settings), settings.model_spec.dimension)
    with meter.measured("compare it with the catalogue"):
        index.sync(catalogue.vectors, model_id)
    with meter.measured("first search"):
        index.search(_queries(index.dimension)(0), DEPTH)


def asking(root: Path, settings: Settings, meter: Meter) -> None:
    """Search all, and under filters that leave about 0.1 %, 1 %, 9 % and 40 %."""
    catalogue, index_set = _opened(root, settings)
    query = _queries(settings.model_spec.dimension)
    meter.repeated("search", lambda number: index_set.vectors.search(query(number), DEPTH))
    filters = FilterCompiler(catalogue, index_set)
    files = catalogue.counts(index_set.model_id).files
    for ending in ("rst", "log", "html", "md"):
        text = f"ext:{ending}"
        with meter.measured(f"compile {text}"):
            scope = filters.compile(parse(text))
        assert scope is not None
        name = f"search in {len(scope.files) / files:.1%}"
        meter.repeated(name, lambda number, scope=scope: index_set.vectors.search(query(number), DEPTH, scope))


def removing(root: Path, settings: Settings, meter: Meter) -> None:
    """Remove some passages, and save, in a copy of the index."""
    path = _path(root, settings)
    with tempfile.TemporaryDirectory(prefix="findling-bench-", dir=root) as temporary:
        for file in path.parent.iterdir():
            shutil.copyfile(file, Path(temporary, file.name))
        index = VectorIndex(Path(temporary, path.name), settings.model_spec.dimension)
        ids = np.sort(index.ids())
        chosen = [np.unique(np.random.default_rng(number).choice(ids, REMOVED)) for number in range(ROUNDS + 1)]
        meter.repeated(f"remove {REMOVED} passages", lambda number: index.remove(chosen[number]))
        with meter.measured("save"):
            index.save()
        added = made_vectors(REMOVED, settings.model_spec.dimension, 3)
        index.add(np.arange(REMOVED) + ids[-1] + 1, added, 1)
        with meter.measured(f"save {REMOVED} added"):
            index.save()


STEPS: dict[str, Step] = {"take_over": take_over, "read": read_once, "open": opening, "ask": asking, "remove": removing}


def main() -> None:
    step, root, model = sys.argv[1:4]
    meter = Meter()
    STEPS[step](Path(root), Settings(model=model), meter)  # type: ignore[arg-type]
    print(json.dumps(meter.rows))


if __name__ == "__main__":
    main()
