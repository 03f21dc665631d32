"""A document in, its passages out: sentences kept whole, never over the model's limit.

`semantic-text-splitter` was measured first: with the model's own tokenizer as its callback it counts the same text
at several levels and takes 2.6 (WordPiece) to 6.0 (Unigram) times as long as this one pass, and makes as many passages.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from core import tokenizers
from core.document import Document, Part, Passage
from core.models import MODELS, ModelSpec
from core.settings import Settings

# A sentence ends behind its full stop and closing quotes, if white space follows; CJK needs none. A line break that is
# followed by a blank line or a bullet ends one too.
SENTENCE_END = re.compile(r"[.!?…।؟]+[\"'”’»)\]]*(?=\s)|[。！？｡]+[”’」』）]*|\n(?=[ \t]*(?:\n|[-*•#\d]))")
PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
WORD = re.compile(r"\s*\S+")
MAX_WORD_CHARS = 400  # characters of text without white space that are cut off at once
FLOWING_UNIT = "page"  # text runs on from page to page; slides, sheets and chapters stand alone
UNADDITIVE_MARGIN = (
    2  # tokens that a word may be longer by when the white space before it is gone, where counts do not add up
)
SPECIAL_TOKENS = 4  # tokens that a served model's own tokenizer may put around a text, and one to spare
CHUNKER_VERSION = 1


@dataclass(frozen=True, slots=True)
class ChunkingConfig:
    """How documents are cut: passages made with the same `fingerprint` are the same.

    `model` is a key of `core.models.MODELS`; `max_tokens` counts neither special tokens nor the prefix.
    `vocabulary` is the file of a model that brings its own tokenizer, `vocabulary_digest` tells such files apart.
    """

    model: str
    max_tokens: int
    overlap_tokens: int
    vocabulary: str = ""
    vocabulary_digest: str = ""

    @property
    def fingerprint(self) -> str:
        """Hex, 16 characters."""
        model_spec = replace(MODELS[self.model], vocabulary_digest=self.vocabulary_digest)
        facts = (CHUNKER_VERSION, model_spec.counting, self.max_tokens, self.overlap_tokens)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def counter(self) -> tokenizers.Tokenizer:
        """What counts the tokens; raises ModelError if it cannot be read."""
        return tokenizers.load_tokenizer(MODELS[self.model].tokenizer, self.vocabulary)


@dataclass(frozen=True, slots=True)
class _Segment:
    """A sentence, or a piece of one that is too long, with the white space before it.

    `glued`: no white space parts it from the segment before, so that the tokens of the two do not add up.
    """

    start: int
    end: int
    tokens: int
    opens_paragraph: bool
    glued: bool


def chunking_config(settings: Settings) -> ChunkingConfig:
    """The recipe of the chosen model, inside what it can read."""
    model_spec = settings.model_spec
    room = model_spec.token_limit - _reserved(model_spec)
    limit = max(16, min(settings.passage_tokens, room))
    overlap = max(0, min(settings.overlap_tokens, limit // 4))
    return ChunkingConfig(settings.model, limit, overlap, model_spec.vocabulary, model_spec.vocabulary_digest)


def _reserved(model_spec: ModelSpec) -> int:
    """Tokens that are not the passage's; for a served model without a look at its files, which may be away."""
    if model_spec.tokenizer == "bpe":
        return SPECIAL_TOKENS + len(model_spec.passage_prefix.encode())
    tokenizer = tokenizers.load(model_spec)
    return tokenizer.special_tokens + tokenizer.count(model_spec.passage_prefix) + 1


def chunk(document: Document, chunking: ChunkingConfig) -> tuple[Passage, ...]:
    """Cut a document into passages of at most `recipe.max_tokens` tokens; white space alone makes none."""
    tokenizer = chunking.counter()
    text = document.text
    pages = _PartLookup(document.parts)
    limit = chunking.max_tokens - (0 if tokenizer.is_additive else UNADDITIVE_MARGIN)
    passages: list[Passage] = []
    line, counted = 1, 0
    for start, end in _spans(document):
        segments = list(_segments(text, start, end, limit, tokenizer))
        for first, last, tokens in _Packing(text, segments, chunking, tokenizer).passages():
            begin, stop = _trim(text, segments[first].start, segments[last].end)
            if begin >= stop:
                continue
            line += text.count("\n", counted, begin) if begin >= counted else -text.count("\n", begin, counted)
            counted = begin
            passages.append(Passage(len(passages), begin, stop, tokens, pages.number_at(begin), line))
    return tuple(passages)


