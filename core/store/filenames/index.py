"""The in-memory index of file names: words, prefixes, infixes and typing errors, in any script."""

from __future__ import annotations

import os
import threading
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

import numpy as np
import numpy.typing as npt

from core.store.catalogue.vectors_table import Ids
from core.store.filenames.terms import EXACT, INFIX, PREFIX, FilenameTerms
from core.store.filenames.words import halves, name_variants, name_words, query_words
from core.store.lexical import wildcards
from core.store.lexical.letters import SURROGATE, UNSPACED, fold, normalize
from core.store.lexical.signs import words_with_sign

FOLDER_WEIGHT = 0.4  # of a word found only in a folder's name
INDEXED_FOLDERS = 3  # number of enclosing folders whose names count, from the file upwards
MIN_MATCH_SHARE = 0.6  # share of the query's words that a name must contain
MAX_FUZZY_WORDS = 4  # longer queries are questions, not names, and get no infix or fuzzy matches
FUZZY_PENALTY = 0.25  # subtracted for a fuzzy match after the MIN_MATCH_SHARE test
LENGTH_WEIGHT = 0.03  # share of a score that depends on how much of the name the query covers

Scores = npt.NDArray[np.float32]


class FilenameIndex:
    """File names by file id. Any thread may search while one writes."""

    def __init__(self, files: Iterable[tuple[int, bytes]] = ()) -> None:
        self._lock = threading.Lock()
        self.change_count = 0  # cached results of an older count are outdated
        self._pending = deque[tuple[int, bytes | None]](
            files
        )  # (file id, path or None to remove), applied by the next search
        self._slots: dict[int, int] = {}  # file id -> index into the columns; freed slots are reused
        self._free: list[int] = []
        self._numbers = array("q")
        self._lengths = array("i")
        self._folders = array("i")
        self._names: list[str] = []  # words between blanks; then, one a line, other spellings between blanks
        self._folder_ids: dict[bytes, int] = {}  # raw path -> folder id
        self._folder_names: dict[str, int] = {}  # folded path -> folder id
        self._folder_words = FilenameTerms()  # its slots are folder ids
        self._words = FilenameTerms()

    def __len__(self) -> int:
        with self._up_to_date():
            return len(self._slots)

    def put(self, number: int, path: bytes) -> None:
        with self._lock:
            self.change_count += 1
            self._pending.append((number, path))

    def remove(self, numbers: Iterable[int]) -> None:
        with self._lock:
            self.change_count += 1
            self._pending.extend((number, None) for number in numbers)

    def search(self, text: str, limit: int, among: Ids | None = None) -> list[tuple[int, float]]:
        """Files whose names contain the words of a text, as (file id, score from 0 to 1), best first.

        An exact word counts most, then a prefix, an infix, a fuzzy match, and a word of a folder's name. A name must
        contain `MIN_MATCH_SHARE` of the query. `among` restricts the search to these files.
        """
        words = query_words(text)
        if not words or limit < 1:
            return []
        with self._up_to_date():
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
        """Files whose name contains a text; an asterisk matches anything."""
        pieces = [" ".join(name_words(piece)) for piece in text.split("*")]
        with self._up_to_date():
            return frozenset(n for n, slot in self._slots.items() if _matches_in_order(self._names[slot], pieces))

    def with_words(self, text: str, *, prefix: bool = False) -> frozenset[int]:
        """Files whose name has the words of a text next to each other; in an unspaced script, anywhere in a word.

        With `prefix`, the last word may be the beginning of one. Of wildcards, the name has a word for each.
        """
        text, patterns = wildcards.split(text)
        if patterns:
            return self._with_wildcards(list(map(fold, patterns)))
        phrase = " ".join(name_words(text))
        signs = [f" {word} " for word in words_with_sign(normalize(SURROGATE.sub(" ", text)))]
        if not phrase and not signs:
            return frozenset()
        needle = phrase if UNSPACED.search(phrase) else f" {phrase}" if prefix else f" {phrase} "
        needles = [needle, *signs]
        with self._up_to_date():
            return frozenset(n for n, slot in self._slots.items() if all(one in self._names[slot] for one in needles))

    def _with_wildcards(self, patterns: Sequence[str]) -> frozenset[int]:
        with self._up_to_date():
            slots = set.intersection(*(self._words.slots_of_wildcard(pattern) for pattern in patterns))
            return frozenset(self._numbers[slot] for slot in slots)

    def in_folder(self, text: str) -> frozenset[int]:
        """Files below a folder whose name begins with a text; a slash separates nested folders."""
        needle = "/" + fold(text).strip("/")
        with self._up_to_date():
            return self._in_folders(lambda folder: needle in f"{folder}/")

    def matching_path(self, text: str) -> frozenset[int]:
        """Files whose path contains a text."""
        needle = fold(text)
        head, slash, tail = needle.rpartition("/")
        prefix = " " + " ".join(name_words(tail))
        with self._up_to_date():
            found = self._in_folders(lambda folder: needle in f"{folder}/")
            here = self._in_folders(lambda folder: f"/{folder}".endswith(head)) if slash else frozenset()
            found |= {number for number in here if self._names[self._slots[number]].startswith(prefix)}
        return found if slash else found | self.matching_name(text)

    def process_pending(self, limit: int) -> bool:
        """Apply up to `limit` pending changes ahead of the next search; False if there were none."""
        with self._lock:
            return self._process(limit)

    def _process(self, limit: int | None = None) -> bool:
        changes = list(islice(self._pending, limit))
        for number, path in changes:
            self._forget(number)
            if path is not None:
                self._add(number, path)
        for _ in changes:
            self._pending.popleft()
        return bool(changes)

    @contextmanager
    def _up_to_date(self) -> Iterator[None]:
        """Hold the lock with all pending changes applied."""
        with self._lock:
            self._process()
            yield

    def _in_folders(self, matches: Callable[[str], bool]) -> frozenset[int]:
        folder_ids = {folder_id for folder, folder_id in self._folder_names.items() if matches(folder)}
        return frozenset(number for number, slot in self._slots.items() if self._folders[slot] in folder_ids)

    def _scores(self, words: Sequence[Sequence[str]]) -> Scores:
        """A score for each slot from words and their other spellings; 0 below `MIN_MATCH_SHARE`."""
        total, penalty = (np.zeros(len(self._names), np.float32) for _ in range(2))
        folders = np.frombuffer(self._folders, np.int32)
        for word, *others in words:
            weights = self._words.weights(word, len(self._names), fuzzy=len(words) <= MAX_FUZZY_WORDS)
            for other in others:
                np.maximum(weights, EXACT * self._words.has(other, len(self._names)), out=weights)
            if len(words) <= MAX_FUZZY_WORDS and not wildcards.MARKED_WORD.match(word):
                weights[self._with_halves(word)] = PREFIX
            folder_matches = self._folder_words.weights(word, len(self._folder_names), fuzzy=False) > 0
            if folder_matches.any():
                np.maximum(weights, folder_matches[folders] * np.float32(FOLDER_WEIGHT), out=weights)
            total += weights
            penalty[(weights > FOLDER_WEIGHT) & (weights < INFIX)] += FUZZY_PENALTY
        total /= len(words)
        total = np.where(total < MIN_MATCH_SHARE, 0, total - penalty / len(words))
        lengths = np.maximum(np.frombuffer(self._lengths, np.int32), 1)
        filled = np.minimum(1, sum(len(word[0]) for word in words) / lengths).astype(np.float32)
        return total * (1 - LENGTH_WEIGHT + LENGTH_WEIGHT * filled)

    def _with_halves(self, word: str) -> list[int]:
        """The slots of the names that have a word as two words next to each other."""
        return [
            slot
            for first, second in halves(word)
            for slot in self._words.slots_with_both(first, second)
            if f" {first} {second} " in self._names[slot]
        ]

    def _add(self, number: int, path: bytes) -> None:
        folder, _, named = path.rpartition(b"/")
        name = os.fsdecode(named)
        plain_text = f" {' '.join(name_words(name))} "
        indexed_text = "\n".join([plain_text, *(f" {variant} " for variant in name_variants(name))])
        slot = self._slots[number] = self._free.pop() if self._free else self._new_slot()
        self._numbers[slot] = number
        self._names[slot] = indexed_text
        self._lengths[slot] = len(plain_text) - 2
        self._folders[slot] = self._folder_id(folder)
        self._words.add(slot, indexed_text.split())

    def _new_slot(self) -> int:
        self._names.append("")
        for column in (self._numbers, self._lengths, self._folders):
            column.append(0)
        return len(self._names) - 1

    def _folder_id(self, path: bytes) -> int:
        folder_id = self._folder_ids.get(path)
        if folder_id is None:
            folder = os.fsdecode(path)
            folded = fold(folder)
            folder_id = self._folder_ids[path] = self._folder_names.setdefault(folded, len(self._folder_names))
            self._folder_words.add(folder_id, name_words(" ".join(folder.split("/")[-INDEXED_FOLDERS:])))
        return folder_id

    def _forget(self, number: int) -> None:
        slot = self._slots.pop(number, None)
        if slot is not None:
            self._words.remove(slot, self._names[slot].split())
            self._names[slot] = ""
            self._free.append(slot)


def _matches_in_order(name: str, pieces: Sequence[str]) -> bool:
    """Whether a line of a name has all pieces in order; a regular expression could take exponential time."""
    return pieces[0] in name and any(_line_matches(line, pieces) for line in name.split("\n"))


def _line_matches(line: str, pieces: Sequence[str]) -> bool:
    at = 0
    for piece in pieces:
        found = line.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return True
