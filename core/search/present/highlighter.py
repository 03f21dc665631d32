"""Which words and characters of a text a query asked for: what is marked, and what makes a sentence a good one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from unicodedata import category

from rapidfuzz.distance import OSA

from core.store.lexical import analyzers
from core.store.lexical.analyzers import UNSPACED, QueryTerm

# Where accents and vowel signs are that Python takes for no part of a word; a letter stands for each such mark.
SIGNS = ((0x300, 0x36F), (0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x900, 0xDFF), (0xE31, 0xECD))
SIGN = "\u02d1"
# Signs of unspaced scripts that are indexed as others: vowels of Thai and Lao, narrow kana, old Chinese forms.
ODD = re.compile("[\u0e33\u0eb3\u0edc\u0edd\uf900-\ufaff\uff65-\uff9f\U0002f800-\U0002fa1f][\uff9e\uff9f]?")
BEGINS, REST = r"(?<![^\W_])", r"[^\W_]*"  # of words in a text that was made plain
ALPHABETS = (
    0xB5, *range(0xC0, 0x250), *range(0x370, 0x530), *range(0x1E00, 0x2000), 0x212A, 0x212B,
    *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B),
)  # fmt: skip
Span = tuple[int, int]
ALIKE = 3  # letters at its beginning that a word and its stem have in common; one less of a short stem


class Highlighter:
    """Tells the spans of a text that match a query; remembers the words that it was asked about."""

    def __init__(self, asked: Sequence[QueryTerm], languages: Collection[str]) -> None:
        self._asked = tuple(asked)
        self._languages = frozenset(languages)
        self._forms = {form: word.text for word in asked for form in (*word.forms, word.text)}
        self._begun = tuple(word.text for word in asked if word.match_mode == "prefix")
        self._slipped = [word for word in asked if word.match_mode == "fuzzy"]
        unspaced = sorted((form for form in self._forms if UNSPACED.match(form)), key=len, reverse=True)
        spaced = {form[: ALIKE - (len(form) <= ALIKE)] for form in self._forms if form and not UNSPACED.match(form)}
        # A regular expression finds the few words that may match: looking at each word would take most of a search.
        self._signs = re.compile(f"(?=({'|'.join(map(re.escape, unspaced))}))") if unspaced else None
        self._words = self._candidates(spaced)
        self._known: dict[str, str] = {}
        self._plain = ("", "")

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, which word of the query) of each match in a stretch of a text, in their order.

        In an unspaced script pairs of characters match, so that spans may overlap.
        """
        found: list[tuple[int, int, str]] = []
        if self._words is not None:
            for match in self._words.finditer(self._made_plain(text), start, end):
                first, last = match.span()
                which = self._which(text[first:last])
                if which:
                    found.append((first, last, which))
        if self._signs is not None:
            plain, places = plainly(text, start, end)
            for match in self._signs.finditer(plain):
                first, last = match.span(1)
                found.append((places[first][0], places[last - 1][1], match[1]))
            found.sort()
        return found

    def is_all(self, said: Collection[str]) -> bool:
        """Whether a text has every word of the query, of which `spans` told some; not if the query has none.

        Two forms of one word are told as one of them, and the parts of an identifier as the whole.
        """
        return bool(self._asked) and all(
            word.identifier in said or any(self._forms[form] in said for form in (*word.forms, word.text))
            for word in self._asked
        )

    def _candidates(self, beginnings: Collection[str]) -> re.Pattern[str] | None:
        if self._slipped:
            return re.compile(rf"{BEGINS}[^\W_]{REST}")
        if not beginnings:
            return None
        either = "|".join(f"{SIGN}*".join(map(re.escape, one.translate(letters()))) for one in sorted(beginnings))
        return re.compile(f"{BEGINS}(?:{either}){REST}")

    def _made_plain(self, text: str) -> str:
        if self._plain[0] is not text:
            self._plain = text, _lettered(text)
        return self._plain[1]

    def _which(self, word: str) -> str:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._looked_up(analyzers.normalize(word).lower())
        return known

    def _looked_up(self, word: str) -> str:
        plain = analyzers.fold(word)
        for form in (plain, *analyzers.term_forms(word, self._languages)):
            if form in self._forms:
                return self._forms[form]
        for begun in self._begun:
            if plain.startswith(begun):
                return begun
        return next(
            (w.text for w in self._slipped if OSA.distance(w.text, plain, score_cutoff=w.max_edits) <= w.max_edits), ""
        )


def plainly(text: str, start: int, end: int) -> tuple[str, Sequence[Span]]:
    """A stretch of a text as its words are indexed, and where each of its characters is in the text."""
    pieces: list[str] = []
    places: list[Span] = []
    at = start
    for odd in (*ODD.finditer(text, start, end), None):
        until = odd.start() if odd else end
        pieces.append(text[at:until])
        places += zip(range(at, until), range(at + 1, until + 1), strict=True)
        if odd:
            pieces.append(analyzers.normalize(odd[0]))
            places += [odd.span()] * len(pieces[-1])
            at = odd.end()
    return "".join(pieces), places


def _lettered(text: str) -> str:
    """A text of the same length in which letters that are folded into one another are the same, and words are runs.

    Without it, a query's regular expression would name all of these letters: compiling it would take most of a search.
    """
    if text.isascii():
        return text.lower()
    return UNSPACED.sub(_blank, text).translate(letters()).lower()


def _blank(run: re.Match[str]) -> str:
    return " " * len(run[0])


@cache
def letters() -> dict[int, str]:
    """For each letter that differs from another one by accents only, or is written for two, that one; signs are one."""
    found = {
        code: SIGN for first, last in SIGNS for code in range(first, last + 1) if category(chr(code)).startswith("M")
    }
    for code in ALPHABETS:
        exactly = analyzers.exact_terms(chr(code))
        plain = (exactly[0] if exactly else analyzers.fold(chr(code)))[:1]
        if plain and plain != chr(code):
            found[code] = plain
    return found | {ord("ς"): "σ"}
