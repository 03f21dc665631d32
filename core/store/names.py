"""The names of files, held in memory: found by words, their beginnings, parts of them and slips, in any script."""

from __future__ import annotations

import os
import re
import threading
from array import array
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from core.store.analysis import UNSPACED, fold
from core.store.name_words import INSIDE, NameWords
from core.store.vector_rows import Ids

WORD = re.compile(r"[^\W_]+")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # camelCase, PDFReader
FOLDER_WEIGHT = 0.4  # of a word found in the folders' names only
FOLDERS = 3  # how many of them, from the file upwards
ENOUGH = 0.6  # the share of a query's words that a name must hold
NAMED = 4  # words; who types more does not spell out a name: parts of words and slips do not count
DOUBT = 0.25  # what a word with a slip counts less in the end
FILLED = 0.03  # how much of a score is for a name that holds little else

Scores = npt.NDArray[np.float32]


class Names:
    """File names under their ids. Any thread may search while one changes it."""

    def __init__(self, files: Iterable[tuple[int, bytes]] = ()) -> None:
        self._lock = threading.Lock()
        self.changes = 0  # counted, so that what was found out about them is known to be old
        self._slots: dict[int, int] = {}  # a file's place in the columns, which another takes when it is gone
        self._free: list[int] = []
        self._numbers = array("q")
        self._lengths = array("i")
        self._folders = array("i")
        self._names: list[str] = []  # words between blanks, then, a line each, those that were written as one
        self._known: dict[str, int] = {}  # folders as they are written
        self._places: dict[str, int] = {}  # folders, folded
        self._folder_words = NameWords()  # its slots are places
        self._words = NameWords()
        for number, path in files:
            self._add(number, path)

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, number: int, path: bytes) -> None:
        with self._lock:
            self.changes += 1
            self._forget(number)
            self._add(number, path)

    def drop(self, numbers: Iterable[int]) -> None:
        with self._lock:
            self.changes += 1
            for number in numbers:
                self._forget(number)

    def search(self, text: str, limit: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The files whose names hold the words of a text, as (file id, score from 0 to 1), best first.

        A whole word counts most, then its beginning, a part of one, one with a slip, and one of a folder's name; a
        name must hold most of the query. Only files of `among` are found, if it is given.
        """
        words = _words(text)
        if not words or limit < 1:
            return []
        with self._lock:
            scores = self._scores(words)
            found = np.flatnonzero(scores)
            numbers = np.frombuffer(self._numbers, np.int64)[found]
            scores = scores[found]
        if among is not None:
            kept = np.isin(numbers, among)
            numbers, scores = numbers[kept], scores[kept]
        order = np.lexsort((numbers, -scores))[:limit]
        return [(int(numbers[i]), float(scores[i])) for i in order]

    def named(self, text: str) -> frozenset[int]:
        """The files with a text in their name; an asterisk in it stands for anything."""
        pieces = [" ".join(_spread(piece)) for piece in text.split("*")]
        wanted = re.compile(".*".join(map(re.escape, pieces)))
        with self._lock:
            return frozenset(n for n, slot in self._slots.items() if wanted.search(self._names[slot]))

    def holding(self, text: str, *, begun: bool = False) -> frozenset[int]:
        """The files whose name has the words of a text side by side; in an unspaced script, anywhere in a word.

        Of the last word, only the beginning is asked for if it is only `begun`.
        """
        words = _spread(text)
        if not words:
            return frozenset()
        said = " ".join(words)
        wanted = said if UNSPACED.search(said) else f" {said}" if begun else f" {said} "
        with self._lock:
            return frozenset(n for n, slot in self._slots.items() if wanted in self._names[slot])

    def inside(self, text: str) -> frozenset[int]:
        """The files in a folder whose name begins with a text, at any depth; a slash leads to a folder in a folder."""
        wanted = "/" + fold(text).strip("/")
        return self._in_folders({place for folder, place in self._places.items() if wanted in f"{folder}/"})

    def along(self, text: str) -> frozenset[int]:
        """The files with a text anywhere in their path."""
        wanted = fold(text)
        found = self._in_folders({place for folder, place in self._places.items() if wanted in f"{folder}/"})
        head, slash, tail = wanted.rpartition("/")
        if not slash:
            return found | self.named(text)
        here = self._in_folders({place for folder, place in self._places.items() if f"/{folder}".endswith(head)})
        begun = " " + " ".join(_spread(tail))
        with self._lock:
            return found | {n for n in here if self._names[self._slots[n]].startswith(begun)}

    def _in_folders(self, places: Collection[int]) -> frozenset[int]:
        with self._lock:
            return frozenset(n for n, slot in self._slots.items() if self._folders[slot] in places)

    def _scores(self, words: Sequence[str]) -> Scores:
        """A score a slot, 0 where too little of the query is in the name."""
        total, doubt = (np.zeros(len(self._names), np.float32) for _ in range(2))
        folders = np.frombuffer(self._folders, np.int32)
        for word in words:
            weights = self._words.weights(word, len(self._names), closely=len(words) <= NAMED)
            near = self._folder_words.weights(word, len(self._places), closely=False) > 0
            if near.any():
                np.maximum(weights, near[folders] * np.float32(FOLDER_WEIGHT), out=weights)
            total += weights
            doubt[(weights > FOLDER_WEIGHT) & (weights < INSIDE)] += DOUBT
        total /= len(words)
        total = np.where(total < ENOUGH, 0, total - doubt / len(words))
        lengths = np.maximum(np.frombuffer(self._lengths, np.int32), 1)
        filled = np.minimum(1, sum(map(len, words)) / lengths).astype(np.float32)
        return total * (1 - FILLED + FILLED * filled)

    def _add(self, number: int, path: bytes) -> None:
        folder, name = os.path.split(os.fsdecode(path))
        words = _spread(name)
        spoken = f" {' '.join(words)} "
        joined = [fold(hump) for hump in WORD.findall(name) if HUMP.search(hump)]
        slot = self._slots[number] = self._free.pop() if self._free else self._new_slot()
        self._numbers[slot] = number
        self._names[slot] = "\n".join([spoken, *joined])
        self._lengths[slot] = len(spoken) - 2
        self._folders[slot] = self._place(folder)
        self._words.add(slot, self._names[slot].split())

    def _new_slot(self) -> int:
        self._names.append("")
        for column in (self._numbers, self._lengths, self._folders):
            column.append(0)
        return len(self._names) - 1

    def _place(self, folder: str) -> int:
        place = self._known.get(folder)
        if place is None:
            folded = fold(folder)
            place = self._known[folder] = self._places.setdefault(folded, len(self._places))
            self._folder_words.add(place, _spread(" ".join(folder.split("/")[-FOLDERS:])))
        return place

    def _forget(self, number: int) -> None:
        slot = self._slots.pop(number, None)
        if slot is not None:
            self._words.remove(slot, self._names[slot].split())
            self._names[slot] = ""
            self._free.append(slot)


def _spread(name: str) -> list[str]:
    """The words of a name, folded; where a small letter meets a capital one begins."""
    return WORD.findall(fold(HUMP.sub(" ", name)))


def _words(text: str) -> list[str]:
    words = WORD.findall(fold(text))
    return [word for word in dict.fromkeys(words) if len(word) > 1 or UNSPACED.match(word) or word.isdigit()]
