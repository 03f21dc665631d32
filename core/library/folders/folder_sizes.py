"""Counts the files below each folder of a tree, for the dialog in which folders are left out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from threading import Event

from core.library.folders.price_tag import SubfolderCost
from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import Unreadable, scan_folders

MAX_DEPTH = 3  # of folders that are listed; deeper ones count for those above
MAX_FOLDERS = 5_000
COUNT_SECONDS = 0.2


def folder_sizes(root: bytes, rules: IgnoreRules) -> Iterator[tuple[SubfolderCost, ...]]:
    """Yield (relative path, files, bytes) of the folders below a root, sorted by path, as far as counted."""
    counts: dict[bytes, list[int]] = {}
    top = root.rstrip(b"/") + b"/"
    reported = time.monotonic()
    for listed in scan_folders(root, rules, Event()):
        for file in listed:
            if isinstance(file, Unreadable):
                continue
            parts = file.path[len(top) :].split(b"/")[:-1][:MAX_DEPTH]
            for depth in range(1, len(parts) + 1):
                folder = b"/".join(parts[:depth])
                if folder in counts or len(counts) < MAX_FOLDERS:
                    count = counts.setdefault(folder, [0, 0])
                    count[0] += 1
                    count[1] += file.size
        if time.monotonic() - reported > COUNT_SECONDS:
            reported = time.monotonic()
            yield _sorted(counts)
    yield _sorted(counts)


def _sorted(counts: dict[bytes, list[int]]) -> tuple[SubfolderCost, ...]:
    return tuple(
        SubfolderCost(os.fsdecode(folder), files, size, 0.0) for folder, (files, size) in sorted(counts.items())
    )
