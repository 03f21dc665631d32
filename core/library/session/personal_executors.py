"""The query executors of the people who ask one library, each of whom sees only what they may read."""

from __future__ import annotations

import threading
from collections.abc import Callable

from core.library.session.query_executor import QueryExecutor
from core.rights import Person
from core.store.index_set import Indexes

MAX_PEOPLE = 32  # with an executor each; the one who has asked nothing for the longest time makes room


class PersonalExecutors:
    """Makes and keeps them for the indexes in use; any thread may call it."""

    def __init__(self, make: Callable[[Indexes, Person], QueryExecutor]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._executors: dict[Person, QueryExecutor] = {}
        self._closed = False

    def of(self, person: Person, indexes: Indexes) -> QueryExecutor:
        """The executor of a person as they are now: with other groups they have another one."""
        with self._lock:
            executor = self._executors.pop(person, None)
            if executor is None or executor.indexes is not indexes:
                if executor is not None:
                    executor.close()
                executor = self._make(indexes, person)
                if self._closed:
                    executor.close()
            self._executors[person] = executor
            while len(self._executors) > MAX_PEOPLE:
                self._executors.pop(next(iter(self._executors))).close()
            return executor

    def release_memory(self) -> None:
        """Give back memory that only searching needs."""
        with self._lock:
            for executor in self._executors.values():
                executor.release_memory()

    def close(self) -> None:
        """Close all of them, and what is made from now on."""
        with self._lock:
            self._closed = True
            for executor in self._executors.values():
                executor.close()
