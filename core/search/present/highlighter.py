"""Match spans: where a text has the words of a query, in any of their indexed forms."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from unicodedata import category

from rapidfuzz.distance import OSA

from core.document import Span
from core.store.lexical import analyzers
from core.store.lexical.analyzers import UNSPACED, QueryTerm

# Ranges with combining marks, which `\w` does not match; folding replaces each mark by one letter.
COMBINING_RANGES = (
    (0x300, 0x36F),
    (0x591, 0x5C7),
    (0x610, 0x61A),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x900, 0xDFF),
    (0xE31, 0xECD),
)
COMBINING_MARK = "\u02d1"
# Characters of unspaced scripts that are indexed as others: Thai and Lao vowels, halfwidth kana, CJK compatibility.
COMPATIBILITY_CHARS = re.compile(
    "[\u0e33\u0eb3\u0edc\u0edd\uf900-\ufaff\uff65-\uff9f\U0002f800-\U0002fa1f][\uff9e\uff9f]?"
)
WORD_START, WORD_REST = r"(?<![^\W_])", r"[^\W_]*"  # in a folded text
ALPHABETS = (
    0xB5, *range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000), 0x212A, 0x212B,
    *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B),
)  # fmt: skip
STEM_LETTERS = 3  # a word and its stem share their first letters, one fewer for a short stem


class Highlighter:
    """Finds the spans of a text that match the terms of a query; caches the result of each word."""

    def __init__(self, terms: Sequence[QueryTerm], languages: Collection[str]) -> None:
        self._terms = tuple(terms)
        self._languages = frozenset(languages)
        self._forms = {form: word.text for word in terms for form in (*word.forms, word.text)}
        self._prefixes = tuple(word.text for word in terms if word.match_mode == "prefix")
        self._fuzzy = [word for word in terms if word.match_mode == "fuzzy"]
        unspaced = sorted((form for form in self._forms if UNSPACED.match(form)), key=len, reverse=True)
        spaced = {
            form[: STEM_LETTERS - (len(form) <= STEM_LETTERS)]
            for form in self._forms
            if form and not UNSPACED.match(form)
        }
        # The patterns find the few words that may match: looking up every word would take most of a search.
        self._unspaced_pattern = re.compile(f"(?=({'|'.join(map(re.escape, unspaced))}))") if unspaced else None
        self._word_pattern = self._candidate_pattern(spaced)
        self._cache: dict[str, str] = {}
        self._last_folded = ("", "")

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, term) of each match between `start` and `end`, in order.

        In an unspaced script pairs of characters match, so spans may overlap.
        """
        found: list[tuple[int, int, str]] = []
        if self._word_pattern is not None:
            for match in self._word_pattern.finditer(self._folded(text), start, end):
                first, last = match.span()
                term = self._matching_term(text[first:last])
                if term:
                    found.append((first, last, term))
        if self._unspaced_pattern is not None:
            plain, sources = normalized_with_spans(text, start, end)
            for match in self._unspaced_pattern.finditer(plain):
                first, last = match.span(1)
                found.append((sources[first][0], sources[last - 1][1], match[1]))
            found.sort()
        return found

    def has_all_terms(self, matched: Collection[str]) -> bool:
        """Whether `matched`, the terms from `spans`, covers every word of the query; False if the query has none.

        Forms of one word count as one, and the parts of an identifier as the whole.
        """
        return bool(self._terms) and all(
            word.identifier in matched or any(self._forms[form] in matched for form in (*word.forms, word.text))
            for word in self._terms
        )

    def _candidate_pattern(self, stem_starts: Collection[str]) -> re.Pattern[str] | None:
        if self._fuzzy:
            return re.compile(rf"{WORD_START}[^\W_]{WORD_REST}")
        if not stem_starts:
            return None
        alternatives = "|".join(
            f"{COMBINING_MARK}*".join(map(re.escape, start.translate(letter_normalisation())))
            for start in sorted(stem_starts)
        )
        return re.compile(f"{WORD_START}(?:{alternatives}){WORD_REST}")

    def _folded(self, text: str) -> str:
        if self._last_folded[0] is not text:
            self._last_folded = text, _fold_letters(text)
        return self._last_folded[1]

    def _matching_term(self, word: str) -> str:
        cached = self._cache.get(word)
        if cached is None:
            cached = self._cache[word] = self._look_up(analyzers.normalize(word).lower())
        return cached

    def _look_up(self, word: str) -> str:
        plain = analyzers.fold(word)
        for form in (plain, *analyzers.term_forms(word, self._languages)):
            if form in self._forms:
                return self._forms[form]
        for prefix in self._prefixes:
            if plain.startswith(prefix):
                return prefix
        return next(
            (w.text for w in self._fuzzy if OSA.distance(w.text, plain, score_cutoff=w.max_edits) <= w.max_edits), ""
        )


def normalized_with_spans(text: str, start: int, end: int) -> tuple[str, Sequence[Span]]:
    """The text between `start` and `end` as the index normalizes it, with the source span of each character."""
    pieces: list[str] = []
    sources: list[Span] = []
    at = start
    for char in (*COMPATIBILITY_CHARS.finditer(text, start, end), None):
        until = char.start() if char else end
        pieces.append(text[at:until])
        sources += zip(range(at, until), range(at + 1, until + 1), strict=True)
        if char:
            pieces.append(analyzers.normalize(char[0]))
            sources += [char.span()] * len(pieces[-1])
            at = char.end()
    return "".join(pieces), sources


def _fold_letters(text: str) -> str:
    """A text of the same length with folded letters, and unspaced script blanked.

    Otherwise a pattern would have to list every variant of each letter, and compiling it would take most of a search.
    """
    if text.isascii():
        return text.lower()
    return UNSPACED.sub(_blank, text).translate(letter_normalisation()).lower()


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])


@cache
def letter_normalisation() -> dict[int, str]:
    """A table for `str.translate`: accented letters and ligatures to a base letter, combining marks to one mark."""
    found = {
        code: COMBINING_MARK
        for first, last in COMBINING_RANGES
        for code in range(first, last + 1)
        if category(chr(code)).startswith("M")
    }
    for code in ALPHABETS:
        exactly = analyzers.exact_terms(chr(code))
        plain = (exactly[0] if exactly else analyzers.fold(chr(code)))[:1]
        if plain and plain != chr(code):
            found[code] = plain
    return found | {ord("ς"): "σ"}
