"""Packs passages into batches with little padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_BATCHES = 8  # number of batches whose passages are sorted by length together


@dataclass(frozen=True, slots=True)
class PendingPassage:
    """A passage without a vector."""

    passage_id: int
    content_id: int
    tokens: int


def pack_batches(waiting: Sequence[PendingPassage], batch_tokens: int) -> list[list[PendingPassage]]:
    """Batches of at most `batch_tokens` tokens of padded input (longest times count).

    Passages are sorted by length only within windows of a few batches, so documents finish roughly in order.
    """
    batches: list[list[PendingPassage]] = []
    window: list[PendingPassage] = []
    tokens = 0
    for item in waiting:
        window.append(item)
        tokens += item.tokens
        if tokens >= batch_tokens * WINDOW_BATCHES:
            batches += _sorted_batches(window, batch_tokens)
            window, tokens = [], 0
    return batches + _sorted_batches(window, batch_tokens)


def _sorted_batches(window: Sequence[PendingPassage], batch_tokens: int) -> list[list[PendingPassage]]:
    batches: list[list[PendingPassage]] = []
    for item in sorted(window, key=lambda w: w.tokens):
        if not batches or item.tokens * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
        batches[-1].append(item)
    return batches
