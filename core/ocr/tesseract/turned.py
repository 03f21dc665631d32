"""Pages that lie on their side or upside down: when to suspect it, and where their words are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.ocr.base import Word

MIN_CONFIDENCE = 75.0  # of a page that is upright, the mean of its words by their lengths


def weight(words: Sequence[Word]) -> float:
    """How much was recognised: characters, each by how sure it is."""
    return sum(len(word.text) * word.confidence for word in words)


def is_doubtful(words: Sequence[Word]) -> bool:
    """Whether a page was recognised so badly that it may be turned; an upright one costs nothing more."""
    return weight(words) < MIN_CONFIDENCE * sum(len(word.text) for word in words)


def back(words: Sequence[Word], size: tuple[int, int], turn: int) -> list[Word]:
    """Words of a picture that was turned by so many degrees against the clock, with their boxes as before.

    `size` is the width and height before.
    """
    width, height = size
    found = []
    for word in words:
        left, top, right, bottom = word.left, word.top, word.right, word.bottom
        if turn == 90:
            box = width - bottom, left, width - top, right
        elif turn == 180:
            box = width - right, height - bottom, width - left, height - top
        else:
            box = top, height - right, bottom, height - left
        found.append(replace(word, left=box[0], top=box[1], right=box[2], bottom=box[3]))
    return found
