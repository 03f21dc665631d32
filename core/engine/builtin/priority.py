"""Last in line for the processor, but for the moments in which a person waits for an answer."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NICENESS = 15
LINGER = 2.0  # seconds after an urgent answer: the next letter that is typed comes soon
WEIGHT = Path("/proc/self/autogroup")  # Linux weighs whole sessions first: sched(7)


class Priority:
    """The weight of this process's session; what weighs none, or is in the session of a terminal, stays as it is.

    Linux lets anybody change it some times a second: an urgent request more is served as the last one was.
    """

    def __init__(self, weight: Path = WEIGHT) -> None:
        self._weight = weight if hasattr(os, "getsid") and os.getsid(0) == os.getpid() else None
        self._lock = threading.Lock()
        self._niceness = 0
        self._urgent = 0
        self._rest: threading.Timer | None = None

    def lower(self) -> None:
        """Be the last in line from now on."""
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        self._set(NICENESS)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Be one like others until the answer is there, and a little longer."""
        with self._lock:
            self._urgent += 1
            if self._rest is not None:
                self._rest.cancel()
            self._set(0)
        try:
            yield
        finally:
            with self._lock:
                self._urgent -= 1
                self._rest_later()

    def _rest_later(self) -> None:
        if not self._urgent and self._weight is not None:
            self._rest = threading.Timer(LINGER, self._lower_again)
            self._rest.daemon = True
            self._rest.start()

    def _lower_again(self) -> None:
        with self._lock:
            if not self._urgent and not self._set(NICENESS):
                self._rest_later()  # too often for Linux

    def _set(self, niceness: int) -> bool:
        """Whether it could be set, or cannot be at all."""
        if self._weight is None or niceness == self._niceness:
            return True
        with contextlib.suppress(OSError):
            self._weight.write_text(str(niceness), encoding="ascii")
            self._niceness = niceness
            return True
        return not self._weight.exists()
