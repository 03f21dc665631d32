"""Disks mounted and unmounted below a watched folder; needs the privilege to mount, as root in a container has."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.watch.monitor import Monitor
from core.watch.mounts import MountMonitor, missing_mounts, mounts_below
from tests.core.indexer.watched_folder import QUIET, WatchedFolders, watched, write_file


@contextmanager
def disk(place: Path, *options: str) -> Iterator[None]:
    """Mount a disk; the test may unmount it itself."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *(options or ("-t", "tmpfs", "tmpfs")), str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, stderr=subprocess.DEVNULL)


def unmount(place: Path) -> None:
    subprocess.run(["umount", str(place)], check=True)


def names(harness: WatchedFolders) -> list[str]:
    return sorted(os.path.basename(os.fsdecode(path)) for path in harness.in_catalogue())


@pytest.mark.parametrize("place_goes_too", [False, True])
def test_a_disk_that_goes_keeps_its_files_and_one_that_comes_is_looked_at(
    tmp_path: Path,
    place_goes_too: bool,
) -> None:
    with watched(tmp_path) as harness:
        stick = harness.docs / "stick"
        write_file(harness.docs / "a.txt")
        with disk(stick):
            write_file(stick / "sub/b.txt")
            harness.add(harness.docs)
            harness.settle()
            (row,) = harness.catalogue.folders.all()
            assert row.mounts == (os.fsencode(stick),)
            unmount(stick)
            if place_goes_too:
                stick.rmdir()
            write_file(harness.docs / "c.txt")
            harness.until(lambda: names(harness) == ["a.txt", "b.txt", "c.txt"])
            harness.until(lambda: not (harness.watcher.has_pending_changes or harness.reconcile.scanning))
            assert names(harness) == ["a.txt", "b.txt", "c.txt"]
            (harness.docs / "a.txt").unlink()
            harness.until(lambda: names(harness) == ["b.txt", "c.txt"])
        assert missing_mounts(os.fsencode(harness.docs), row.mounts) == row.mounts
        with disk(stick):
            write_file(stick / "sub/d.txt")
            harness.until(lambda: names(harness) == ["c.txt", "d.txt"])
            harness.settle()


def test_a_place_that_holds_other_files_by_now_is_no_missing_disk(tmp_path: Path) -> None:
    with watched(tmp_path) as harness:
        stick = harness.docs / "stick"
        with disk(stick):
            write_file(stick / "b.txt")
            harness.add(harness.docs)
            harness.settle()
            unmount(stick)
            write_file(stick / "copied here.txt")
            harness.settle()
            assert names(harness) == ["copied here.txt"]


def test_the_same_folder_in_two_places_is_found_in_both(tmp_path: Path) -> None:
    with watched(tmp_path) as harness:
        write_file(harness.docs / "real/a.txt")
        twin = harness.docs / "twin"
        with disk(twin, "--bind", str(harness.docs / "real")):
            harness.add(harness.docs)
            harness.settle()
            assert names(harness) == ["a.txt", "a.txt"]
            write_file(harness.docs / "real/b.txt")
            harness.until(lambda: names(harness).count("b.txt") == 2)


def test_a_network_folder_inside_a_watched_one_is_polled(tmp_path: Path) -> None:
    def mounts_below(root: bytes) -> dict[bytes, str]:
        return {root + b"/share": "cifs", root + b"/local": "ext4"}

    with watched(tmp_path, Monitor(debounce=QUIET, poll=0.5, mounts_below=mounts_below)) as harness:
        write_file(harness.docs / "share/deep/a.txt")
        write_file(harness.docs / "local/b.txt")
        harness.add(harness.docs)
        write_file(harness.docs / "share/deep/later.txt")
        write_file(harness.docs / "local/soon.txt")
        harness.settle()
        assert (harness.saved["later.txt"], harness.saved["soon.txt"]) == (0, 1)


def test_what_is_mounted_in_a_folder(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 0 8:1 / / rw - ext4 a rw\n"
        "2 1 0:4 / /home/ann/keys rw - fuse.sshfs h: rw\n"
        "3 1 0:5 / /home/ann rw - xfs b rw\n"
    )
    assert mounts_below(b"/home/ann", table) == {b"/home/ann/keys": "fuse.sshfs"}
    assert mounts_below(b"/", table).keys() == {b"/home/ann/keys", b"/home/ann"}
    assert missing_mounts(b"/home/ann", [b"/home/ann/keys", b"/home/ann/nowhere", os.fsencode(tmp_path)], table) == (
        b"/home/ann/nowhere",
    )


def test_the_system_says_when_something_is_mounted(tmp_path: Path) -> None:
    changes = threading.Semaphore(0)
    monitor = MountMonitor(changes.release)
    with disk(tmp_path / "x"):
        assert changes.acquire(timeout=60)
    monitor.close()
