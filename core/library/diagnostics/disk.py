"""Compares the files that the catalogue knows with those that are in the folders."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from core.settings import Settings
from core.store.catalogue.database import Database
from core.store.catalogue.files import Files, KnownFile
from core.store.catalogue.folders_table import FoldersTable
from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import ScannedFile, scan


@dataclass(slots=True)
class DiskComparison:
    """Paths that are `new` on the disk, `changed` or `gone`, folders that are `disconnected`, and files seen."""

    new: list[bytes] = field(default_factory=list)
    changed: list[bytes] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    disconnected: list[str] = field(default_factory=list)
    seen: int = 0


def compare_with_disk(
    database: Database, library: bytes, settings: Settings, *, report: Callable[[int], None], stop: threading.Event
) -> DiskComparison:
    """List all folders that are there; `library` is the path of the library's folder, which is left out."""
    found = DiskComparison()
    files = Files(database)
    all_paths = {path for _, path in files.all_paths()}
    for row in FoldersTable(database).all():
        if not (row.connected and os.path.lexists(row.path)):
            found.disconnected.append(os.fsdecode(row.path))
            continue
        rules = IgnoreRules.from_settings(settings, library=library, exclusions=row.exclusions)
        known = files.stats_in(row.id)
        for entry in scan(row.path, rules, stop):
            if not isinstance(entry, ScannedFile):
                known = {path: file for path, file in known.items() if not _is_below(path, entry.path)}
                continue
            found.seen += 1
            report(found.seen)
            file = known.pop(entry.path, None)
            if file is None:
                found.new += [entry.path] if entry.path not in all_paths else []
            elif file != KnownFile.of(file.id, entry.size, entry.mtime_ns, entry.inode):
                found.changed.append(entry.path)
        found.gone += [] if stop.is_set() else known
    return found


def _is_below(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder + b"/")
