"""The names of files, held in memory: found by words, their beginnings, parts of them and slips, in any script."""

from __future__ import annotations

import os
import re
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import numpy as np
import numpy.typing as npt

from core.store.catalogue.vectors_table import Ids
from core.store.filenames.terms import INFIX, FilenameTerms
from core.store.lexical.analyzers import UNSPACED, fold

WORD_PATTERN = re.compile(r"[^\W_]+")
CASE_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # camelCase, PDFReader
FOLDER_WEIGHT = 0.4  # of a word found in the folders' names only
INDEXED_FOLDERS = 3  # how many of them, from the file upwards
MIN_MATCH_SHARE = 0.6  # the share of a query's words that a name must hold
MAX_FUZZY_WORDS = 4  # words; who types more does not spell out a name: parts of words and slips do not count
FUZZY_PENALTY = 0.25  # what a word with a slip counts less in the end
LENGTH_WEIGHT = 0.03  # how much of a score is for a name that holds little else

Scores = npt.NDArray[np.float32]


class FilenameIndex:
    """File names under their ids. Any thread may search while one changes it."""

    def __init__(self, files: Iterable[tuple[int, bytes]] = ()) -> None:
        self._lock = threading.Lock()
        self.change_count = 0  # counted, so that what was found out about them is known to be old
        self._untold = deque[tuple[int, bytes | None]](files)  # for the first question
        self._slots: dict[int, int] = {}  # a file's place in the columns, which another takes when it is gone
        self._free: list[int] = []
        self._numbers = array("q")
        self._lengths = array("i")
        self._folders = array("i")
        self._names: list[str] = []  # words between blanks, then, a line each, those that were written as one
        self._known: dict[bytes, int] = {}  # folders as they are written
        self._places: dict[str, int] = {}  # folders, folded
        self._folder_words = FilenameTerms()  # its slots are places
        self._words = FilenameTerms()

    def __len__(self) -> int:
        with self._told():
            return len(self._slots)

    def put(self, number: int, path: bytes) -> None:
        with self._lock:
            self.change_count += 1
            self._untold.append((number, path))

    def remove(self, numbers: Iterable[int]) -> None:
        with self._lock:
            self.change_count += 1
            self._untold.extend((number, None) for number in numbers)

    def search(self, text: str, limit: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """The files whose names hold the words of a text, as (file id, score from 0 to 1), best first.

        A whole word counts most, then its beginning, a part of one, one with a slip, and one of a folder's name; a
        name must hold most of the query. Only files of `among` are found, if it is given.
        """
        words = _query_words(text)
        if not words or limit < 1:
            return []
        with self._told():
            scores = self._scores(words)
            found = np.flatnonzero(scores)
            numbers = np.frombuffer(self._numbers, np.int64)[found]
            scores = scores[found]
        if among is not None:
            kept = np.isin(numbers, among)
            numbers, scores = numbers[kept], scores[kept]
        order = np.lexsort((numbers, -scores))[:limit]
        return [(int(numbers[i]), float(scores[i])) for i in order]

    def matching_name(self, text: str) -> frozenset[int]:
        """The files with a text in their name; an asterisk in it stands for anything."""
        pieces = [" ".join(_name_words(piece)) for piece in text.split("*")]
        with self._told():
            return frozenset(n for n, slot in self._slots.items() if _matches_in_order(self._names[slot], pieces))

    def with_words(self, text: str, *, prefix: bool = False) -> frozenset[int]:
        """The files whose name has the words of a text side by side; in an unspaced script, anywhere in a word.

        Of the last word, only the beginning is asked for if it is only `prefix`.
        """
        words = _name_words(text)
        if not words:
            return frozenset()
        said = " ".join(words)
        wanted = said if UNSPACED.search(said) else f" {said}" if prefix else f" {said} "
        with self._told():
            return frozenset(n for n, slot in self._slots.items() if wanted in self._names[slot])

    def in_folder(self, text: str) -> frozenset[int]:
        """The files in a folder whose name begins with a text, at any depth; a slash leads to a folder in a folder."""
        wanted = "/" + fold(text).strip("/")
        with self._told():
            return self._in_folders(lambda folder: wanted in f"{folder}/")

    def matching_path(self, text: str) -> frozenset[int]:
        """The files with a text anywhere in their path."""
        wanted = fold(text)
        head, slash, tail = wanted.rpartition("/")
        prefix = " " + " ".join(_name_words(tail))
        with self._told():
            found = self._in_folders(lambda folder: wanted in f"{folder}/")
            here = self._in_folders(lambda folder: f"/{folder}".endswith(head)) if slash else frozenset()
            found |= {number for number in here if self._names[self._slots[number]].startswith(prefix)}
        return found if slash else found | self.matching_name(text)

    def process_pending(self, most: int) -> bool:
        """Put some of the names told in their place before anybody asks; False if there were none."""
        with self._lock:
            return self._take_up(most)

    def _take_up(self, most: int | None = None) -> bool:
        untold = list(islice(self._untold, most))
        for number, path in untold:
            self._forget(number)
            if path is not None:
                self._add(number, path)
        for _ in untold:
            self._untold.popleft()
        return bool(untold)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Hold the lock, with every name in its place."""
        with self._lock:
            self._take_up()
            yield

    def _in_folders(self, fits: Callable[[str], bool]) -> frozenset[int]:
        places = {place for folder, place in self._places.items() if fits(folder)}
        return frozenset(number for number, slot in self._slots.items() if self._folders[slot] in places)

    def _scores(self, words: Sequence[str]) -> Scores:
        """A score a slot, 0 where too little of the query is in the name."""
        total, doubt = (np.zeros(len(self._names), np.float32) for _ in range(2))
        folders = np.frombuffer(self._folders, np.int32)
        for word in words:
            weights = self._words.weights(word, len(self._names), closely=len(words) <= MAX_FUZZY_WORDS)
            near = self._folder_words.weights(word, len(self._places), closely=False) > 0
            if near.any():
                np.maximum(weights, near[folders] * np.float32(FOLDER_WEIGHT), out=weights)
            total += weights
            doubt[(weights > FOLDER_WEIGHT) & (weights < INFIX)] += FUZZY_PENALTY
        total /= len(words)
        total = np.where(total < MIN_MATCH_SHARE, 0, total - doubt / len(words))
        lengths = np.maximum(np.frombuffer(self._lengths, np.int32), 1)
        filled = np.minimum(1, sum(map(len, words)) / lengths).astype(np.float32)
        return total * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * filled)

    def _add(self, number: int, path: bytes) -> None:
        folder, _, named = path.rpartition(b"/")
        name = os.fsdecode(named)
        words = _name_words(name)
        spoken = written = f" {' '.join(words)} "
        if CASE_BOUNDARY.search(name):
            written = "\n".join(
                [spoken, *(fold(hump) for hump in WORD_PATTERN.findall(name) if CASE_BOUNDARY.search(hump))]
            )
        slot = self._slots[number] = self._free.pop() if self._free else self._new_slot()
        self._numbers[slot] = number
        self._names[slot] = written
        self._lengths[slot] = len(spoken) - 2
        self._folders[slot] = self._place(folder)
        self._words.add(slot, written.split())

    def _new_slot(self) -> int:
        self._names.append("")
        for column in (self._numbers, self._lengths, self._folders):
            column.append(0)
        return len(self._names) - 1

    def _place(self, path: bytes) -> int:
        place = self._known.get(path)
        if place is None:
            folder = os.fsdecode(path)
            folded = fold(folder)
            place = self._known[path] = self._places.setdefault(folded, len(self._places))
            self._folder_words.add(place, _name_words(" ".join(folder.split("/")[-INDEXED_FOLDERS:])))
        return place

    def _forget(self, number: int) -> None:
        slot = self._slots.pop(number, None)
        if slot is not None:
            self._words.remove(slot, self._names[slot].split())
            self._names[slot] = ""
            self._free.append(slot)


def _name_words(name: str) -> list[str]:
    """The words of a name, folded; where a small letter meets a capital one begins."""
    return WORD_PATTERN.findall(fold(CASE_BOUNDARY.sub(" ", name)))


def _matches_in_order(name: str, pieces: Sequence[str]) -> bool:
    """Whether a line of a name has all pieces in their order; in any other way than one by one that may take ages."""
    return pieces[0] in name and any(_line_matches(line, pieces) for line in name.split("\n"))


def _line_matches(line: str, pieces: Sequence[str]) -> bool:
    at = 0
    for piece in pieces:
        found = line.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _query_words(text: str) -> list[str]:
    words = WORD_PATTERN.findall(fold(text))
    return [word for word in dict.fromkeys(words) if len(word) > 1 or UNSPACED.match(word) or word.isdigit()]
