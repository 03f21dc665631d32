"""Where in a hit's document the user is: its passages, the words of the query, and what is marked."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from core.document import Document, Hit, HitPassage, Part, Span
from core.messages import ntr, tr
from gui.preview.occurrences import Occurrences
from gui.preview.page_marks import Marks
from gui.preview.slices import part_at
from gui.results.text_offsets import find_marks
from gui.text import messages

SNIPPET_CHARS = 60  # by which a snippet is found in its passage


class MatchNavigation:
    """The hit, its document once that is loaded, and the passage and the match that are current."""

    def __init__(self) -> None:
        self.hit: Hit | None = None
        self.document: Document | None = None
        self.words: tuple[Span, ...] | None = None  # of the query; None: those of the snippet
        self.passage_index = 0
        self.occurrences = Occurrences()
        self.is_finding = False  # then the occurrences are of the text that is looked for

    def begin(self, hit: Hit | None) -> None:
        """Start with another hit, whose document is not loaded yet."""
        self.hit, self.document, self.words, self.is_finding = hit, None, None, False
        self.passage_index = 0
        self.occurrences.show((), (0, 0))

    def update(self, hit: Hit) -> bool:
        """Take the same document's hit of another search; returns whether something else is to be marked."""
        kept, was_unlikely = self.passage(), self._is_unlikely()
        self.hit = hit
        self.passage_index = hit.passages.index(kept) if kept in hit.passages else 0
        return kept != self.passage() or was_unlikely != self._is_unlikely()

    def _is_unlikely(self) -> bool:
        return self.hit is not None and self.hit.band == "none"

    @property
    def has_text(self) -> bool:
        """Whether the document is loaded, and has text."""
        return self.document is not None and bool(self.document.text) and not self.document.text.isspace()

    @property
    def passages(self) -> Sequence[HitPassage]:
        """The passages of the hit, the best one first."""
        return self.hit.passages if self.hit else ()

    def passage(self) -> HitPassage | None:
        """The passage that is current."""
        return self.passages[self.passage_index] if self.passage_index < len(self.passages) else None

    def span(self) -> Span:
        """The span of the current passage in the document's text."""
        passage = self.passage()
        return (passage.start, passage.end) if passage else (0, 0)

    def page(self) -> int:
        """The page of the current passage, counted from 0."""
        passage = self.passage()
        return max((passage.page or 1) - 1, 0) if passage is not None and passage.unit in {"page", "scan"} else 0

    def passage_text(self, hit: Hit) -> str:
        """The text of a hit's shown passage: all of it if the document is loaded, else the snippet."""
        is_shown = self.hit is not None and self.hit.path == hit.path
        passage = self.passage() if is_shown else next(iter(hit.passages), None)
        if passage is None:
            return hit.snippet
        if self.document is not None and is_shown:
            return self.document.text[passage.start : passage.end].strip()
        return passage.snippet

    # Matches

    def show_words(self, *, enter_from: int = 0) -> None:
        """Mark the words of the query: at the snippet, or from an end (1: the first one, -1: the last)."""
        words = self.snippet_marks() if self.words is None else self.words
        self.occurrences.show(words, (self._snippet_start(), self.span()[1]))
        if enter_from:
            self.occurrences.go_to_end(enter_from)
            self._follow_passage()

    def show_found(self, words: Sequence[Span]) -> None:
        """Mark what was looked for in the document, from what is current on."""
        self.is_finding = True
        start = self.target_start()
        self.occurrences.show(words, (start, len(self.document.text) if self.document else start))
        if self.occurrences.current < 0:
            self.occurrences.go_to_end(1)

    def step(self, step: int) -> bool:
        """Go to the next match (1) or the one before (-1), without matches to another passage; False at the end."""
        if self.occurrences.words:
            if not self.occurrences.step(step, self.span()):
                return False
            self._follow_passage()
            return True
        return self.go_to_passage(self.passage_index + step)

    def go_to_passage(self, number: int) -> bool:
        """Make a passage of the hit current, with the words of the query in it; False if there is none."""
        if not 0 <= number < len(self.passages):
            return False
        self.passage_index = number
        if self.document is not None and not self.is_finding:
            self.show_words()
        return True

    def target_start(self) -> int:
        """The offset of what is current: a match or the passage."""
        occurrences = self.occurrences
        return occurrences.words[occurrences.current][0] if occurrences.current >= 0 else self.span()[0]

    def part(self) -> Part | None:
        """The page, slide or sheet of what is current."""
        return part_at(self.document, self.target_start()) if self.document is not None else None

    def marks(self) -> Marks:
        """What is marked in the document; the nearest sentence where the passage has no word of the query.

        A hit without any likelihood has none: its nearest sentence would mislead.
        """
        occurrences, span = self.occurrences, self.span()
        first = bisect_left(occurrences.words, span)
        has_words = first < len(occurrences.words) and occurrences.words[first][0] < span[1]
        has_none = has_words or self.is_finding or self._is_unlikely()
        sentences = () if has_none else tuple(self.snippet_marks())
        return Marks(span, occurrences.words, occurrences.current, sentences)

    def counts(self) -> Counter[int]:
        """How many matches each page has, counted from 0."""
        if self.document is None:
            return Counter()
        counts: Counter[int] = Counter()
        words = self.occurrences.words
        for part in self.document.parts:
            found = bisect_left(words, (part.end, 0)) - bisect_left(words, (part.start, 0))
            if found > 0:
                counts[part.number - 1] += found
        return counts

    def position(self) -> str:
        """Which match is current, of how many; or which passage."""
        words, current = self.occurrences.words, self.occurrences.current
        if current >= 0:
            return tr("{number} of {total}", number=current + 1, total=len(words))
        if words:
            return ntr("{count} match", "{count} matches", len(words))
        if len(self.passages) > 1:
            return tr("{number} of {total}", number=self.passage_index + 1, total=len(self.passages))
        return ""

    def place(self) -> str:
        """The place of what is current: a page, slide, sheet or chapter; "" without such."""
        if self.has_text:
            part = self.part()
            return messages.part_place(part) if part is not None else ""
        passage = self.passage()
        return messages.place(passage) if passage else ""

    def snippet_marks(self) -> list[Span]:
        """Where the marks of the snippet stand in the document: words, or the nearest sentence."""
        passage = self.passage()
        if passage is None or self.document is None:
            return []
        marked = [passage.snippet[start:end] for start, end in passage.marks]
        return find_marks(self.document.text, (passage.start, passage.end), marked)

    def _snippet_start(self) -> int:
        """Where the snippet starts in the document: at the passage's start if that is not found."""
        start, end = self.span()
        passage = self.passage()
        if passage is None or self.document is None:
            return start
        first = passage.snippet.lstrip("… ")[:SNIPPET_CHARS].rsplit(" ", 1)[0]
        found = find_marks(self.document.text, (start, end), [first])
        return found[0][0] if found else start

    def _follow_passage(self) -> None:
        """Make the passage current that has the current match, if one has."""
        at = self.target_start()
        found = (number for number, passage in enumerate(self.passages) if passage.start <= at < passage.end)
        self.passage_index = next(found, self.passage_index)
