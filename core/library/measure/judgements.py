"""The queries of one person with the documents that were opened from their results, kept only if the person agreed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core import checked_json
from core.embed.query_adapter import forget
from core.errors import LibraryLockedError
from core.library.access.directory import storage_error
from core.library.remembered.private_file import load_list, save_list

JUDGEMENTS_NAME = "judgements.json"  # in the library's folder
MAX_JUDGEMENTS = 5_000  # the oldest ones are dropped
MAX_CHARS = 4096  # of a query or a path


@dataclass(frozen=True, slots=True)
class Judgement:
    """A document that was opened from the results of a query, and when it was last, in seconds since 1970."""

    query: str
    path: str
    when: float


class Judgements:
    """A part of `Library`: what was opened for which query, oldest first.

    Any thread may call it. Nothing is added while `enabled` returns False or in a library that is only read. A file
    that cannot be written is no error: then the judgements last as long as the program.
    """

    def __init__(self, root: Path, *, writable: bool, enabled: Callable[[], bool]) -> None:
        self._path = root / JUDGEMENTS_NAME
        self._writable, self._enabled = writable, enabled
        self._lock = threading.Lock()
        self._judgements: list[Judgement] | None = None  # None until the file is read

    def all(self) -> list[Judgement]:
        """All judgements, oldest first."""
        with self._lock:
            return list(self._loaded())

    def add(self, query: str, path: str, when: float | None = None) -> None:
        """Remember that a document was opened from the results of a query; again only moves it to the end."""
        query = " ".join(query.split())
        if not (query and path and len(query) <= MAX_CHARS and len(path) <= MAX_CHARS):
            return
        if not (self._writable and self._enabled()):
            return
        new = Judgement(query, path, time.time() if when is None else when)
        with self._lock:
            others = [other for other in self._loaded() if (other.query, other.path) != (query, path)]
            self._judgements = [*others, new][-MAX_JUDGEMENTS:]
            with suppress(OSError):  # a full disk: searching goes on
                save_list(self._path, [asdict(one) for one in self._judgements])

    def clear(self) -> None:
        """Forget everything, and delete the file. Raises FindlingError if it cannot be; then all is kept."""
        if not self._writable:
            raise LibraryLockedError("library.read_only", folder=self._path.parent)
        with self._lock:
            try:
                checked_json.delete(self._path)
                forget(self._path.parent)  # it was learnt from them
            except OSError as error:
                raise storage_error(self._path.parent, error) from error
            self._judgements = []

    def by_query(self) -> dict[str, frozenset[str]]:
        """The paths that were opened for each query, without documents that are gone."""
        opened: dict[str, set[str]] = {}
        for one in self.all():
            if os.path.lexists(one.path):
                opened.setdefault(one.query, set()).add(one.path)
        return {query: frozenset(paths) for query, paths in opened.items()}

    def _loaded(self) -> list[Judgement]:
        if self._judgements is None:
            found = [
                one for item in load_list(self._path, writable=self._writable) if (one := _judgement(item)) is not None
            ]
            self._judgements = sorted(found, key=lambda one: one.when)[-MAX_JUDGEMENTS:]
        return self._judgements


def _judgement(item: Any) -> Judgement | None:
    """A judgement of the file; None for what is none."""
    if not isinstance(item, dict):
        return None
    query, path, when = item.get("query"), item.get("path"), item.get("when")
    if not (isinstance(query, str) and query and isinstance(path, str) and path):
        return None
    if not isinstance(when, int | float) or isinstance(when, bool):
        return None
    return Judgement(query, path, float(when))
