"""The reconcile stage on scans of real folders."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.events import Event, FoldersChanged
from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.reconcile import ReconcileStage
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.filenames.index import FilenameIndex
from core.watch.scan import ScannedFile
from core.watch.watcher import Watcher


@dataclass
class Harness:
    """The reconcile stage with its dependencies."""

    catalogue: Catalogue
    names: FilenameIndex
    watcher: Watcher
    reconcile: ReconcileStage
    docs: Path
    woken: threading.Semaphore
    to_read: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def scan(self, folder: Path | None = None) -> list[str]:
        """Scan a folder to its end; returns the names of the files to read."""
        path = os.fsencode(folder or self.docs)
        number = self.catalogue.folders.add(path, single=False)
        self.to_read.clear()
        self.reconcile.scan_folder(number, path)
        while self.reconcile.scanning:
            assert self.woken.acquire(timeout=60)
            self.reconcile.apply_changes(self.record_file_to_read)
        return sorted(self.to_read)

    def record_file_to_read(self, number: int, found: ScannedFile, priority: ReadPriority) -> None:
        assert self.catalogue.file(number) is not None
        assert found.size == os.lstat(found.path).st_size
        assert priority == ReadPriority.OTHER
        self.to_read.append(os.path.basename(os.fsdecode(found.path)))

    def known(self) -> list[str]:
        return sorted(os.path.basename(os.fsdecode(path)) for _, path in self.catalogue.files.all_paths())


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Harness]:
    docs, root = tmp_path / "docs", tmp_path / "library"
    docs.mkdir()
    root.mkdir()
    catalogue, names, woken = Catalogue(root, writable=True), FilenameIndex(), threading.Semaphore(0)
    watcher = Watcher(woken.release)
    events: list[Event] = []
    reconcile = ReconcileStage(
        catalogue, names, watcher, Settings(max_file_mb=1, exclude=("*.log",)),
        library=os.fsencode(root), report=events.append,
    )  # fmt: skip
    yield Harness(catalogue, names, watcher, reconcile, docs, woken, events=events)
    watcher.close()
    catalogue.close()


def write_file(path: Path, text: str = "text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_new_files_wait_to_be_read_and_are_known_by_name(harness: Harness) -> None:
    for name in ("a.txt", "deep/b.pdf", "c.exe", "d.log", "deep/e.unknown"):
        write_file(harness.docs / name)
    assert harness.scan() == ["a.txt", "b.pdf", "e.unknown"]  # of an unknown ending, the bytes decide
    assert harness.known() == ["a.txt", "b.pdf", "c.exe", "e.unknown"]
    assert len(harness.names) == 4
    assert harness.events == [FoldersChanged()]


def test_a_file_has_the_kind_that_its_ending_says(harness: Harness) -> None:
    for name in ("a.JPG", "b.zip", "c.heic", "d.tar.gz", "e.iso", "f.mp3"):
        write_file(harness.docs / name)
    assert harness.scan() == ["a.JPG", "b.zip", "c.heic", "d.tar.gz", "f.mp3"]
    kinds = {}
    for number, path in harness.catalogue.files.all_paths():
        row = harness.catalogue.file(number)
        assert row is not None
        kinds[os.path.basename(path)] = row[1]
    assert kinds == {
        b"a.JPG": "image", b"b.zip": "archive", b"c.heic": "image", b"d.tar.gz": "archive", b"e.iso": "other",
        b"f.mp3": "media",
    }  # fmt: skip


def test_a_second_scan_finds_nothing_new(harness: Harness) -> None:
    write_file(harness.docs / "a.txt")
    harness.scan()
    assert harness.scan() == []
    assert harness.known() == ["a.txt"]


def test_a_file_that_changed_is_read_again(harness: Harness) -> None:
    path = write_file(harness.docs / "a.txt", "short")
    write_file(harness.docs / "b.txt")
    harness.scan()
    write_file(path, "much longer")
    assert harness.scan() == ["a.txt"]
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    assert harness.scan() == ["a.txt"]
    copy = write_file(harness.docs / "copy", "much longer")
    os.utime(copy, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    os.replace(copy, path)  # same size and mtime, another inode
    assert harness.scan() == ["a.txt"]


def test_a_file_that_is_gone_is_forgotten(harness: Harness) -> None:
    write_file(harness.docs / "a.txt").unlink()
    path = write_file(harness.docs / "sub/b.txt")
    harness.scan()
    path.unlink()
    path.parent.rmdir()
    harness.scan()
    assert harness.known() == []
    assert len(harness.names) == 0


def test_a_folder_that_is_not_there_keeps_its_files(harness: Harness) -> None:
    write_file(harness.docs / "a.txt")
    harness.scan()
    harness.docs.rename(harness.docs.parent / "elsewhere")
    harness.scan()
    assert harness.known() == ["a.txt"]
    assert [row.connected for row in harness.catalogue.folders.all()] == [False]
    (harness.docs.parent / "elsewhere").rename(harness.docs)
    assert harness.scan() == []
    assert [row.connected for row in harness.catalogue.folders.all()] == [True]


@pytest.mark.parametrize("leaves_its_place", [False, True])
def test_a_disk_that_goes_while_it_is_scanned_keeps_its_files(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, leaves_its_place: bool
) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        write_file(harness.docs / name)
    harness.scan()
    away = harness.docs.parent / "elsewhere"
    real = os.DirEntry.stat

    def status(entry: os.DirEntry[bytes]) -> os.stat_result | None:
        """The disk is removed between listing a folder and stating its entries."""
        if not away.exists():
            harness.docs.rename(away)
            if leaves_its_place:
                harness.docs.mkdir()
        try:
            return real(entry, follow_symlinks=False)
        except FileNotFoundError:
            return None

    monkeypatch.setattr("core.watch.scan._stat", status)
    assert harness.scan() == []
    assert harness.known() == ["a.txt", "b.txt", "c.txt"]
    assert [row.connected for row in harness.catalogue.folders.all()] == [False]
    monkeypatch.undo()
    if leaves_its_place:
        harness.docs.rmdir()
    away.rename(harness.docs)
    assert harness.scan() == []
    assert [row.connected for row in harness.catalogue.folders.all()] == [True]


def test_files_of_a_folder_below_that_cannot_be_read_are_kept(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(harness.docs / "shut/a.txt")
    gone = write_file(harness.docs / "shut2/b.txt")
    harness.scan()
    gone.unlink()
    real = os.scandir

    def scandir(path: bytes) -> object:
        if path.endswith(b"/shut"):
            raise PermissionError(13, "shut")
        return real(path)

    monkeypatch.setattr("core.watch.scan.os.scandir", scandir)
    harness.scan()
    assert harness.known() == ["a.txt"]


def test_a_file_over_the_limit_is_a_problem_that_is_not_read(harness: Harness) -> None:
    path = write_file(harness.docs / "big.txt", "x" * 1_000_001)
    write_file(harness.docs / "just.txt", "x" * 1_000_000)
    write_file(harness.docs / "big.jpg", "x" * 1_000_001)  # little of a picture is read
    assert harness.scan() == ["big.jpg", "just.txt"]
    (problem,) = harness.catalogue.problems.all()
    assert (problem.path, problem.code) == (os.fsencode(path), "too_large")


def test_each_kind_may_have_a_limit_of_its_own(harness: Harness) -> None:
    choice = Settings(max_file_mb=2, max_kind_mb=("code 1", "pdf 3", "nonsense 4", "text many"))
    assert choice.max_file_bytes == 3_000_000
    harness.reconcile = ReconcileStage(
        harness.catalogue, harness.names, harness.watcher, choice, library=b"/nowhere", report=harness.events.append
    )
    for name in ("a.py", "b.txt", "c.pdf"):
        write_file(harness.docs / name, "x" * 1_500_000)
    write_file(harness.docs / "d.pdf", "x" * 2_500_000)
    assert harness.scan() == ["b.txt", "c.pdf", "d.pdf"]
    assert [(os.path.basename(row.path), row.code) for row in harness.catalogue.problems.all()] == [
        (b"a.py", "too_large")
    ]
    harness.catalogue.named_files.set_size_limit("code", 1_000_000)
    harness.catalogue.named_files.set_size_limit("code", 2_000_000)
    assert [os.path.basename(row[1]) for row in harness.catalogue.files.waiting()].count(b"a.py") == 1


def test_a_folder_inside_another_does_not_take_its_files(harness: Harness) -> None:
    write_file(harness.docs / "sub/a.txt")
    harness.scan()
    assert harness.scan(harness.docs / "sub") == []
    folders = harness.catalogue.folders
    assert [folders.totals(folder.id)[0] for folder in folders.all()] == [1, 0]


def test_the_librarys_own_folder_is_never_looked_into(harness: Harness) -> None:
    write_file(harness.docs.parent / "library/notes.txt")
    write_file(harness.docs.parent / "docs/a.txt")
    assert harness.scan(harness.docs.parent) == ["a.txt"]


def test_a_folder_that_was_removed_while_it_was_scanned_adds_nothing(harness: Harness) -> None:
    write_file(harness.docs / "a.txt")
    number = harness.catalogue.folders.add(os.fsencode(harness.docs), single=False)
    harness.reconcile.scan_folder(number, os.fsencode(harness.docs))
    for _ in range(2):
        assert harness.woken.acquire(timeout=60)
    harness.catalogue.folders.remove(number)
    harness.reconcile.remove_folder(number)
    assert harness.reconcile.apply_changes(harness.record_file_to_read) == 2
    assert harness.known() == []
    assert not harness.reconcile.scanning


def test_what_a_scan_that_was_overtaken_saw_is_not_believed(harness: Harness) -> None:
    """Its end would remove files created after it listed their folder."""
    number = harness.catalogue.folders.add(os.fsencode(harness.docs), single=False)
    harness.reconcile.scan_folder(number, os.fsencode(harness.docs))
    for _ in range(2):
        assert harness.woken.acquire(timeout=60)
    write_file(harness.docs / "a.txt")
    assert harness.scan() == ["a.txt"]
    assert harness.known() == ["a.txt"]
