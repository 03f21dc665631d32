"""Snippets: the sentences of a passage with most of the words of a query, and the match spans in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.document import Span
from core.search.present.highlighter import Highlighter
from core.search.present.phrases import Phrases

MAX_SNIPPET_CHARS = 280
SENTENCE_END = r"(?:[.!?…।؟]+[\"'”’»)\]]*(?=\s|$)|[。！？｡]+[”’」』）]*|\n\s*\n|$)"
# Equal to `.+?END`, which takes three times as long.
SENTENCE = re.compile(rf".(?:[^.!?…।؟。！？｡\n]++|(?!{SENTENCE_END}).)*+{SENTENCE_END}", re.DOTALL)
# The end of a sentence whose start is in another passage.
STRAY_PUNCTUATION = re.compile(r"(?:\s|[.,;:!?…)\]}»”’\"'،؛؟।]+(?=\s)|[。、，！？：；｡」』）】])+")
NO_PHRASES = Phrases([], [], [])


@dataclass(frozen=True, slots=True)
class Snippet:
    """One line of text with the (start, end) `marks` of its matches.

    `start` and `best` are the offsets in the passage of the snippet and of its best sentence; `matched` are the query
    terms found in the whole passage. `sentence` is the span in `text` of the sentence that the snippet was made for, if
    it has no match.
    """

    text: str
    marks: tuple[Span, ...]
    start: int
    best: int
    matched: frozenset[str] = frozenset()
    sentence: Span | None = None


def sentences_of(passage: str) -> list[Span]:
    """The spans of the sentences of a passage."""
    return [match.span() for match in SENTENCE.finditer(passage) if match[0].strip()]


def snippet_from(passage: str, sentence: Span, highlighter: Highlighter) -> Snippet:
    """A snippet that starts with a given sentence, which is pointed out as a whole if it has no word of the query."""
    sentences = [span for span in sentences_of(passage) if span[0] >= sentence[0]]
    _, end = _extend(sentences, 0)
    text_start = _text_start(passage, *sentence)
    excerpt = _excerpt(passage, sentence[0], end, highlighter, NO_PHRASES, best=text_start)
    shown = " ".join(passage[text_start : sentence[1]].split())
    if not excerpt.text.startswith(shown) or any(start < len(shown) for start, _ in excerpt.marks):
        return excerpt
    return replace(excerpt, sentence=(0, len(shown)))


def snippet(passage: str, highlighter: Highlighter, phrases: Phrases = NO_PHRASES) -> Snippet:
    """The best run of whole sentences within `MAX_SNIPPET_CHARS`; a longer sentence is cut between words.

    A sentence with a phrase ranks before any without one, then the one with most of the words.
    """
    sentences = sentences_of(passage)
    if not sentences:
        return Snippet("", (), 0, 0)
    found: list[set[str]] = [set() for _ in sentences]
    ends = [end for _, end in sentences]
    for start, _, term in highlighter.spans(passage, sentences[0][0], ends[-1]):
        found[bisect_right(ends, start)].add(term)
    with_phrase = [bisect_right(ends, words[0][0]) for words in phrases.matches(passage, sentences[0][0], ends[-1])]
    best = max(range(len(sentences)), key=lambda i: (i in with_phrase, len(found[i]), -i))
    start, end = _extend(sentences, best)
    excerpt = _excerpt(passage, start, end, highlighter, phrases, best=_text_start(passage, *sentences[best]))
    return replace(excerpt, matched=frozenset().union(*found))


def _extend(sentences: Sequence[Span], best: int) -> Span:
    """The span of the best sentence with the following ones that fit, then the preceding ones."""
    first = last = best
    start = sentences[best][0]
    while last + 1 < len(sentences) and sentences[last + 1][1] - start <= MAX_SNIPPET_CHARS:
        last += 1
    while first and sentences[last][1] - sentences[first - 1][0] <= MAX_SNIPPET_CHARS:
        first -= 1
    return sentences[first][0], sentences[last][1]


def _excerpt(passage: str, start: int, end: int, highlighter: Highlighter, phrases: Phrases, *, best: int) -> Snippet:
    before = after = ""
    if end - start > MAX_SNIPPET_CHARS:
        start, before = _start_near_match(passage, start, end, highlighter, phrases)
        room = MAX_SNIPPET_CHARS - len(before)
        if end - start > room:
            space = passage.rfind(" ", start + room // 2, start + room)
            end, after = (space if space > 0 else start + room), "…"
    start = _text_start(passage, start, end)
    body = before + " ".join(passage[start:end].split()) + after
    return Snippet(body, match_spans(body, highlighter, phrases), start, max(start, best))


def _text_start(passage: str, start: int, end: int) -> int:
    """The offset of the first word: after white space and stray punctuation, unless there is nothing else."""
    stray = STRAY_PUNCTUATION.match(passage, start, end)
    if stray is not None and stray.end() < end:
        return stray.end()
    raw = passage[start:end]
    return start + len(raw) - len(raw.lstrip())


def _start_near_match(
    passage: str, start: int, end: int, highlighter: Highlighter, phrases: Phrases
) -> tuple[int, str]:
    """(offset, ellipsis or "") from which to show a sentence that is too long: a little before its first match."""
    matches = phrases.matches(passage, start, end)
    first = matches[0][0][0] if matches else next((span[0] for span in highlighter.spans(passage, start, end)), start)
    earliest = first - MAX_SNIPPET_CHARS // 3
    if earliest <= start:
        return start, ""
    return max(earliest, passage.find(" ", earliest, first) + 1), "… "


def match_spans(text: str, highlighter: Highlighter, phrases: Phrases) -> tuple[Span, ...]:
    """The spans of the query's words; words of a phrase are marked only where the phrase matches, if it does."""
    phrase_spans = [span for words in phrases.matches(text, 0, len(text)) for span in words]
    if phrase_spans:
        return _merge(sorted(phrase_spans + phrases.other_words(text)))
    return _merge((start, end) for start, end, _ in highlighter.spans(text, 0, len(text)))


def _merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    marks: list[Span] = []
    for start, end in spans:
        if marks and start <= marks[-1][1]:  # pairs of characters overlap
            start, previous_end = marks.pop()
            end = max(end, previous_end)
        marks.append((start, end))
    return tuple(marks)
