"""The peak of a size that is sampled while something runs."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Peak:
    """The greatest of the sizes in bytes that `sample` returned since the start, asked every `seconds`."""

    def __init__(self, sample: Callable[[], int], seconds: float) -> None:
        self._sample, self._seconds, self._bytes = sample, seconds, 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> int:
        """Stop sampling; returns the peak."""
        self._stop.set()
        self._thread.join()
        return self._bytes

    def _watch(self) -> None:
        while not self._stop.wait(self._seconds):
            self._bytes = max(self._bytes, self._sample())
