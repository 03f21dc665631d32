"""The packages of an environment: progress of their download, and verification of their files."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import shutil
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

from core.engine.installing.lockfile import Lockfile
from core.engine.progress import JobProgress
from core.messages import Message
from core.processes.run import Cancelled

Claim = tuple[str, int]  # a checksum, and a size (-1: unknown)


class Fetched:
    """How much of the lockfile is in uv's cache: whole packages, and bytes being unpacked."""

    def __init__(self, cache: Path, lockfile: Lockfile) -> None:
        self._cache = cache
        self._lockfile = lockfile
        self._known: dict[str, tuple[str, str]] = {}  # package and version by the name of its folder
        self._most = 0

    def packages(self) -> set[str]:
        """The packages that are complete."""
        parts = self._lockfile.parts
        return {name for name, version in self._all() if name in parts and version == parts[name].version}

    def stale(self) -> set[str]:
        """The packages that are there in another version, of an older lockfile."""
        parts = self._lockfile.parts
        return {name for name, version in self._all() if name not in parts or version != parts[name].version}

    def _all(self) -> list[tuple[str, str]]:
        for entry in _entries(self._cache / "archive-v0"):
            if entry.name not in self._known and (package := _package_in(entry.path)):
                self._known[entry.name] = package
        return list(self._known.values())

    def size(self) -> int:
        """Bytes of complete packages and of those being unpacked; never decreases."""
        whole = sum(self._lockfile.parts[name].disk for name in self.packages())
        unfinished = sum(_size(entry.path) for entry in _unfinished(self._cache))
        self._most = min(self._lockfile.disk, max(self._most, whole + unfinished))
        return self._most

    def step(self, fetching: Collection[str]) -> JobProgress:
        """The progress while the packages of these names are downloading."""
        parts, whole = self._lockfile.parts, len(self.packages())
        if whole >= len(parts):
            return JobProgress(Message("install.placing").sentence, self.size(), self._lockfile.disk)
        largest = max(fetching, key=lambda name: parts[name].disk if name in parts else 0, default="")
        if largest:
            step = Message("install.downloading_package", package=largest, done=whole, total=len(parts))
        else:
            step = Message("install.downloading", done=whole, total=len(parts))
        return JobProgress(step.sentence, self.size(), self._lockfile.disk)


def sweep(cache: Path) -> None:
    """Delete what a killed uv left half unpacked."""
    for entry in _unfinished(cache):
        shutil.rmtree(entry.path, ignore_errors=True)


def damaged(site: Path, lockfile: Lockfile, cancelled: threading.Event, *, deeply: bool = True) -> set[str]:
    """The names of packages whose files changed since their installation; raises Cancelled.

    By the sizes, and `deeply` by the checksums too, that each package notes of its files. A file that two packages
    bring may be either's: there are such.
    """
    noted = {_normal(notes.name.split("-")[0]): _noted(notes / "RECORD") for notes in site.glob("*.dist-info")}
    claims: dict[str, set[Claim]] = {}
    for files in noted.values():
        for path, claim in files.items():
            claims.setdefault(path, set()).add(claim)
    spoilt = {path for path, claimed in claims.items() if not _is_as_noted(site / path, claimed, cancelled, deeply)}
    return {name for name in lockfile.parts if not noted.get(name) or not spoilt.isdisjoint(noted[name])}


def _noted(record: Path) -> dict[str, Claim]:
    """The checksum and the size of each file of a package, as its RECORD has them; empty if that is damaged.

    Format: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    try:
        with record.open(encoding="utf-8", newline="") as file:
            return {row[0]: (row[1], int(row[2] or -1)) for row in csv.reader(file) if len(row) == 3 and row[1]}
    except (OSError, ValueError, csv.Error):
        return {}


def _is_as_noted(file: Path, claimed: set[Claim], cancelled: threading.Event, deeply: bool) -> bool:  # noqa: FBT001
    if cancelled.is_set():
        raise Cancelled
    try:
        size = file.stat().st_size
        fitting = [claim for claim in claimed if claim[1] in (size, -1)]
        return bool(fitting) and (not deeply or any(_has_sum(file, noted) for noted, _ in fitting))
    except OSError:
        return False


def _has_sum(file: Path, noted: str) -> bool:
    kind, _, value = noted.partition("=")
    if kind not in hashlib.algorithms_guaranteed:
        return True
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, kind).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == value


def _package_in(folder: str) -> tuple[str, str] | None:
    """The package and version of an unpacked wheel, None if the folder is none."""
    notes = next((entry.name for entry in _entries(folder) if entry.name.endswith(".dist-info")), None)
    if notes is None:
        return None
    name, _, version = notes.removesuffix(".dist-info").partition("-")
    return _normal(name), version


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _unfinished(cache: Path) -> Iterator[os.DirEntry[str]]:
    return (entry for entry in _entries(cache) if entry.name.startswith(".tmp"))


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _size(folder: str) -> int:
    total = 0
    for entry in _entries(folder):
        try:
            total += _size(entry.path) if entry.is_dir(follow_symlinks=False) else entry.stat().st_size
        except OSError:
            continue  # it was moved to its place meanwhile
    return total
