"""The faults: each begins, lasts for some seconds, and ends."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

import psutil

READER, ENGINE = "core.extract_workers.worker", "core.engine.builtin"
MONTH = 30 * 86_400.0


def kill_children(program: str) -> int:
    """Kill the children of this process that run a module; returns how many."""
    killed = 0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if program in child.cmdline():
                child.kill()
                killed += 1
    return killed


@contextmanager
def readers_killed() -> Iterator[None]:
    kill_children(READER)
    yield


@contextmanager
def engine_killed() -> Iterator[None]:
    kill_children(ENGINE)
    yield


@contextmanager
def disk_full(disk: Path) -> Iterator[None]:
    """Not a byte is left on the library's disk."""
    ballast = disk / "ballast"
    try:
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        yield
    finally:
        ballast.unlink(missing_ok=True)


@contextmanager
def moved(folder: Path) -> Iterator[None]:
    """A folder is somewhere else."""
    elsewhere = folder.with_name(f"{folder.name}-elsewhere")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(folder)


@contextmanager
def clock_set(by: float) -> Iterator[None]:
    """This process sees a clock that is off by so many seconds."""
    true = time.time

    def off() -> float:
        return true() + by

    with mock.patch("time.time", off):
        yield


def all_faults(source: random.Random, disk: Path, library: Path, documents: Path) -> dict[str, Callable[[], object]]:
    """Each fault as a context manager, by name."""
    return {
        "readers killed": readers_killed,
        "engine killed": engine_killed,
        "disk full": lambda: disk_full(disk),
        "library away": lambda: moved(library),
        "folder away": lambda: moved(documents),
        "clock set": lambda: clock_set(source.choice((-MONTH, -7200.0, 7200.0, MONTH))),
    }


def mount_disk(place: Path, megabytes: int) -> None:
    """A small disk in memory; needs the right to mount."""
    place.mkdir(parents=True, exist_ok=True)
    os.spawnlp(os.P_WAIT, "mount", "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place))
    if not place.is_mount():
        raise SystemExit("the right to mount a disk is needed")
