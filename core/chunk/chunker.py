"""Splits documents into passages of whole sentences, within the model's token limit.

Why not `semantic-text-splitter`: `.github/decisions/0200-chunking-by-hand.md`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from core.chunk.config import ChunkingConfig
from core.chunk.packing import PassagePacker
from core.chunk.segments import split_segments
from core.document import Document, Part, Passage

FLOWING_UNITS = ("page", "scan")  # passages may cross pages, but not slides, sheets or chapters
# With a non-additive tokenizer a word may count this many tokens more without the white space before it.
NON_ADDITIVE_MARGIN = 2


def chunk(document: Document, chunking: ChunkingConfig) -> tuple[Passage, ...]:
    """Split a document into passages of at most `chunking.max_tokens` tokens; white space alone yields none."""
    tokenizer = chunking.counter()
    text = document.text
    parts = _PartLookup(document.parts)
    limit = chunking.max_tokens - (0 if tokenizer.is_additive else NON_ADDITIVE_MARGIN)
    passages: list[Passage] = []
    line, counted = 1, 0
    for start, end in _spans(document):
        segments = list(split_segments(text, start, end, limit, tokenizer))
        for first, last, tokens in PassagePacker(text, segments, chunking, tokenizer).passages():
            begin, stop = _trim(text, segments[first].start, segments[last].end)
            if begin >= stop:
                continue
            line += text.count("\n", counted, begin) if begin >= counted else -text.count("\n", begin, counted)
            counted = begin
            passages.append(Passage(len(passages), begin, stop, tokens, parts.number_at(begin), line))
    return tuple(passages)


class _PartLookup:
    """Finds the part (page, slide, sheet) of a character offset."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self._starts = [part.start for part in parts]

    def number_at(self, offset: int) -> int | None:
        if not self._parts:
            return None
        return self._parts[max(0, bisect_right(self._starts, offset) - 1)].number


def _spans(document: Document) -> Iterator[tuple[int, int]]:
    """Spans (start, end) that no passage may cross."""
    at = 0
    for part in document.parts:
        if part.unit not in FLOWING_UNITS:
            if part.start > at:
                yield at, part.start
            yield part.start, part.end
            at = part.end
    if at < len(document.text):
        yield at, len(document.text)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip()) if body.strip() else start
