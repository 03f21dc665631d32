"""Folders watched by the real watcher, with a catalogue that follows them."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.reconcile import ReconcileStage
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.filenames.index import FilenameIndex
from core.watch.ignore_rules import IgnoreRules
from core.watch.monitor import Monitor
from core.watch.scan import ScannedFile, scan
from core.watch.watcher import Watcher
from tests.waiting import StallWatch

QUIET = 0.15


class WatchedFolders:
    """Roots below one folder, with the reconcile stage."""

    def __init__(self, place: Path, monitor: Monitor, *, follow_links: bool = False) -> None:
        self.place = place
        self.docs = place / "docs"
        self.library = place / "library"
        for folder in (self.docs, self.library):
            folder.mkdir(parents=True, exist_ok=True)
        self.catalogue = Catalogue(self.library, writable=True)
        self.names = FilenameIndex()
        self.woken = threading.Event()
        self.watcher = Watcher(self.woken.set, monitor)
        self.saved: Counter[str] = Counter()
        self.fresh: Counter[str] = Counter()
        self.roots: list[Path] = []
        self.rules = IgnoreRules(exclude=("*.log",), skip_paths=(os.fsencode(self.library),), follow_links=follow_links)
        self.reconcile = ReconcileStage(
            self.catalogue, self.names, self.watcher, Settings(exclude=("*.log",), follow_links=follow_links),
            library=os.fsencode(self.library), report=lambda event: None,
        )  # fmt: skip

    def add(self, root: Path) -> None:
        """Watch another root, and wait until it is scanned."""
        self.roots.append(root)
        path = os.fsencode(root)
        self.reconcile.scan_folder(self.catalogue.folders.add(path, single=root.is_file()), path)
        self.until(lambda: not self.reconcile.scanning)

    def until(self, condition: object) -> None:
        """Apply changes until a condition holds."""
        watch = StallWatch("the catalogue is as the disk")
        while True:
            self.woken.clear()
            while self.reconcile.apply_changes(self.read):
                pass
            if condition():  # type: ignore[operator]
                return
            watch.check()
            self.woken.wait(0.02)

    def settle(self) -> None:
        """Wait until the catalogue matches the disk, also once no change is pending."""
        self.until(lambda: self.in_catalogue() == self.on_disk())
        self.until(lambda: not (self.watcher.has_pending_changes or self.reconcile.scanning))
        assert self.in_catalogue() == self.on_disk()
        assert len(self.names) == len(self.in_catalogue())

    def in_catalogue(self) -> dict[bytes, ScannedFile]:
        rows: dict[bytes, ScannedFile] = {}
        for folder in self.catalogue.folders.all():
            for path, file in self.catalogue.files.stats_in(folder.id).items():
                rows[path] = ScannedFile(path, file.size, file.mtime_ns, file.inode)
        return rows

    def on_disk(self) -> dict[bytes, ScannedFile]:
        """The files that a new scan finds."""
        entries = (entry for root in self.roots for entry in scan(os.fsencode(root), self.rules, threading.Event()))
        return {entry.path: entry for entry in entries if isinstance(entry, ScannedFile)}

    def read(self, number: int, found: ScannedFile, priority: ReadPriority) -> None:
        counted = self.saved if priority == ReadPriority.SAVED else self.fresh
        counted[os.path.basename(os.fsdecode(found.path))] += 1


def write_file(path: Path, text: str = "text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@contextmanager
def watched(place: Path, monitor: Monitor | None = None, *, follow_links: bool = False) -> Iterator[WatchedFolders]:
    harness = WatchedFolders(place, monitor or Monitor(debounce=QUIET), follow_links=follow_links)
    try:
        yield harness
    finally:
        harness.watcher.close()
        harness.catalogue.close()
