"""How far something long is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobProgress:
    """What is being done, in a sentence, and how much of it: bytes, `total` 0 while that is not known."""

    sentence: str
    done: int = 0
    total: int = 0


Tell = Callable[[JobProgress], None]  # called on the thread that does the work, some times a second
