"""The progress of a long job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobProgress:
    """The present step in a sentence, and bytes done of `total` (0 while unknown)."""

    sentence: str
    done: int = 0
    total: int = 0


Tell = Callable[[JobProgress], None]  # called on the working thread, several times a second
