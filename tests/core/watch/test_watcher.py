"""The watcher's thread: batches in order, a bounded queue, and a clean end at any time."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.watch.ignore_rules import IgnoreRules
from core.watch.watcher import MAX_QUEUED_BATCHES, Batch, Change, Scanned, Watcher

WAIT_SECONDS = 60


@pytest.fixture
def wakes() -> threading.Semaphore:
    return threading.Semaphore(0)


@pytest.fixture
def watcher(wakes: threading.Semaphore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    monkeypatch.setattr("core.watch.watcher.BATCH_FILES", 3)
    watcher = Watcher(wakes.release)
    yield watcher
    watcher.close()
    assert "watcher" not in [thread.name for thread in threading.enumerate()]


def folder_of(root: Path, files: int) -> bytes:
    root.mkdir()
    for number in range(files):
        (root / f"{number:05}.txt").touch()
    return os.fsencode(root)


def changes_of_scan(watcher: Watcher) -> list[Change]:
    taken: list[Change] = []
    while not (taken and isinstance(taken[-1], Scanned)):
        taken.append(watcher.changes.get(timeout=WAIT_SECONDS))
    return taken


def files_of(changes: list[Change]) -> list[bytes]:
    return [found.path for change in changes if isinstance(change, Batch) for found in change.found]


def unreadable(changes: list[Change]) -> tuple[bytes, ...]:
    last = changes[-1]
    assert isinstance(last, Scanned)
    return last.unreadable


@pytest.mark.parametrize("files", [0, 1, 3, 7])
def test_a_folder_comes_out_in_batches_and_then_its_end(watcher: Watcher, tmp_path: Path, files: int) -> None:
    path = folder_of(tmp_path / "docs", files)
    number = watcher.scan(5, path, IgnoreRules())
    changes = changes_of_scan(watcher)
    assert {change.scan for change in changes} == {number}
    assert files_of(changes) == [path + b"/%05d.txt" % file for file in range(files)]
    assert {change.folder_id for change in changes} == {5}
    assert all(len(change.found) <= 3 for change in changes if isinstance(change, Batch))
    assert unreadable(changes) == ()


def test_folders_come_one_after_another(watcher: Watcher, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        watcher.scan(number, folder_of(tmp_path / str(number), 4), IgnoreRules())
    for number in (1, 2, 3):
        assert {change.folder_id for change in changes_of_scan(watcher)} == {number}


def test_two_scans_of_one_folder_have_two_numbers(watcher: Watcher, tmp_path: Path) -> None:
    path = folder_of(tmp_path / "docs", 1)
    numbers = [watcher.scan(1, path, IgnoreRules()) for _ in range(2)]
    assert numbers[0] != numbers[1]
    assert [changes_of_scan(watcher)[-1].scan for _ in numbers] == numbers


def test_what_could_not_be_read_is_told_at_the_end(watcher: Watcher, tmp_path: Path) -> None:
    missing = os.fsencode(tmp_path / "nowhere")
    watcher.scan(1, missing, IgnoreRules())
    changes = changes_of_scan(watcher)
    assert files_of(changes) == []
    assert unreadable(changes) == (missing,)


def test_somebody_is_woken_for_each_change(watcher: Watcher, wakes: threading.Semaphore, tmp_path: Path) -> None:
    watcher.scan(1, folder_of(tmp_path / "docs", 7), IgnoreRules())
    for _ in changes_of_scan(watcher):
        assert wakes.acquire(timeout=WAIT_SECONDS)


def test_a_fast_disk_does_not_fill_the_memory(watcher: Watcher, wakes: threading.Semaphore, tmp_path: Path) -> None:
    watcher.scan(1, folder_of(tmp_path / "docs", 3 * (MAX_QUEUED_BATCHES + 20)), IgnoreRules())
    for _ in range(MAX_QUEUED_BATCHES):
        assert wakes.acquire(timeout=WAIT_SECONDS)
    assert watcher.changes.full()
    assert not wakes.acquire(timeout=0.2)
    assert len(files_of(changes_of_scan(watcher))) == 3 * (MAX_QUEUED_BATCHES + 20)


def test_it_ends_though_nobody_takes_anything(tmp_path: Path) -> None:
    watcher = Watcher(lambda: None)
    for number in range(MAX_QUEUED_BATCHES * 3):
        watcher.scan(number, folder_of(tmp_path / str(number), 2), IgnoreRules())
    watcher.close()
    assert "watcher" not in [thread.name for thread in threading.enumerate()]


def test_it_ends_though_it_waits_for_room(watcher: Watcher, wakes: threading.Semaphore, tmp_path: Path) -> None:
    watcher.scan(1, folder_of(tmp_path / "docs", 3 * (MAX_QUEUED_BATCHES + 20)), IgnoreRules())
    for _ in range(MAX_QUEUED_BATCHES):
        assert wakes.acquire(timeout=WAIT_SECONDS)
    watcher.close()
    watcher.close()
