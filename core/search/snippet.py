"""The sentences of a passage that say most about a query, with its words marked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.store import analysis

LONGEST = 280  # characters
SENTENCE = re.compile(r".+?(?:[.!?…।؟]+[\"'”’»)\]]*(?=\s|$)|[。！？｡]+[”’」』）]*|\n\s*\n|$)", re.DOTALL)
WORD = re.compile(r"[^\W_]+")
# What ended a sentence of which the beginning is in another passage.
STRAY = re.compile(r"(?:\s|[.,;:!?…)\]}»”’\"'،؛؟।]+(?=\s)|[。、，！？：；｡」』）】])+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text of one line and its (start, end) marks; where it, and its best sentence, begin in the passage."""

    text: str
    marks: tuple[tuple[int, int], ...]
    offset: int
    best: int


def snippet(passage: str, stems: Collection[str]) -> Snippet:
    """The best run of whole sentences of at most `LONGEST` characters; a longer sentence is cut between words.

    `stems` are the query's terms as the word index has them.
    """
    sentences = [match.span() for match in SENTENCE.finditer(passage) if match[0].strip()]
    if not sentences:
        return Snippet("", (), 0, 0)
    found = [len({stem for stem in _stems(passage[start:end]) if stem in stems}) for start, end in sentences]
    best = max(range(len(sentences)), key=lambda i: (found[i], -i))
    start, end = _extended(sentences, best)
    return _cut(passage, start, end, stems, best=_begun(passage, *sentences[best]))


def _extended(sentences: Sequence[tuple[int, int]], best: int) -> tuple[int, int]:
    """The best sentence with those behind it that fit, then those before it."""
    first = last = best
    start = sentences[best][0]
    while last + 1 < len(sentences) and sentences[last + 1][1] - start <= LONGEST:
        last += 1
    while first and sentences[last][1] - sentences[first - 1][0] <= LONGEST:
        first -= 1
    return sentences[first][0], sentences[last][1]


def _cut(passage: str, start: int, end: int, stems: Collection[str], *, best: int) -> Snippet:
    before = after = ""
    if end - start > LONGEST:
        start, before = _near_match(passage, start, end, stems)
        room = LONGEST - len(before)
        if end - start > room:
            space = passage.rfind(" ", start + room // 2, start + room)
            end, after = (space if space > 0 else start + room), "…"
    start = _begun(passage, start, end)
    body = before + " ".join(passage[start:end].split()) + after
    return Snippet(body, _marks(body, stems), start, max(start, best))


def _begun(passage: str, start: int, end: int) -> int:
    """Where the words begin: behind white space and stray punctuation, unless there is nothing else."""
    stray = STRAY.match(passage, start, end)
    if stray is not None and stray.end() < end:
        return stray.end()
    raw = passage[start:end]
    return start + len(raw) - len(raw.lstrip())


def _near_match(passage: str, start: int, end: int, stems: Collection[str]) -> tuple[int, str]:
    """In a sentence that is too long: begin a little before the first word of the query."""
    first = next((word.start() + span[0] for word in WORD.finditer(passage, start, end)
                  for span in _matched(word[0], stems)), start)  # fmt: skip
    earliest = first - LONGEST // 3
    if earliest <= start:
        return start, ""
    return max(earliest, passage.find(" ", earliest, first) + 1), "… "


def _marks(text: str, stems: Collection[str]) -> tuple[tuple[int, int], ...]:
    marks: list[tuple[int, int]] = []
    for match in WORD.finditer(text):
        for start, end in _matched(match[0], stems):
            span = (match.start() + start, match.start() + end)
            if marks and span[0] <= marks[-1][1]:  # pairs of characters overlap
                begun = marks.pop()
                span = (begun[0], max(begun[1], span[1]))
            marks.append(span)
    return tuple(marks)


def _matched(word: str, stems: Collection[str]) -> list[tuple[int, int]]:
    """Spans of a word that match: all of it, or the pairs of characters in an unspaced script."""
    if analysis.UNSPACED.search(word) is None:
        return [(0, len(word))] if analysis.stem(word) in stems else []
    single = [(i, i + 1) for i, char in enumerate(word) if char in stems]
    return sorted(single + [(i, i + 2) for i in range(len(word) - 1) if word[i : i + 2] in stems])


def _stems(text: str) -> list[str]:
    return list(analysis.analyzer().analyze(analysis.spaced(text)))
