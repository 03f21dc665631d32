"""The last searches and the last opened documents of one person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from core.library.remembered.private_file import delete, load_list, save_list

HISTORY_NAME = "history.json"  # in the library's folder
MAX_ENTRIES = 50  # of each kind
MAX_CHARS = 4096  # of a search or a path; a longer one is not remembered

EntryKind = Literal["search", "document"]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A search (its text) or an opened document (its path), and when it was used last, in seconds since 1970."""

    kind: EntryKind
    text: str
    when: float


class History:
    """A part of `Library`: what was searched for and opened last, newest first.

    Any thread may call it. Nothing is remembered, and nothing returned, while `enabled` returns False or in a library
    that is only read. A file that cannot be written is no error: then the history lasts as long as the program.
    """

    def __init__(self, root: Path, *, writable: bool, enabled: Callable[[], bool]) -> None:
        self._path = root / HISTORY_NAME
        self._writable, self._enabled = writable, enabled
        self._lock = threading.Lock()
        self._entries: list[HistoryEntry] | None = None  # newest first; None until the file is read

    def searches(self, limit: int = MAX_ENTRIES) -> list[HistoryEntry]:
        """The last searches."""
        return self._of_kind("search", limit)

    def documents(self, limit: int = MAX_ENTRIES) -> list[HistoryEntry]:
        """The last opened documents; some may be gone meanwhile."""
        return self._of_kind("document", limit)

    def add_search(self, text: str, when: float | None = None) -> None:
        """Remember a search; it replaces the last one if that was only its beginning."""
        self._add("search", " ".join(text.split()), when)

    def add_document(self, path: str, when: float | None = None) -> None:
        """Remember that a document was opened."""
        self._add("document", path, when)

    def remove(self, entry: HistoryEntry) -> None:
        """Forget one entry."""
        with self._lock:
            self._keep([other for other in self._loaded() if (other.kind, other.text) != (entry.kind, entry.text)])

    def clear(self) -> None:
        """Forget everything, and delete the file and its copy."""
        with self._lock:
            self._entries = []
            if self._writable:
                delete(self._path)

    def _of_kind(self, kind: EntryKind, limit: int) -> list[HistoryEntry]:
        if not self._enabled():
            return []
        with self._lock:
            return [entry for entry in self._loaded() if entry.kind == kind][:limit]

    def _add(self, kind: EntryKind, text: str, when: float | None) -> None:
        if not (text and len(text) <= MAX_CHARS and self._writable and self._enabled()):
            return
        entry = HistoryEntry(kind, text, time.time() if when is None else when)
        with self._lock:
            same = [other for other in self._loaded() if other.kind == kind and other.text != text]
            if kind == "search" and same and text.startswith(same[0].text):
                del same[0]
            others = [other for other in self._loaded() if other.kind != kind]
            self._keep(sorted([entry, *same][:MAX_ENTRIES] + others, key=lambda one: -one.when))

    def _loaded(self) -> list[HistoryEntry]:
        if self._entries is None:
            found = [
                entry for item in load_list(self._path, writable=self._writable) if (entry := _entry(item)) is not None
            ]
            self._entries = sorted(found, key=lambda entry: -entry.when)
        return self._entries

    def _keep(self, entries: list[HistoryEntry]) -> None:
        self._entries = entries
        if self._writable:
            with suppress(OSError):  # a full disk: searching goes on
                save_list(self._path, [asdict(entry) for entry in entries])


def _entry(item: Any) -> HistoryEntry | None:
    """An entry of the file; None for what is none."""
    if not isinstance(item, dict):
        return None
    kind, text, when = item.get("kind"), item.get("text"), item.get("when")
    if kind not in get_args(EntryKind) or not isinstance(text, str) or not isinstance(when, int | float):
        return None
    return HistoryEntry(cast("EntryKind", kind), text, float(when))
