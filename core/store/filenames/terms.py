"""The terms of file names with their postings; one string of all terms makes infix search fast."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.store.lexical import wildcards

EXACT, PREFIX, INFIX, ONE_EDIT, TWO_EDITS = 1.0, 0.95, 0.8, 0.65, 0.61
MIN_INFIX_LETTERS = 3  # shorter queries match only prefixes
MIN_UNSORTED = 1000  # new words that are looked at one by one
MIN_FUZZY_LETTERS = 4  # for one edit; twice as many for two edits


class FilenameTerms:
    """An inverted index from words to the slots of the names that contain them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._slots: list[array[int]] = []
        self._words: list[str] = []
        self._text = "\n"  # all words, each between line ends
        self._starts = array("i")
        self._by_text: list[int] = []  # the numbers of the words, in the words' order; without the newest
        self._by_length: dict[int, list[str]] = {}  # alphabetic words, for fuzzy matches

    def add(self, slot: int, words: Iterable[str]) -> None:
        """Add a slot to the postings of its words."""
        for word in dict.fromkeys(words):
            number = self._numbers.get(word)
            if number is None:
                number = self._numbers[word] = len(self._slots)
                self._slots.append(array("i"))
                self._words.append(word)
                if word.isalpha():
                    self._by_length.setdefault(len(word), []).append(word)
            self._slots[number].append(slot)

    def remove(self, slot: int, words: Iterable[str]) -> None:
        """Remove a slot from the postings of its words."""
        for word in dict.fromkeys(words):
            self._slots[self._numbers[word]].remove(slot)

    def has(self, word: str, slots: int) -> npt.NDArray[np.bool_]:
        """Whether each slot (shape: slots) has exactly a word."""
        found = np.zeros(slots, np.bool_)
        number = self._numbers.get(word)
        if number is not None and self._slots[number]:
            found[np.frombuffer(self._slots[number], np.int32)] = True
        return found

    def slots_with_both(self, first: str, second: str) -> list[int]:
        """The slots that have two words."""
        numbers = self._numbers.get(first), self._numbers.get(second)
        if numbers[0] is None or numbers[1] is None:
            return []
        return sorted(set(self._slots[numbers[0]]).intersection(self._slots[numbers[1]]))

    def weights(self, word: str, slots: int, *, fuzzy: bool) -> npt.NDArray[np.float32]:
        """The best match weight (shape: slots, float32) of a word in each slot: exact or prefix.

        With `fuzzy` also infix, and, if nothing has the word as a prefix, one or two edits. A wildcard matches exactly.
        """
        if wildcards.MARKED_WORD.match(word):
            found = {EXACT: self._wildcard_matches(word)}
        else:
            found = self._substring_matches(word, inside=fuzzy)
            if fuzzy and not (found[EXACT] or found[PREFIX]):
                found |= self._fuzzy_matches(word)
        weights = np.zeros(slots, np.float32)
        for weight in sorted(found):
            slots_found = b"".join([self._slots[number] for number in found[weight]])
            weights[np.frombuffer(slots_found, np.int32)] = weight
        return weights

    def slots_of_wildcard(self, pattern: str) -> set[int]:
        """The slots that have a word that a wildcard stands for."""
        return {slot for number in self._wildcard_matches(pattern) for slot in self._slots[number]}

    def _wildcard_matches(self, pattern: str) -> list[int]:
        """The numbers of the words that a wildcard stands for."""
        self._append_new()
        places = [match.start() for match in wildcards.word_pattern(pattern).finditer(self._text)]
        numbers = np.searchsorted(np.frombuffer(self._starts, np.int32), places, side="right") - 1
        return [number for number in numbers.tolist() if self._slots[number]]

    def _substring_matches(self, word: str, *, inside: bool) -> dict[float, list[int]]:
        """The numbers of the words that equal, begin with, or contain a word, by weight."""
        self._append_new()
        found: dict[float, list[int]] = {EXACT: [], PREFIX: [], INFIX: []}
        exact = self._numbers.get(word)
        if exact is not None and self._slots[exact]:
            found[EXACT].append(exact)
        if word.isdigit() and len(word) == 1:
            return found
        anywhere = (inside and len(word) >= MIN_INFIX_LETTERS) or not word.isascii()
        if not anywhere:
            found[PREFIX] = [number for number in self._beginning_with(word) if self._slots[number]]
            return found
        places = [match.start() for match in re.finditer(re.escape(word), self._text)]
        numbers = np.searchsorted(np.frombuffer(self._starts, np.int32), places, side="right") - 1
        for place, number in zip(places, numbers.tolist(), strict=True):
            if not self._slots[number]:  # all names that contained it were removed
                continue
            found[PREFIX if self._text[place - 1] == "\n" else INFIX].append(number)
        return found

    def _beginning_with(self, prefix: str) -> list[int]:
        """The numbers of the words that begin with a prefix, or are equal to it."""
        known, all_words = len(self._by_text), len(self._words)
        if all_words - known > max(MIN_UNSORTED, known // 10):
            self._by_text += map(self._numbers.__getitem__, self._words[known:])
            self._by_text.sort(key=self._words.__getitem__)
            known = all_words

        def beginning(number: int) -> str:
            return self._words[number][: len(prefix)]

        first = bisect_left(self._by_text, prefix, key=beginning)
        last = bisect_right(self._by_text, prefix, lo=first, key=beginning)
        new = [number for number in range(known, all_words) if self._words[number].startswith(prefix)]
        return self._by_text[first:last] + new

    def _fuzzy_matches(self, word: str) -> dict[float, list[int]]:
        """The numbers of the words at an OSA distance of one or two, by weight."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < MIN_FUZZY_LETTERS or not word.isalpha():
            return {}
        max_edits = 2 if len(word) >= 2 * MIN_FUZZY_LETTERS else 1
        found: dict[float, list[int]] = {ONE_EDIT: [], TWO_EDITS: []}
        for length in range(len(word) - max_edits, len(word) + max_edits + 1):
            candidates = self._by_length.get(length, [])
            distances = process.cdist([word], candidates, scorer=OSA.distance, score_cutoff=max_edits, dtype=np.uint8)
            for position in np.flatnonzero(distances[:1] <= max_edits).tolist():
                weight = ONE_EDIT if distances[0, position] == 1 else TWO_EDITS
                found[weight].append(self._numbers[candidates[position]])
        return found

    def _append_new(self) -> None:
        """Append the words added since the last search to the text."""
        new = self._words[len(self._starts) :]
        if not new:
            return
        place = len(self._text) - 1  # of the line end before the word, so that a prefix match finds it too
        for word in new:
            self._starts.append(place)
            place += len(word) + 1
        self._text += "\n".join(new) + "\n"
