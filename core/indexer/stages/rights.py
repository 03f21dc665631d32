"""Keeps who may read each file in step with the disk: at each event, below changed folders, and of all after a scan."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping

from core.rights import RuleReader
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.rules_table import RuledFile

FILES_PER_ROUND = 500
STEP_SECONDS = 0.05  # a file takes some ten microseconds on a disk
EVERYTHING = b"/"


class RightsStage:
    """Reads rules on the indexer's thread. A change of a rule alone has no file read or embedded again."""

    def __init__(self, catalogue: Catalogue, *, keeps: bool) -> None:
        """Without `keeps` nothing is read, and what is known is forgotten: in a library that only its owner asks."""
        self._catalogue, self._keeps = catalogue, keeps
        self._below: dict[bytes, bytes] = {}  # paths below which all files are checked, and the last one that was
        self._changed = False
        if not keeps:
            with catalogue.transaction():
                catalogue.rules.clear()

    def check_all(self) -> None:
        """Have the rules of all files read again by the next steps."""
        self.check_below(EVERYTHING)

    def check_below(self, path: bytes) -> None:
        """Have the rules of a path and of all files below it read again by the next steps."""
        if self._keeps:
            self._below[path] = b""

    def refresh(self, paths: Collection[bytes]) -> None:
        """Read the rules of some files that are in the catalogue."""
        if self._keeps and paths:
            self._compare(self._catalogue.rules.files_at(paths))

    def step(self) -> bool:
        """Read some rules again; False if there is nothing to do."""
        end = time.monotonic() + STEP_SECONDS
        worked = bool(self._below)
        while self._below and time.monotonic() < end:
            path, last = next(iter(self._below.items()))
            files = self._catalogue.rules.files_below(path, last, FILES_PER_ROUND)
            self._compare(files)
            if len(files) >= FILES_PER_ROUND:
                self._below[path] = max(file.path for file in files.values())
            else:
                del self._below[path]
        return worked

    def take_changed(self) -> bool:
        """Whether rules have changed since the last call."""
        changed, self._changed = self._changed, False
        return changed

    def _compare(self, files: Mapping[int, RuledFile]) -> None:
        """Store the rules of files by id where they are others than those known."""
        reader = RuleReader()
        found = {number: _rule(file, reader) for number, file in files.items()}
        changed = {number: rule for number, rule in found.items() if rule != files[number].rule}
        if changed:
            with self._catalogue.transaction():
                self._catalogue.rules.put(changed)
            self._changed = True


def _rule(file: RuledFile, reader: RuleReader) -> str | None:
    """The rule of a file; None if it cannot be told, or if the file is another one than that which is known."""
    found = reader.file(file.path, file.top)
    if found is None:
        return None
    status, rule = found
    now = KnownFile.of(file.stat.id, status.st_size, status.st_mtime_ns, status.st_ino)
    return rule if now == file.stat else None
