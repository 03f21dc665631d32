"""Decides when upkeep that can wait may run: while questions come in, a step of it now and then.

A step computes for some hundredths of a second, in which a search waits. While the language of 200,000 passages was
checked, a search took nearly three times as long.
"""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET = 1.0  # seconds without a question after which upkeep runs freely; before, one step in as many seconds


class SpareTime:
    """Call `note_question` on any thread, all else on the indexer's. `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked_at = self._worked_at = clock() - QUIET

    def note_question(self) -> None:
        """Call it for each question."""
        self._asked_at = self._clock()

    def take(self) -> bool:
        """Whether a step of upkeep may run now; if so, the caller runs one."""
        if self.next_wakeup() is not None:
            return False
        self._worked_at = self._clock()
        return True

    def next_wakeup(self) -> float | None:
        """Seconds until a step may run; None if one may run now."""
        waits = min(self._asked_at, self._worked_at) + QUIET - self._clock()
        return waits if waits > 0 else None
