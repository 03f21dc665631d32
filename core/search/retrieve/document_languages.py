"""The language of each document: the one of most of its passages."""

from __future__ import annotations

import numpy as np

from core.search.query.languages import LANGUAGES, OTHER
from core.store.candidates import PassageOwners
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes

CODES = (*LANGUAGES, OTHER)
NAMES = (*(names[0] for names in LANGUAGES.values()), "")  # as the lexical index calls them


class DocumentLanguages:
    """Derived from the lexical index, and kept until that changes. Not thread-safe."""

    def __init__(self, index_set: Indexes, owners: PassageOwners) -> None:
        self._index_set, self._owners = index_set, owners
        self._change = -1
        self._numbers: Ids = np.zeros(0, np.int64)  # of the language in CODES, by content id; -1 without a passage

    def contents_in(self, codes: frozenset[str]) -> frozenset[int]:
        """The contents in one of some languages."""
        chosen = np.isin(self._of_contents(), [CODES.index(code) for code in codes])
        return frozenset(np.flatnonzero(chosen).tolist())

    def counts(self, contents: Ids) -> dict[str, int]:
        """How many of some contents are in each language; those without text in none."""
        numbers = self._of_contents()
        found = np.bincount(numbers[contents[contents < len(numbers)]] + 1, minlength=len(CODES) + 1)[1:]
        return {code: int(count) for code, count in zip(CODES, found, strict=True) if count}

    def _of_contents(self) -> Ids:
        change = self._index_set.words.last_change
        if self._change != change:
            self._numbers, self._change = self._read(), change
        return self._numbers

    def _read(self) -> Ids:
        words = self._index_set.words
        everything = self._owners.contents_of(words.passage_ids())
        length = int(everything.max(initial=0)) + 1
        total = np.bincount(everything, minlength=length)
        by_code = np.array([self._count(words.passages_in(name), length) for name in NAMES])
        older = (total > 0) & (by_code.sum(axis=0) == 0)  # indexed by a version that stored no more
        if older.any():
            for number, name in enumerate(NAMES):
                by_code[number, older] = self._count(words.passages_in(name, stemmed=True), length)[older]
        numbers: Ids = by_code.argmax(axis=0)
        numbers[by_code.sum(axis=0) == 0] = -1
        numbers[0] = -1  # passages that are gone since
        return numbers

    def _count(self, passages: Ids, length: int) -> Ids:
        """How many of some passages each content has."""
        owned = self._owners.contents_of(passages)
        return np.bincount(owned[owned < length], minlength=length)
