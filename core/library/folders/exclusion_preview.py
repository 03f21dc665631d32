"""What a person leaves out of a folder: a look ahead at what it hides, and the rule that hides a path."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.events import ExclusionEffect
from core.watch.ignore_rules import IgnoreRules

EVERY = 0.1  # seconds between two steps of a preview
EXAMPLES = 8


@dataclass(slots=True)
class ExclusionPreview:
    """Walks through a folder and counts what one choice hides (`after`), compared with the choice so far (`before`).

    `always` are the rules without any choice: what they leave out is not counted.
    """

    root: bytes
    always: IgnoreRules
    before: IgnoreRules
    after: IgnoreRules
    _files: int = 0
    _size: int = 0
    _back: int = 0
    _examples: list[str] = field(default_factory=list)

    def steps(self) -> Iterator[ExclusionEffect]:
        """What is counted so far, ten times a second, and at the end; give up by asking for no more."""
        told = time.monotonic()
        folders = [(self.root, False, False)]
        while folders:
            folders += self._folder(*folders.pop())
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                yield self._so_far(done=False)
        yield self._so_far(done=True)

    def _so_far(self, *, done: bool) -> ExclusionEffect:
        return ExclusionEffect(self._files, self._size, tuple(self._examples), self._back, done=done)

    def _folder(self, folder: bytes, hid: bool, hides: bool) -> list[tuple[bytes, bool, bool]]:  # noqa: FBT001
        """Count the files of one folder; returns those in it, and whether they were and will be hidden."""
        always, before, after = (rules.in_folder(self.root, folder) for rules in (self.always, self.before, self.after))
        below = []
        for entry in _entries(folder):
            if entry.is_dir(follow_symlinks=False):
                was = hid or before.skips_folder(entry.path, entry.name)
                will = hides or after.skips_folder(entry.path, entry.name)
                if was and will and always.skips_folder(entry.path, entry.name):
                    continue
                below.append((entry.path, was, will))
                if will and not hides:
                    self._note(entry.path + b"/")
            elif entry.is_file(follow_symlinks=False):
                was = hid or before.skips_file(entry.name)
                will = hides or after.skips_file(entry.name)
                if not (was and will and always.skips_file(entry.name)):
                    self._count(entry, was=was, will=will, alone=not hides)
        return below

    def _count(self, entry: os.DirEntry[bytes], *, was: bool, will: bool, alone: bool) -> None:
        if will:
            self._files += 1
            self._size += _size(entry)
            if alone:
                self._note(entry.path)
        elif was:
            self._back += 1

    def _note(self, path: bytes) -> None:
        if len(self._examples) < EXAMPLES:
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
