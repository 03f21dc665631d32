"""Samples what this process and its children hold, and tells whether it stays flat."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Sequence
from dataclasses import dataclass, fields

import psutil

INTERVAL = 5.0  # seconds between two samples
# By how much the median of the last third may exceed that of the first: relative, and in units.
TOLERANCES = {"main_mb": (0.15, 20.0), "handles": (0.1, 5.0), "threads": (0.1, 3.0), "children": (0.0, 1.0),
              "children_mb": (0.2, 50.0)}  # fmt: skip
WARM_UP = 0.2  # share of the samples, from the first on, that is left out: caches fill


@dataclass(frozen=True, slots=True)
class Sample:
    """Megabytes, open handles and threads of this process; number and megabytes of its children."""

    main_mb: float
    handles: float
    threads: float
    children: float
    children_mb: float


class Sampler:
    """Samples on a thread of its own until `close`."""

    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._process = psutil.Process()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler")
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def now(self) -> Sample:
        children = self._process.children(recursive=True)
        memory = sum(_memory(child) for child in children)
        own = self._process
        return Sample(
            own.memory_info().rss / 1e6, own.num_fds(), own.num_threads(), len(children), memory / 1e6
        )  # fmt: skip

    def _run(self) -> None:
        while not self._stop.wait(INTERVAL):
            self.samples.append(self.now())


def growth(samples: Sequence[Sample]) -> list[str]:
    """What has grown from the first third to the last one, one line each; empty if all is flat."""
    warm = samples[int(len(samples) * WARM_UP) :]
    third = len(warm) // 3
    if third < 2:
        return []
    found = []
    for field in fields(Sample):
        first, last = (
            statistics.median(getattr(one, field.name) for one in part) for part in (warm[:third], warm[-third:])
        )
        share, units = TOLERANCES[field.name]
        if last > first * (1 + share) + units:
            found.append(f"{field.name} grew from {first:.0f} to {last:.0f}")
    return found


def _memory(child: psutil.Process) -> int:
    try:
        return int(child.memory_info().rss)
    except psutil.Error:
        return 0
