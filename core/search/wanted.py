"""Which words and characters of a text a query asked for: what is marked, and what makes a sentence a good one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rapidfuzz.distance import OSA

from core.store import analysis
from core.store.analysis import Asked

WORD = re.compile(
    r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u0e31-\u0ecd])*"
)


class Wanted:
    """Tells the spans of a text that match a query; remembers the words that it was asked about."""

    def __init__(self, asked: Sequence[Asked], languages: Collection[str]) -> None:
        self._languages = frozenset(languages)
        self._forms = {form: word.text for word in asked for form in (*word.forms, word.text)}
        self._begun = tuple(word.text for word in asked if word.stands_for == "begun")
        self._slipped = [word for word in asked if word.stands_for == "slipped"]
        # A stem begins as its word does, so that most words are told apart by their first letter.
        self._firsts = {form[:1] for form in self._forms}
        self._known: dict[str, str] = {}

    def spans(self, text: str, start: int, end: int) -> list[tuple[int, int, str]]:
        """(start, end, which word of the query) of each match in a stretch of a text, in their order.

        In an unspaced script pairs of characters match, so that spans may overlap.
        """
        found: list[tuple[int, int, str]] = []
        for match in WORD.finditer(text, start, end):
            word = match[0]
            if analysis.UNSPACED.search(word) is None:
                which = self._which(word)
                if which:
                    found.append((match.start(), match.end(), which))
            else:
                found += self._in_run(word, match.start())
        return found

    def _in_run(self, run: str, at: int) -> list[tuple[int, int, str]]:
        found = []
        for place, char in enumerate(run):
            if char in self._forms:
                found.append((at + place, at + place + 1, char))
            pair = run[place : place + 2]
            if len(pair) > 1 and pair in self._forms:
                found.append((at + place, at + place + 2, pair))
        return found

    def _which(self, word: str) -> str:
        known = self._known.get(word)
        if known is None:
            known = self._known[word] = self._looked_up(analysis.narrowed(word))
        return known

    def _looked_up(self, word: str) -> str:
        plain = analysis.fold(word)
        if plain[:1] in self._firsts or word[:1].lower() in self._firsts:
            for form in analysis.forms(word.lower(), self._languages):
                if form in self._forms:
                    return self._forms[form]
            for begun in self._begun:
                if plain.startswith(begun):
                    return begun
        return next((w.text for w in self._slipped if OSA.distance(w.text, plain, score_cutoff=w.slips) <= w.slips), "")
