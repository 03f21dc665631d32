"""Splits text into segments: sentences, or pieces of sentences that exceed the token limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.tokenizers import Tokenizer

# A sentence ends after its full stop and closing quotes, if white space follows; CJK needs none. A line break that is
# followed by a blank line or a bullet ends one too. All three begin with one class of characters, which `re` looks for
# three times as fast as for alternatives.
SENTENCE_END = re.compile(
    r"[.!?…।؟。！？｡\n](?:(?<=[.!?…।؟])[.!?…।؟]*[\"'”’»)\]]*(?=\s)|(?<=[。！？｡])[。！？｡]*[”’」』）]*"
    r"|(?<=\n)(?=[ \t]*(?:\n|[-*•#\d])))"
)
PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
WORD = re.compile(r"\s*\S+")
MAX_WORD_CHARS = 400  # longer runs without white space are split


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence, or a piece of a long one, with the white space before it; `start` and `end` are characters.

    `glued`: no white space separates it from the previous segment, so their token counts do not add up.
    """

    start: int
    end: int
    tokens: int
    opens_paragraph: bool
    glued: bool


def split_segments(text: str, start: int, end: int, limit: int, tokenizer: Tokenizer) -> Iterator[Segment]:
    """Segments of a span of text, each at most `limit` tokens; together they cover the span."""
    for opens, begin, stop in _sentences(text, start, end):
        tokens = tokenizer.count(text[begin:stop].strip())
        if tokens <= limit:
            yield Segment(begin, stop, tokens, opens, _is_glued(text, begin))
        else:
            yield from _split_long_sentence(text, begin, stop, limit=limit, opens=opens, tokenizer=tokenizer)


def _is_glued(text: str, at: int) -> bool:
    return at > 0 and not (text[at].isspace() or text[at - 1].isspace())


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[bool, int, int]]:
    """(opens a paragraph, start, end) of each sentence; together they cover the span."""
    at = start
    for paragraph in PARAGRAPH_END.finditer(text, start, end):
        yield from _paragraph_sentences(text, at, paragraph.end())
        at = paragraph.end()
    yield from _paragraph_sentences(text, at, end)


def _paragraph_sentences(text: str, start: int, end: int) -> Iterator[tuple[bool, int, int]]:
    at, opens = start, True
    for stop in SENTENCE_END.finditer(text, start, end):
        if stop.end() > at:
            yield opens, at, stop.end()
            at, opens = stop.end(), False
    if at < end:
        yield opens, at, end


def _split_long_sentence(
    text: str, start: int, end: int, *, limit: int, opens: bool, tokenizer: Tokenizer
) -> Iterator[Segment]:
    """A sentence over the limit, split between words; a word over the limit is bisected."""
    begin, tokens = start, 0
    for at, stop in _words(text, start, end):
        count = tokenizer.count(text[at:stop])
        if tokens and (tokens + count > limit or _is_glued(text, at)):
            yield Segment(begin, at, tokens, opens, _is_glued(text, begin))
            begin, tokens, opens = at, 0, False
        if count > limit:
            for piece_start, piece_end, size in _bisect_word(text, at, stop, count, limit=limit, tokenizer=tokenizer):
                yield Segment(piece_start, piece_end, size, opens, _is_glued(text, piece_start))
                opens = False
            begin = stop
        else:
            tokens += count
    if begin < end:
        yield Segment(begin, end, tokens, opens, _is_glued(text, begin))


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in WORD.finditer(text, start, end):
        for stop in range(match.start() + MAX_WORD_CHARS, match.end(), MAX_WORD_CHARS):
            yield at, stop
            at = stop
        yield at, match.end()
        at = match.end()
    if at < end:
        yield at, end


def _bisect_word(
    text: str, start: int, end: int, tokens: int, *, limit: int, tokenizer: Tokenizer
) -> Iterator[tuple[int, int, int]]:
    """(start, end, tokens) of the pieces of a word of so many tokens."""
    if end - start < 2 or tokens <= limit:
        yield start, end, tokens
        return
    middle = (start + end) // 2
    for first, last in ((start, middle), (middle, end)):
        count = tokenizer.count(text[first:last])
        yield from _bisect_word(text, first, last, count, limit=limit, tokenizer=tokenizer)
