"""Where a text has the phrases of a query: just these words one after the other, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.search.present.highlighter import ALIKE, SIGN, Highlighter, Span, letters, plainly
from core.store.lexical import analyzers
from core.store.lexical.analyzers import UNSPACED, QueryTerm

SIGNS = UNSPACED.pattern.removesuffix("+")  # one character of an unspaced script
LETTER = rf"(?:(?!{SIGNS})[^\W_])"
BEGINS = rf"(?:(?<![^\W_])|(?<={SIGNS}))"


@dataclass(frozen=True, slots=True)
class PhrasePattern:
    """A phrase as it was typed; of its last word there may be only the beginning."""

    text: str
    begun: bool = False


class Phrases:
    """The phrases of a query, and what tells its other words, which are marked beside them."""

    def __init__(self, phrases: Sequence[PhrasePattern], asked: Sequence[QueryTerm], languages: Sequence[str]) -> None:
        self._sought = [_Sought(phrase) for phrase in phrases]
        self._others = Highlighter(
            [word for word in asked if not any(one.has(word) for one in self._sought)], languages
        )

    def places(self, text: str, start: int, end: int) -> list[list[Span]]:
        """For each time that a stretch of a text has a phrase, where its words are; in their order."""
        if not self._sought:
            return []
        plain, places = plainly(text, start, end)
        plain = plain.translate(letters()).lower()
        found = [spans for sought in self._sought for spans in sought.places(text, plain, places)]
        return sorted(found)

    def others(self, text: str) -> list[Span]:
        """Where a text has those words of the query that are in none of its phrases."""
        return [(start, end) for start, end, _ in self._others.spans(text, 0, len(text))]


class _Sought:
    """One phrase: a regular expression finds what may be it, and the words that the index has tell whether it is."""

    def __init__(self, phrase: PhrasePattern) -> None:
        self._words = analyzers.exact_terms(phrase.text)
        self._begun = phrase.begun
        self._pattern = re.compile(_pattern(self._words)) if self._words else None

    def has(self, word: QueryTerm) -> bool:
        """Whether a word of the query is one of the phrase's."""
        if UNSPACED.fullmatch(word.text):
            return word.text in "".join(self._words)
        return word.text in self._words or word.identifier in self._words

    def places(self, text: str, plain: str, places: Sequence[Span]) -> Iterator[list[Span]]:
        for match in self._pattern.finditer(plain) if self._pattern is not None else ():
            groups = (match.span(number) for number in range(1, len(self._words) + 1))
            spans = [(places[first][0], places[last - 1][1]) for first, last in groups]
            if self._is_said(analyzers.exact_terms(text[spans[0][0] : spans[-1][1]])):
                yield spans

    def _is_said(self, words: Sequence[str]) -> bool:
        if len(words) != len(self._words) or words[:-1] != self._words[:-1]:
            return False
        return words[-1].startswith(self._words[-1]) if self._begun else words[-1] == self._words[-1]


def _pattern(words: Sequence[str]) -> str:
    """Words that begin like those of a phrase, or characters, with nothing but signs between them."""
    pieces: list[str] = []
    before = ""
    for word in words:
        alone = UNSPACED.fullmatch(word) is not None
        apart = rf"[\W_]{'*' if alone or UNSPACED.fullmatch(before) else '+'}" if pieces else ""
        pieces.append(f"{apart}({_character(word) if alone else _beginning(word)})")
        before = word
    return f"(?={''.join(pieces)})"


def _character(sign: str) -> str:
    return re.escape(sign.translate(letters()))


def _beginning(word: str) -> str:
    first = word[: ALIKE - (len(word) <= ALIKE)].translate(letters())
    return f"{BEGINS}{f'{SIGN}*'.join(map(re.escape, first))}{LETTER}*+"
