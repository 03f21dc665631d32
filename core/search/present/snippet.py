"""The sentences of a passage that say most about a query, with its words marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.search.present.highlighter import Highlighter
from core.search.present.phrases import Phrases

MAX_SNIPPET_CHARS = 280  # characters
SENTENCE_END = r"(?:[.!?…।؟]+[\"'”’»)\]]*(?=\s|$)|[。！？｡]+[”’」』）]*|\n\s*\n|$)"
# A character, and all up to the first end behind it: `.+?END` says the same, and takes three times as long.
SENTENCE = re.compile(rf".(?:[^.!?…।؟。！？｡\n]++|(?!{SENTENCE_END}).)*+{SENTENCE_END}", re.DOTALL)
# What ended a sentence of which the beginning is in another passage.
STRAY_PUNCTUATION = re.compile(r"(?:\s|[.,;:!?…)\]}»”’\"'،؛؟।]+(?=\s)|[。、，！？：；｡」』）】])+")
Span = tuple[int, int]
NO_PHRASES = Phrases([], [], [])


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text of one line and its (start, end) marks; where it, and its best sentence, begin in the passage.

    `said` are the words of the query that the passage has, in any of its sentences.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    offset: int
    best: int
    said: frozenset[str] = frozenset()


def sentences_of(passage: str) -> list[Span]:
    """The spans of the sentences of a passage."""
    return [match.span() for match in SENTENCE.finditer(passage) if match[0].strip()]


def snippet_from(passage: str, sentence: Span, wanted: Highlighter) -> Snippet:
    """A snippet that begins with a given sentence; that is marked as a whole if it has no word of the query."""
    sentences = [span for span in sentences_of(passage) if span[0] >= sentence[0]]
    _, end = _extend(sentences, 0)
    begun = _text_start(passage, *sentence)
    cut = _excerpt(passage, sentence[0], end, wanted, NO_PHRASES, best=begun)
    said = " ".join(passage[begun : sentence[1]].split())
    if not cut.text.startswith(said) or any(start < len(said) for start, _ in cut.marks):
        return cut
    return replace(cut, marks=((0, len(said)), *cut.marks))


def snippet(passage: str, wanted: Highlighter, phrases: Phrases = NO_PHRASES) -> Snippet:
    """The best run of whole sentences within `MAX_SNIPPET_CHARS`; a longer sentence is cut between words.

    A sentence with a phrase is better than any without one.
    """
    sentences = sentences_of(passage)
    if not sentences:
        return Snippet("", (), 0, 0)
    found: list[set[str]] = [set() for _ in sentences]
    ends = [end for _, end in sentences]
    for start, _, which in wanted.spans(passage, sentences[0][0], ends[-1]):
        found[bisect_right(ends, start)].add(which)
    phrased = [bisect_right(ends, words[0][0]) for words in phrases.places(passage, sentences[0][0], ends[-1])]
    best = max(range(len(sentences)), key=lambda i: (i in phrased, len(found[i]), -i))
    start, end = _extend(sentences, best)
    cut = _excerpt(passage, start, end, wanted, phrases, best=_text_start(passage, *sentences[best]))
    return replace(cut, said=frozenset().union(*found))


def _extend(sentences: Sequence[tuple[int, int]], best: int) -> tuple[int, int]:
    """The best sentence with those behind it that fit, then those before it."""
    first = last = best
    start = sentences[best][0]
    while last + 1 < len(sentences) and sentences[last + 1][1] - start <= MAX_SNIPPET_CHARS:
        last += 1
    while first and sentences[last][1] - sentences[first - 1][0] <= MAX_SNIPPET_CHARS:
        first -= 1
    return sentences[first][0], sentences[last][1]


def _excerpt(passage: str, start: int, end: int, wanted: Highlighter, phrases: Phrases, *, best: int) -> Snippet:
    before = after = ""
    if end - start > MAX_SNIPPET_CHARS:
        start, before = _start_near_match(passage, start, end, wanted, phrases)
        room = MAX_SNIPPET_CHARS - len(before)
        if end - start > room:
            space = passage.rfind(" ", start + room // 2, start + room)
            end, after = (space if space > 0 else start + room), "…"
    start = _text_start(passage, start, end)
    body = before + " ".join(passage[start:end].split()) + after
    return Snippet(body, _marks(body, wanted, phrases), start, max(start, best))


def _text_start(passage: str, start: int, end: int) -> int:
    """Where the words begin: behind white space and stray punctuation, unless there is nothing else."""
    stray = STRAY_PUNCTUATION.match(passage, start, end)
    if stray is not None and stray.end() < end:
        return stray.end()
    raw = passage[start:end]
    return start + len(raw) - len(raw.lstrip())


def _start_near_match(passage: str, start: int, end: int, wanted: Highlighter, phrases: Phrases) -> tuple[int, str]:
    """In a sentence that is too long: begin a little before the first phrase, or word, of the query."""
    phrased = phrases.places(passage, start, end)
    first = phrased[0][0][0] if phrased else next((span[0] for span in wanted.spans(passage, start, end)), start)
    earliest = first - MAX_SNIPPET_CHARS // 3
    if earliest <= start:
        return start, ""
    return max(earliest, passage.find(" ", earliest, first) + 1), "… "


def _marks(text: str, wanted: Highlighter, phrases: Phrases) -> tuple[Span, ...]:
    """The words of the query; where there is a phrase, its words and those that are in none."""
    phrased = [span for words in phrases.places(text, 0, len(text)) for span in words]
    if phrased:
        return _merge(sorted(phrased + phrases.others(text)))
    return _merge((start, end) for start, end, _ in wanted.spans(text, 0, len(text)))


def _merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    marks: list[Span] = []
    for start, end in spans:
        if marks and start <= marks[-1][1]:  # pairs of characters overlap
            start, before = marks.pop()
            end = max(end, before)
        marks.append((start, end))
    return tuple(marks)
