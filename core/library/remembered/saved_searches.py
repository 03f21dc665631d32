"""The searches that a user saved, and what is new among the documents that match them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.library.queries import Queries
from core.library.remembered.private_file import load_list, save_list

SAVED_NAME = "searches.json"  # in the library's folder
MAX_SEARCHES = 100
MAX_CHARS = 4096  # of a query
MAX_NAME = 200
MAX_KNOWN = 20_000  # matches that are told from new ones; a search with more tells nothing


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query under a name that no other one has.

    `notify`: whether the user wants to hear of new matches. `known` are the ids of the documents that matched when it
    was checked last, None before the first time.
    """

    name: str
    query: str
    notify: bool = False
    known: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class SavedSearchCheck:
    """How many documents match a saved search by name and words, and the paths of those that are new since the last."""

    name: str
    matches: int
    new: tuple[str, ...] = ()


class SavedSearches:
    """A part of `Library`. Any thread may call it; in a library that is only read nothing can be changed."""

    def __init__(self, root: Path, queries: Queries, *, writable: bool) -> None:
        self._path, self._queries, self._writable = root / SAVED_NAME, queries, writable
        self._lock = threading.Lock()
        self._searches: list[SavedSearch] | None = None  # None until the file is read

    def all(self) -> list[SavedSearch]:
        """The saved searches, in the order in which they were saved."""
        with self._lock:
            return list(self._loaded())

    def save(self, name: str, query: str, *, notify: bool = False, place: int | None = None) -> SavedSearch:
        """Save a query, last or at a place; a name that is taken gets a number."""
        with self._lock:
            searches = self._loaded()
            search = SavedSearch(_unique(name, searches), query.strip()[:MAX_CHARS], notify)
            place = len(searches) if place is None else place
            self._keep([*searches[:place], search, *searches[place:]][:MAX_SEARCHES])
        return search

    def change(self, name: str, *, new_name: str | None = None, notify: bool | None = None) -> None:
        """Rename a search, or turn its notifications on or off."""

        def changed(search: SavedSearch) -> SavedSearch:
            others = [other for other in self._loaded() if other.name != name]
            return replace(
                search,
                name=search.name if new_name is None else _unique(new_name, others),
                notify=search.notify if notify is None else notify,
            )

        self._replace(name, changed)

    def remove(self, name: str) -> int:
        """Remove a search; returns the place from which it was removed, with which `save` undoes that."""
        with self._lock:
            searches = self._loaded()
            place = next((at for at, search in enumerate(searches) if search.name == name), len(searches))
            self._keep([search for search in searches if search.name != name])
        return place

    def check(self, name: str) -> SavedSearchCheck | None:
        """Count the documents that match a search by name and words, and remember them; None if it is gone.

        The first check has nothing new, and one with more than `MAX_KNOWN` matches never has. Waits as a search does.
        """
        search = next((search for search in self.all() if search.name == name), None)
        if search is None:
            return None
        found = dict(self._queries.matching_files(search.query))
        if len(found) > MAX_KNOWN:
            return SavedSearchCheck(name, len(found))
        known = frozenset(found)
        new = () if search.known is None else tuple(sorted(found[one] for one in known - search.known))
        if known != search.known:
            self._replace(name, lambda search: replace(search, known=known))
        return SavedSearchCheck(name, len(found), new)

    def _replace(self, name: str, change: Callable[[SavedSearch], SavedSearch]) -> None:
        with self._lock:
            self._keep([change(search) if search.name == name else search for search in self._loaded()])

    def _loaded(self) -> list[SavedSearch]:
        if self._searches is None:
            self._searches = []
            for item in load_list(self._path, writable=self._writable):
                search = _search(item)
                if search is not None and all(other.name != search.name for other in self._searches):
                    self._searches.append(search)
        return self._searches

    def _keep(self, searches: list[SavedSearch]) -> None:
        self._searches = searches
        if self._writable:
            with suppress(OSError):  # a full disk: they last as long as the program
                save_list(self._path, [_item(search) for search in searches])


def _item(search: SavedSearch) -> dict[str, Any]:
    return asdict(search) | {"known": None if search.known is None else sorted(search.known)}


def _search(item: Any) -> SavedSearch | None:
    """A search of the file; None for what is none."""
    if not isinstance(item, dict):
        return None
    name, query, notify, known = (item.get(key) for key in ("name", "query", "notify", "known"))
    if not (isinstance(name, str) and name and isinstance(query, str) and query):
        return None
    ids = isinstance(known, list) and all(isinstance(one, int) for one in known)
    return SavedSearch(name, query, notify is True, frozenset(known) if ids else None)  # type: ignore[arg-type]


def _unique(name: str, others: list[SavedSearch]) -> str:
    name = " ".join(name.split())[:MAX_NAME] or "?"
    taken = {other.name for other in others}
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name} {number}", number + 1
    return unique
