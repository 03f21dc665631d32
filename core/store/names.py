"""The names of files, held in memory: found by parts of words, in any script, at once."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from functools import lru_cache

from core.store.analysis import UNSPACED, fold

WORD = re.compile(r"[^\W_]+")
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
FOLDER_WEIGHT = 0.4  # of a word found in the folder's name only
ENOUGH = 0.6  # the share of a query's words that a name must hold


class Names:
    """File names under their ids. Any thread may search while one changes it."""

    def __init__(self, files: Iterable[tuple[int, bytes]] = ()) -> None:
        self._lock = threading.Lock()
        self._names: dict[int, tuple[str, str]] = {number: _folded(path) for number, path in files}

    def __len__(self) -> int:
        return len(self._names)

    def put(self, number: int, path: bytes) -> None:
        entry = _folded(path)
        with self._lock:
            self._names[number] = entry

    def drop(self, numbers: Iterable[int]) -> None:
        with self._lock:
            for number in numbers:
                self._names.pop(number, None)

    def search(self, text: str, limit: int) -> list[tuple[int, float]]:
        """The files whose names hold the words of a text, as (file id, score from 0 to 1), best first.

        A word counts where it begins a word of the name, less inside one; a name must hold most of the query.
        """
        words = _words(text)
        if not words:
            return []
        with self._lock:
            entries = list(self._names.items())
        scored = [(number, _score(words, name, folder)) for number, (name, folder) in entries]
        found = [(number, score) for number, score in scored if score > 0]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return found[:limit]


def _folded(path: bytes) -> tuple[str, str]:
    above, _, name = path.rpartition(b"/")
    spread = CAMEL.sub(" ", os.fsdecode(name))
    return " " + " ".join(WORD.findall(fold(spread))), _folded_folder(above.rpartition(b"/")[2])


@lru_cache(maxsize=4096)
def _folded_folder(name: bytes) -> str:
    return " " + fold(os.fsdecode(name))


def _words(text: str) -> list[str]:
    words = WORD.findall(fold(text))
    return [word for word in dict.fromkeys(words) if len(word) > 1 or UNSPACED.match(word) or word.isdigit()]


def _score(words: list[str], name: str, folder: str) -> float:
    total = sum(_weight(word, name, folder) for word in words) / len(words)
    if total < ENOUGH:
        return 0.0
    return total * (0.9 + 0.1 * sum(map(len, words)) / max(len(name), 1))


def _weight(word: str, name: str, folder: str) -> float:
    if f" {word}" in name:
        return 1.0
    if len(word) > 2 or not word.isascii():
        if word in name:
            return 0.8
        if word in folder:
            return FOLDER_WEIGHT
    return 0.0
