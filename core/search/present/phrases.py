"""Match spans of the phrases of a query: these words in a row, ignoring case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.document import Span
from core.search.present.highlighter import (
    COMBINING_MARK,
    STEM_LETTERS,
    Highlighter,
    letter_normalisation,
    normalized_with_spans,
)
from core.store.lexical import analyzers
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.letters import UNSPACED

UNSPACED_CHAR = UNSPACED.pattern.removesuffix("+")  # one character of an unspaced script
LETTER = rf"(?:(?!{UNSPACED_CHAR})[^\W_])"
PHRASE_WORD_START = rf"(?:(?<![^\W_])|(?<={UNSPACED_CHAR}))"


@dataclass(frozen=True, slots=True)
class PhrasePattern:
    """A phrase as typed; with `is_prefix` its last word may be incomplete."""

    text: str
    is_prefix: bool = False


class Phrases:
    """The phrases of a query, and the words of the query outside them."""

    def __init__(self, phrases: Sequence[PhrasePattern], terms: Sequence[QueryTerm], languages: Sequence[str]) -> None:
        self._matchers = [_PhraseMatcher(phrase) for phrase in phrases]
        self._other_words = Highlighter(
            [word for word in terms if not any(one.covers(word) for one in self._matchers)], languages
        )

    def matches(self, text: str, start: int, end: int) -> list[list[Span]]:
        """For each match between `start` and `end`, the spans of its words; in order."""
        if not self._matchers:
            return []
        plain, sources = normalized_with_spans(text, start, end)
        plain = plain.translate(letter_normalisation()).lower()
        found = [spans for matcher in self._matchers for spans in matcher.matches(text, plain, sources)]
        return sorted(found)

    def other_words(self, text: str) -> list[Span]:
        """The spans of the query's words that are in none of its phrases."""
        return [(start, end) for start, end, _ in self._other_words.spans(text, 0, len(text))]


class _PhraseMatcher:
    """Matches one phrase: a pattern finds candidates, and the index's analyzer confirms their words."""

    def __init__(self, phrase: PhrasePattern) -> None:
        self._words = analyzers.exact_terms(phrase.text)
        self._is_prefix = phrase.is_prefix
        self._pattern = re.compile(_pattern(self._words)) if self._words else None

    def covers(self, word: QueryTerm) -> bool:
        """Whether a term of the query is a word of the phrase."""
        if UNSPACED.fullmatch(word.text):
            return word.text in "".join(self._words)
        return word.text in self._words or word.identifier in self._words

    def matches(self, text: str, plain: str, sources: Sequence[Span]) -> Iterator[list[Span]]:
        for match in self._pattern.finditer(plain) if self._pattern is not None else ():
            groups = (match.span(number) for number in range(1, len(self._words) + 1))
            spans = [(sources[first][0], sources[last - 1][1]) for first, last in groups]
            if self._is_match(analyzers.exact_terms(text[spans[0][0] : spans[-1][1]])):
                yield spans

    def _is_match(self, words: Sequence[str]) -> bool:
        if len(words) != len(self._words) or words[:-1] != self._words[:-1]:
            return False
        return words[-1].startswith(self._words[-1]) if self._is_prefix else words[-1] == self._words[-1]


def _pattern(words: Sequence[str]) -> str:
    """A pattern for words that start like those of a phrase, with only punctuation between them."""
    pieces: list[str] = []
    previous = ""
    for word in words:
        is_char = UNSPACED.fullmatch(word) is not None
        gap = rf"[\W_]{'*' if is_char or UNSPACED.fullmatch(previous) else '+'}" if pieces else ""
        pieces.append(f"{gap}({_char_pattern(word) if is_char else _word_pattern(word)})")
        previous = word
    return f"(?={''.join(pieces)})"


def _char_pattern(char: str) -> str:
    return re.escape(char.translate(letter_normalisation()))


def _word_pattern(word: str) -> str:
    first = word[: STEM_LETTERS - (len(word) <= STEM_LETTERS)].translate(letter_normalisation())
    return f"{PHRASE_WORD_START}{f'{COMBINING_MARK}*'.join(map(re.escape, first))}{LETTER}*+"
