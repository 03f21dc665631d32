"""Keeps the tags of files in step with their extended attributes: at each event, and of all files after a scan."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from core.store.catalogue.catalogue import Catalogue
from core.watch.tags import tags_of

FILES_PER_ROUND = 100
STEP_SECONDS = 0.05  # an attribute takes some microseconds on a disk, a round trip on a network folder


class TagStage:
    """Reads tags on the indexer's thread. A change of tags alone changes no time that a scan compares."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._next: int | None = None  # the last file of a check of all files; None while there is none
        self._changed = False

    def check_all(self) -> None:
        """Have the tags of all files read again by the next steps."""
        self._next = 0

    def refresh(self, paths: Collection[bytes]) -> None:
        """Read the tags of some files that are in the catalogue."""
        self._compare(self._catalogue.tags.files_at(paths))

    def step(self) -> bool:
        """Read the tags of some files again; False if there is nothing to do."""
        if self._next is None:
            return False
        end = time.monotonic() + STEP_SECONDS
        while self._next is not None and time.monotonic() < end:
            files = self._catalogue.tags.files_after(self._next, FILES_PER_ROUND)
            self._compare(files)
            self._next = max(files) if len(files) == FILES_PER_ROUND else None
        return True

    def take_changed(self) -> bool:
        """Whether tags have changed since the last call."""
        changed, self._changed = self._changed, False
        return changed

    def _compare(self, files: Mapping[int, bytes]) -> None:
        """Store the tags of files by id where they are others than those known."""
        known = self._catalogue.tags.of(files)
        found = {number: tags_of(path) for number, path in files.items()}
        changed = {
            number: tags for number, tags in found.items() if tags is not None and tags != known.get(number, set())
        }
        if changed:
            with self._catalogue.transaction():
                self._catalogue.tags.put(changed)
            self._changed = True
