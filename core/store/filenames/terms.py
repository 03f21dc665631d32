"""The words that names are made of, and where each stands: one search through all of them as a single text."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

EXACT, PREFIX, INFIX, ONE_EDIT, TWO_EDITS = 1.0, 0.95, 0.8, 0.65, 0.61
MIN_INFIX_LETTERS = 3  # letters; fewer are found only where a word begins
MIN_FUZZY_LETTERS = 4  # letters of a word that may have a slip; twice as many may have two


class FilenameTerms:
    """Words under their numbers, each with the slots of the names that have it."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._slots: list[array[int]] = []
        self._all: list[str] = []
        self._text = "\n"  # every word between line ends
        self._starts = array("i")
        self._by_length: dict[int, list[str]] = {}  # those of letters only

    def add(self, slot: int, words: Iterable[str]) -> None:
        """Note the words of a slot."""
        for word in dict.fromkeys(words):
            number = self._numbers.get(word)
            if number is None:
                number = self._numbers[word] = len(self._slots)
                self._slots.append(array("i"))
                self._all.append(word)
                if word.isalpha():
                    self._by_length.setdefault(len(word), []).append(word)
            self._slots[number].append(slot)

    def remove(self, slot: int, words: Iterable[str]) -> None:
        """Forget the words of a slot."""
        for word in dict.fromkeys(words):
            self._slots[self._numbers[word]].remove(slot)

    def weights(self, word: str, slots: int, *, closely: bool) -> npt.NDArray[np.float32]:
        """How well each slot's words match one: all of it or its beginning, and if looked at `closely` a part of one.

        Then slips of the keys count, too, if no word begins like this one.
        """
        found = self._found(word, inside=closely)
        if closely and not (found[EXACT] or found[PREFIX]):
            found |= self._slipped(word)
        weights = np.zeros(slots, np.float32)
        for weight in sorted(found):
            for number in found[weight]:
                weights[np.frombuffer(self._slots[number], np.int32)] = weight
        return weights

    def _found(self, word: str, *, inside: bool) -> dict[float, list[int]]:
        """The numbers of the words that a word is, begins, or is in."""
        self._write_new()
        found: dict[float, list[int]] = {EXACT: [], PREFIX: [], INFIX: []}
        exact = self._numbers.get(word)
        if exact is not None and self._slots[exact]:
            found[EXACT].append(exact)
        if word.isdigit() and len(word) == 1:
            return found
        anywhere = (inside and len(word) >= MIN_INFIX_LETTERS) or not word.isascii()
        wanted = word if anywhere else f"\n{word}"
        places = self._places(wanted)
        numbers = np.searchsorted(np.frombuffer(self._starts, np.int32), places, side="right") - 1
        for place, number in zip(places, numbers.tolist(), strict=True):
            if not self._slots[number]:  # no name has it any more
                continue
            begins = not anywhere or self._text[place - 1] == "\n"
            found[PREFIX if begins else INFIX].append(number)
        return found

    def _places(self, wanted: str) -> list[int]:
        places = []
        place = self._text.find(wanted)
        while place >= 0:
            places.append(place)
            place = self._text.find(wanted, place + 1)
        return places

    def _slipped(self, word: str) -> dict[float, list[int]]:
        """The numbers of the words that differ by a letter or two."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(word) < MIN_FUZZY_LETTERS or not word.isalpha():
            return {}
        most = 2 if len(word) >= 2 * MIN_FUZZY_LETTERS else 1
        found: dict[float, list[int]] = {ONE_EDIT: [], TWO_EDITS: []}
        for length in range(len(word) - most, len(word) + most + 1):
            others = self._by_length.get(length, [])
            distances = process.cdist([word], others, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)
            for place in np.flatnonzero(distances[:1] <= most).tolist():
                slips = ONE_EDIT if distances[0, place] == 1 else TWO_EDITS
                found[slips].append(self._numbers[others[place]])
        return found

    def _write_new(self) -> None:
        """Take the words that came since the last search into the text."""
        new = self._all[len(self._starts) :]
        if not new:
            return
        place = len(self._text) - 1  # of the line end before the word: so a match of that finds it, too
        for word in new:
            self._starts.append(place)
            place += len(word) + 1
        self._text += "\n".join(new) + "\n"
