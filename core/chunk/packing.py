"""Packs segments into passages of limited size, with overlap."""

from __future__ import annotations

from collections.abc import Iterator

from core.chunk.config import ChunkingConfig
from core.chunk.segments import Segment
from core.tokenizers import Tokenizer

MIN_FILL = (2, 3)  # share of a passage's tokens that must remain if it is shortened to end with a paragraph


class PassagePacker:
    """Fills passages with segments up to the token limit, and prefers to end them with a paragraph."""

    def __init__(self, text: str, segments: list[Segment], chunking: ChunkingConfig, tokenizer: Tokenizer) -> None:
        self._text = text
        self._segments = segments
        self._chunking = chunking
        self._tokenizer = tokenizer
        self._token_counts: dict[tuple[int, int], int] = {}

    def passages(self) -> Iterator[tuple[int, int, int]]:
        """(first segment, last segment, tokens) of each passage; each begins and ends later than the previous one."""
        first = unused = 0  # `unused`: the first segment that is in no passage yet
        while unused < len(self._segments):
            while first < unused and self._tokens(first, unused) > self._chunking.max_tokens:
                first += 1
            last = self._ending_with_paragraph(first, self._last_fitting(first, unused), unused)
            yield first, last, self._tokens(first, last)
            first, unused = self._next_start(first, last), last + 1

    def _tokens(self, first: int, last: int) -> int:
        run = self._segments[first : last + 1]
        if self._tokenizer.is_additive and not any(segment.glued for segment in run[1:]):
            return sum(segment.tokens for segment in run)
        if (first, last) not in self._token_counts:
            self._token_counts[first, last] = self._tokenizer.count(self._text[run[0].start : run[-1].end].strip())
        return self._token_counts[first, last]

    def _last_fitting(self, first: int, unused: int) -> int:
        """The last segment that fits, at least `unused`."""
        last, tokens = first, self._segments[first].tokens
        while last + 1 < len(self._segments) and tokens + self._segments[last + 1].tokens <= self._chunking.max_tokens:
            last += 1
            tokens += self._segments[last].tokens
        while last > unused and self._tokens(first, last) > self._chunking.max_tokens:
            last -= 1
        return max(last, unused)

    def _ending_with_paragraph(self, first: int, last: int, unused: int) -> int:
        """The last segment before a new paragraph, if the passage keeps at least `MIN_FILL` of its tokens."""
        if last + 1 == len(self._segments) or self._segments[last + 1].opens_paragraph:
            return last
        tokens = kept = sum(segment.tokens for segment in self._segments[first : last + 1])
        for end in range(last, max(first, unused), -1):
            kept -= self._segments[end].tokens
            if kept * MIN_FILL[1] < tokens * MIN_FILL[0]:
                break
            if self._segments[end].opens_paragraph and self._tokens(first, end - 1) <= self._chunking.max_tokens:
                return end - 1
        return last

    def _next_start(self, first: int, last: int) -> int:
        """The first segment of the next passage, which overlaps this one but has room for a new segment."""
        start, tokens = last + 1, 0
        if start == len(self._segments):
            return start
        overlap = min(self._chunking.overlap_tokens, self._chunking.max_tokens - self._segments[start].tokens)
        while start - 1 > first and tokens + self._segments[start - 1].tokens <= overlap:
            start -= 1
            tokens += self._segments[start].tokens
        while start <= last and self._tokens(start, last) > overlap:
            start += 1
        return start
