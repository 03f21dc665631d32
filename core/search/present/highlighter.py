"""Match spans: where a text has the words of a query, in any of their indexed forms."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from unicodedata import category

from rapidfuzz.distance import OSA

from core.document import Span
from core.search.present.spellings import beginning, spelling_patterns
from core.store.lexical import analyzers, letters, wildcards
from core.store.lexical.analyzers import QueryTerm
from core.store.lexical.letters import INVISIBLE_RANGES, UNSPACED

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
WORD_CHAR = r"[^\W_]"
WORD_START, WORD_REST = rf"(?<!{WORD_CHAR})", f"{WORD_CHAR}*"  # in a folded text
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
        self._forms = {form: word.text for word in terms for form in _forms(word)}
        self._spellings = [(pattern, word.text) for word in terms for pattern in spelling_patterns(word)]
        patterns = [word.text for word in terms if word.match_mode == "wildcard"]
        self._spellings += [(_wildcard(one), one) for one in patterns if not wildcards.is_unspaced(one)]
        self._unspaced_wildcards = [(_wildcard(one), one) for one in patterns if wildcards.is_unspaced(one)]
        self._prefixes = tuple(word.text for word in terms if word.match_mode == "prefix")
        self._fuzzy = [word for word in terms if word.match_mode == "fuzzy"]
        unspaced = sorted(
            (form for form in self._forms if UNSPACED.match(form) and form not in patterns), key=len, reverse=True
        )
        spaced = {
            form[: STEM_LETTERS - (len(form) <= STEM_LETTERS)]
            for form in self._forms
            if form and not UNSPACED.match(form) and form not in patterns
        }
        # The patterns find the few words that may match: looking up every word would take most of a search.
        self._unspaced_pattern = re.compile(f"(?=({'|'.join(map(re.escape, unspaced))}))") if unspaced else None
        self._word_pattern = self._candidate_pattern(spaced)
        self._is_ordered = not (self._unspaced_pattern or self._spellings or self._unspaced_wildcards)
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
        if self._unspaced_pattern is not None or self._unspaced_wildcards:
            plain, sources = normalized_with_spans(text, start, end)
            matches = [] if self._unspaced_pattern is None else self._unspaced_pattern.finditer(plain)
            runs = [(*match.span(1), match[1]) for match in matches]
            runs += [
                (*match.span(), one) for pattern, one in self._unspaced_wildcards for match in pattern.finditer(plain)
            ]
            found += [(sources[first][0], sources[last - 1][1], term) for first, last, term in runs]
        for pattern, term in self._spellings:
            found += [(*match.span(), term) for match in pattern.finditer(self._folded(text), start, end)]
        return found if self._is_ordered else sorted(found)

    def has_all_terms(self, matched: Collection[str]) -> bool:
        """Whether `matched`, the terms from `spans`, covers every word of the query; False if the query has none.

        Forms of one word count as one, and the parts of an identifier as the whole.
        """
        return bool(self._terms) and all(self.has_term(word, matched) for word in self._terms)

    def has_term(self, word: QueryTerm, matched: Collection[str]) -> bool:
        """Whether `matched`, the terms from `spans`, has a term of the query, in any form or as part of a whole."""
        return word.identifier in matched or any(self._forms[form] in matched for form in (*word.forms, word.text))

    def _candidate_pattern(self, stem_starts: Collection[str]) -> re.Pattern[str] | None:
        if self._fuzzy:
            return re.compile(f"{WORD_START}{WORD_CHAR}{WORD_REST}")
        if not stem_starts:
            return None
        starts = (start.translate(letter_normalisation()) for start in sorted(stem_starts))
        alternatives = "|".join(
            f"{COMBINING_MARK}*".join([beginning(start[0]), *map(re.escape, start[1:])]) for start in starts
        )
        return re.compile(f"(?:{alternatives}){WORD_REST}")

    def _folded(self, text: str) -> str:
        if self._last_folded[0] is not text:
            self._last_folded = text, fold_letters(text)
        return self._last_folded[1]

    def _matching_term(self, word: str) -> str:
        cached = self._cache.get(word)
        if cached is None:
            cached = self._cache[word] = self._look_up(letters.normalize(word).lower())
        return cached

    def _look_up(self, word: str) -> str:
        plain = letters.fold(word)
        for form in (plain, *analyzers.term_forms(word, self._languages)):
            if form in self._forms:
                return self._forms[form]
        for prefix in self._prefixes:
            if plain.startswith(prefix):
                return prefix
        return next(
            (w.text for w in self._fuzzy if OSA.distance(w.text, plain, score_cutoff=w.max_edits) <= w.max_edits), ""
        )


def _wildcard(pattern: str) -> re.Pattern[str]:
    """What a wildcard stands for in a folded text, or, in an unspaced script, in a normalized one."""
    if wildcards.is_unspaced(pattern):
        return re.compile(wildcards.expression(pattern, wildcards.UNSPACED_CHAR))
    letters = pattern.translate(letter_normalisation())
    return re.compile(WORD_START + wildcards.expression(letters, WORD_CHAR, f"{COMBINING_MARK}*") + rf"(?!{WORD_CHAR})")


def _forms(word: QueryTerm) -> tuple[str, ...]:
    """The words that match a term as a whole; none of the many that a wildcard stands for, which is a pattern."""
    if word.match_mode == "wildcard":
        return (word.text,)
    other = word.alternatives
    return (*word.forms, word.text, *other.forms, *other.same, *other.compounds)


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
            pieces.append(letters.normalize(char[0]))
            sources += [char.span()] * len(pieces[-1])
            at = char.end()
    return letters.same_letters("".join(pieces)), sources


def fold_letters(text: str) -> str:
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
        plain = (exactly[0] if exactly else letters.fold(chr(code)))[:1]
        if plain and plain != chr(code):
            found[code] = plain
    hidden = {code: COMBINING_MARK for first, last in INVISIBLE_RANGES for code in range(first, last + 1)}
    return found | hidden | letters.letter_table() | {ord("ς"): "σ"}
