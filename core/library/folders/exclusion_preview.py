"""Previews the effect of a folder's exclusions: counts the files that they hide or include again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.events import ExclusionEffect
from core.watch.ignore_rules import IgnoreRules

STEP_SECONDS = 0.1  # between two steps of a preview
MAX_PREVIEW_EXAMPLES = 8


@dataclass(slots=True)
class ExclusionPreview:
    """Walks through a folder and counts what the rules `after` hide, compared with the rules `before`.

    `always` are the rules without the user's exclusions: what these hide is not counted.
    """

    root: bytes
    always: IgnoreRules
    before: IgnoreRules
    after: IgnoreRules
    _files: int = 0
    _size: int = 0
    _returning: int = 0
    _examples: list[str] = field(default_factory=list)

    def steps(self) -> Iterator[ExclusionEffect]:
        """The counts so far, ten times a second, and at the end; the caller may stop iterating at any time."""
        reported = time.monotonic()
        folders = [(self.root, False, False)]
        while folders:
            folders += self._count_folder(*folders.pop())
            if time.monotonic() - reported > STEP_SECONDS:
                reported = time.monotonic()
                yield self._counts(done=False)
        yield self._counts(done=True)

    def _counts(self, *, done: bool) -> ExclusionEffect:
        return ExclusionEffect(self._files, self._size, tuple(self._examples), self._returning, done=done)

    def _count_folder(self, folder: bytes, parent_was: bool, parent_will: bool) -> list[tuple[bytes, bool, bool]]:  # noqa: FBT001
        """Count the files of one folder; returns its subfolders, and whether each was and will be hidden."""
        always, before, after = (rules.in_folder(self.root, folder) for rules in (self.always, self.before, self.after))
        subfolders = []
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and always.follows(entry.path)):
                was = parent_was or before.skips_folder(entry.path, entry.name)
                will = parent_will or after.skips_folder(entry.path, entry.name)
                if was and will and always.skips_folder(entry.path, entry.name):
                    continue
                subfolders.append((entry.path, was, will))
                if will and not parent_will:
                    self._add_example(entry.path + b"/")
            elif entry.is_file(follow_symlinks=False):
                was = parent_was or before.skips_file(entry.name)
                will = parent_will or after.skips_file(entry.name)
                if not (was and will and always.skips_file(entry.name)):
                    self._count(entry, was=was, will=will, example=not parent_will)
        return subfolders

    def _count(self, entry: os.DirEntry[bytes], *, was: bool, will: bool, example: bool) -> None:
        if will:
            self._files += 1
            self._size += _size(entry)
            if example:
                self._add_example(entry.path)
        elif was:
            self._returning += 1

    def _add_example(self, path: bytes) -> None:
        if len(self._examples) < MAX_PREVIEW_EXAMPLES:
            self._examples.append(os.fsdecode(os.path.relpath(path, self.root) + (b"/" if path[-1:] == b"/" else b"")))


def _entries(folder: bytes) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _size(entry: os.DirEntry[bytes]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
