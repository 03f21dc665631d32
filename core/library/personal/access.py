"""How queries reach the catalogue: as the owner, or as a person with what they may read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.document import Hit
from core.errors import FindlingError
from core.library.session.manager import SessionManager
from core.library.session.query_executor import QueryExecutor
from core.rights import Person
from core.store.catalogue.catalogue import Catalogue


class Access:
    """The access of one person to a library; without a person, that of its owner."""

    def __init__(self, sessions: SessionManager, person: Person | None = None) -> None:
        self._sessions, self._person = sessions, person

    def executor(self) -> QueryExecutor:
        """The query executor in use; waits until the indexes are open."""
        return self._sessions.current.executor(self._person)

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The catalogue, of a person with the files that this person may read; for one thread at a time."""
        if self._person is None:
            with self._sessions.catalogue() as catalogue:
                yield catalogue
            return
        with self.executor().searcher.reading() as readable:
            if readable is None:  # the session is being replaced
                raise FindlingError("library.changing_settings")
            yield readable

    def readable_now(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits without what the person may not read any more, by the disk as it is at this moment."""
        if self._person is None or not hits:
            return list(hits)
        paths = {path for hit in hits for one in (hit, *hit.versions) for path in (one.path, *one.also_at)}
        readable = self.executor().searcher.readable_now(paths)
        return [shown for hit in hits if (shown := _with_paths(hit, readable)) is not None]


def _with_paths(hit: Hit, readable: Collection[str]) -> Hit | None:
    """The hit with the files among some, also in its versions; one of these takes its place where it is gone."""
    kept = [
        replace(one, also_at=tuple(path for path in one.also_at if path in readable), versions=())
        for one in (hit, *hit.versions)
        if one.path in readable
    ]
    return replace(kept[0], versions=tuple(kept[1:])) if kept else None
