"""Tags follow the extended attributes of files: at each event, and after a scan for what changed unseen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.watch.tags import XDG
from tests.core.indexer.watched_folder import WatchedFolders, watched, write_file

pytestmark = pytest.mark.slow


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[WatchedFolders]:
    with watched(tmp_path) as harness:
        yield harness


def tags(harness: WatchedFolders) -> dict[str, set[str]]:
    table = harness.catalogue.tags
    files = table.files_after(0, 1000)
    return {os.path.basename(files[number]).decode(): found for number, found in table.of(files).items()}


def tag(path: Path, value: str) -> None:
    os.setxattr(path, XDG, value.encode())


def test_a_tag_is_seen_when_it_is_given_and_taken_without_reading_the_file(harness: WatchedFolders) -> None:
    lease, other = write_file(harness.docs / "lease.txt"), write_file(harness.docs / "other.txt")
    tag(lease, "home")
    harness.add(harness.docs)
    assert tags(harness) == {"lease.txt": {"home"}}
    read = harness.fresh + harness.saved
    tag(lease, "home,tax 2024")
    tag(other, "work")
    harness.until(lambda: tags(harness) == {"lease.txt": {"home", "tax 2024"}, "other.txt": {"work"}})
    os.removexattr(lease, XDG)
    harness.until(lambda: tags(harness) == {"other.txt": {"work"}})
    assert harness.fresh + harness.saved == read
    other.rename(harness.docs / "moved.txt")
    harness.until(lambda: tags(harness) == {"moved.txt": {"work"}})
    (harness.docs / "moved.txt").unlink()
    harness.until(lambda: not tags(harness))


def test_a_tag_that_changed_unseen_is_found_after_a_scan(harness: WatchedFolders) -> None:
    files = [write_file(harness.docs / f"{number}.txt") for number in range(150)]
    harness.add(harness.docs)
    stage = harness.reconcile.tags
    while stage.step():
        pass
    assert not stage.take_changed()
    harness.watcher.remove_folder(harness.catalogue.folders.all()[0].id)  # nothing is seen from here on
    tag(files[3], "work")
    tag(files[149], "home")
    stage.check_all()
    while stage.step():
        pass
    assert stage.take_changed()
    assert tags(harness) == {"3.txt": {"work"}, "149.txt": {"home"}}
