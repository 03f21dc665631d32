"""Where in a document the user is: which word of the query is current, and what comes before and after it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core.document import Span


@dataclass(slots=True)
class Occurrences:
    """The words of the query in a document, in order; `current` is an index, -1 before one was gone to."""

    words: tuple[Span, ...] = ()
    current: int = -1

    def show(self, words: Sequence[Span], passage: Span) -> None:
        """Use other words; the first one in the passage becomes current, if there is any."""
        self.words = tuple(words)
        self.go_to_passage(passage)

    def go_to_passage(self, passage: Span) -> None:
        """Make the first word in a passage current, or none."""
        first = self._first_from(passage[0])
        self.current = first if first < len(self.words) and self.words[first][0] < passage[1] else -1

    def go_to_end(self, step: int) -> None:
        """Make the first word current, or with a negative step the last."""
        self.current = -1 if not self.words else 0 if step > 0 else len(self.words) - 1

    def step(self, step: int, passage: Span) -> bool:
        """Go to the next word (1) or the one before (-1), from the passage if none is current; False at the end."""
        following = self.current + step if self.current >= 0 else self._first_from(passage[0]) - (step < 0)
        if not 0 <= following < len(self.words):
            return False
        self.current = following
        return True

    def _first_from(self, offset: int) -> int:
        return bisect_left(self.words, (offset, 0))
