"""Disks that are mounted below a watched folder come and go; needs the right to mount, as a container's root has it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.watch.monitor import Monitor
from core.watch.mounts import MountMonitor, away, below
from tests.core.indexer.watched_folder import QUIET, Watched, put, watched


@contextmanager
def disk(place: Path, *options: str) -> Iterator[None]:
    """Something mounted at a place; it may be gone by the end."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *(options or ("-t", "tmpfs", "tmpfs")), str(place)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, stderr=subprocess.DEVNULL)


def unmount(place: Path) -> None:
    subprocess.run(["umount", str(place)], check=True)


def names(desk: Watched) -> list[str]:
    return sorted(os.path.basename(os.fsdecode(path)) for path in desk.known())


@pytest.mark.parametrize("place_goes_too", [False, True])
def test_a_disk_that_goes_keeps_its_files_and_one_that_comes_is_looked_at(
    tmp_path: Path,
    place_goes_too: bool,
) -> None:
    with watched(tmp_path) as desk:
        stick = desk.docs / "stick"
        put(desk.docs / "a.txt")
        with disk(stick):
            put(stick / "sub/b.txt")
            desk.add(desk.docs)
            desk.settle()
            (row,) = desk.catalogue.files.folders()
            assert row.mounts == (os.fsencode(stick),)
            unmount(stick)
            if place_goes_too:
                stick.rmdir()
            put(desk.docs / "c.txt")
            desk.until(lambda: names(desk) == ["a.txt", "b.txt", "c.txt"])
            desk.until(lambda: not (desk.watcher.expecting or desk.arrivals.scanning))
            assert names(desk) == ["a.txt", "b.txt", "c.txt"]
            (desk.docs / "a.txt").unlink()
            desk.until(lambda: names(desk) == ["b.txt", "c.txt"])
        assert away(os.fsencode(desk.docs), row.mounts) == row.mounts
        with disk(stick):
            put(stick / "sub/d.txt")
            desk.until(lambda: names(desk) == ["c.txt", "d.txt"])
            desk.settle()


def test_a_place_that_holds_other_files_by_now_is_no_missing_disk(tmp_path: Path) -> None:
    with watched(tmp_path) as desk:
        stick = desk.docs / "stick"
        with disk(stick):
            put(stick / "b.txt")
            desk.add(desk.docs)
            desk.settle()
            unmount(stick)
            put(stick / "copied here.txt")
            desk.settle()
            assert names(desk) == ["copied here.txt"]


def test_the_same_folder_in_two_places_is_found_in_both(tmp_path: Path) -> None:
    with watched(tmp_path) as desk:
        put(desk.docs / "real/a.txt")
        twin = desk.docs / "twin"
        with disk(twin, "--bind", str(desk.docs / "real")):
            desk.add(desk.docs)
            desk.settle()
            assert names(desk) == ["a.txt", "a.txt"]
            put(desk.docs / "real/b.txt")
            desk.until(lambda: names(desk).count("b.txt") == 2)


def test_a_network_folder_inside_a_watched_one_is_polled(tmp_path: Path) -> None:
    def mounted(root: bytes) -> dict[bytes, str]:
        return {root + b"/share": "cifs", root + b"/local": "ext4"}

    with watched(tmp_path, Monitor(quiet=QUIET, poll=0.5, mounted=mounted)) as desk:
        put(desk.docs / "share/deep/a.txt")
        put(desk.docs / "local/b.txt")
        desk.add(desk.docs)
        put(desk.docs / "share/deep/later.txt")
        put(desk.docs / "local/soon.txt")
        desk.settle()
        assert (desk.saved["later.txt"], desk.saved["soon.txt"]) == (0, 1)


def test_what_is_mounted_in_a_folder(tmp_path: Path) -> None:
    table = tmp_path / "mountinfo"
    table.write_text(
        "1 0 8:1 / / rw - ext4 a rw\n"
        "2 1 0:4 / /home/ann/keys rw - fuse.sshfs h: rw\n"
        "3 1 0:5 / /home/ann rw - xfs b rw\n"
    )
    assert below(b"/home/ann", table) == {b"/home/ann/keys": "fuse.sshfs"}
    assert below(b"/", table).keys() == {b"/home/ann/keys", b"/home/ann"}
    assert away(b"/home/ann", [b"/home/ann/keys", b"/home/ann/nowhere", os.fsencode(tmp_path)], table) == (
        b"/home/ann/nowhere",
    )


def test_the_system_says_when_something_is_mounted(tmp_path: Path) -> None:
    told = threading.Semaphore(0)
    notices = MountMonitor(told.release)
    with disk(tmp_path / "x"):
        assert told.acquire(timeout=60)
    notices.close()