class _PartLookup:
    """Which part an offset falls into."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts
        self._starts = [part.start for part in parts]

    def number_at(self, offset: int) -> int | None:
        if not self._parts:
            return None
        return self._parts[max(0, bisect_right(self._starts, offset) - 1)].number


def _spans(document: Document) -> Iterator[tuple[int, int]]:
    """Spans that no passage may cross the border of."""
    at = 0
    for part in document.parts:
        if part.unit != FLOWING_UNIT:
            if part.start > at:
                yield at, part.start
            yield part.start, part.end
            at = part.end
    if at < len(document.text):
        yield at, len(document.text)


def _segments(text: str, start: int, end: int, limit: int, tokenizer: tokenizers.Tokenizer) -> Iterator[_Segment]:
    for opens, begin, stop in _sentences(text, start, end):
        tokens = tokenizer.count(text[begin:stop].strip())
        if tokens <= limit:
            yield _Segment(begin, stop, tokens, opens, _joins_previous(text, begin))
        else:
            yield from _split_long_sentence(text, begin, stop, limit=limit, opens=opens, tokenizer=tokenizer)


def _joins_previous(text: str, at: int) -> bool:
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
    text: str, start: int, end: int, *, limit: int, opens: bool, tokenizer: tokenizers.Tokenizer
) -> Iterator[_Segment]:
    """A sentence over the limit, cut between words; a word over the limit, cut anywhere."""
    begin, tokens = start, 0
    for at, stop in _words(text, start, end):
        count = tokenizer.count(text[at:stop])
        if tokens and (tokens + count > limit or _joins_previous(text, at)):
            yield _Segment(begin, at, tokens, opens, _joins_previous(text, begin))
            begin, tokens, opens = at, 0, False
        if count > limit:
            for cut, more in _bisect_word(text, at, stop, limit, tokenizer):
                yield _Segment(cut, more, tokenizer.count(text[cut:more]), opens, _joins_previous(text, cut))
                opens = False
            begin = stop
        else:
            tokens += count
    if begin < end:
        yield _Segment(begin, end, tokens, opens, _joins_previous(text, begin))


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
    text: str, start: int, end: int, limit: int, tokenizer: tokenizers.Tokenizer
) -> Iterator[tuple[int, int]]:
    if end - start < 2 or tokenizer.count(text[start:end]) <= limit:
        yield start, end
        return
    middle = (start + end) // 2
    yield from _bisect_word(text, start, middle, limit, tokenizer)
    yield from _bisect_word(text, middle, end, limit, tokenizer)


class _Packing:
    """Segments into passages: filled up with sentences, preferably ended with a paragraph."""

    def __init__(
        self, text: str, segments: list[_Segment], chunking: ChunkingConfig, tokenizer: tokenizers.Tokenizer
    ) -> None:
        self._text = text
        self._segments = segments
        self._chunking = chunking
        self._tokenizer = tokenizer
        self._counted: dict[tuple[int, int], int] = {}

    def passages(self) -> Iterator[tuple[int, int, int]]:
        """(first, last, tokens) of each passage; each begins and ends further on than the one before."""
        first = news = 0  # `news` is the first segment that no passage holds yet
        while news < len(self._segments):
            while first < news and self._tokens(first, news) > self._chunking.max_tokens:
                first += 1
            last = self._ended_with_paragraph(first, self._filled(first, news), news)
            yield first, last, self._tokens(first, last)
            first, news = self._overlapped(first, last), last + 1

    def _tokens(self, first: int, last: int) -> int:
        run = self._segments[first : last + 1]
        if self._tokenizer.is_additive and not any(segment.glued for segment in run[1:]):
            return sum(segment.tokens for segment in run)
        if (first, last) not in self._counted:
            self._counted[first, last] = self._tokenizer.count(self._text[run[0].start : run[-1].end].strip())
        return self._counted[first, last]

    def _filled(self, first: int, news: int) -> int:
        """The last segment that fits, at least `news`."""
        last, tokens = first, self._segments[first].tokens
        while last + 1 < len(self._segments) and tokens + self._segments[last + 1].tokens <= self._chunking.max_tokens:
            last += 1
            tokens += self._segments[last].tokens
        while last > news and self._tokens(first, last) > self._chunking.max_tokens:
            last -= 1
        return max(last, news)

    def _ended_with_paragraph(self, first: int, last: int, news: int) -> int:
        """Give back the beginning of a paragraph if that leaves the passage at least two thirds full."""
        if last + 1 == len(self._segments) or self._segments[last + 1].opens_paragraph:
            return last
        tokens = kept = sum(segment.tokens for segment in self._segments[first : last + 1])
        for end in range(last, max(first, news), -1):
            kept -= self._segments[end].tokens
            if kept * 3 < tokens * 2:
                break
            if self._segments[end].opens_paragraph and self._tokens(first, end - 1) <= self._chunking.max_tokens:
                return end - 1
        return last

    def _overlapped(self, first: int, last: int) -> int:
        """Where the next passage starts: some sentences back, but further on than this one and with room for news."""
        start, tokens = last + 1, 0
        if start == len(self._segments):
            return start
        room = min(self._chunking.overlap_tokens, self._chunking.max_tokens - self._segments[start].tokens)
        while start - 1 > first and tokens + self._segments[start - 1].tokens <= room:
            start -= 1
            tokens += self._segments[start].tokens
        while start <= last and self._tokens(start, last) > room:
            start += 1
        return start


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip()) if body.strip() else start
