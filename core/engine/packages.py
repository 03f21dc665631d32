"""The packages of an environment: how far their download is, and whether their files are as they came."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from core.engine.helper import Cancelled
from core.engine.recipe import Recipe

BLOCK = 1 << 20


class Fetched:
    """How much of a recipe is in uv's cache: whole packages, and what is being unpacked there (bytes on the disk)."""

    def __init__(self, cache: Path, recipe: Recipe) -> None:
        self._cache = cache
        self._recipe = recipe
        self._known: dict[str, str] = {}  # package by the name of its folder
        self._most = 0

    def packages(self) -> set[str]:
        """The packages that are whole."""
        for entry in _entries(self._cache / "archive-v0"):
            if entry.name not in self._known and (name := _package_in(entry.path)):
                self._known[entry.name] = name
        return {name for name in self._known.values() if name in self._recipe.parts}

    def size(self) -> int:
        """Bytes of the whole ones and of those that are being unpacked; never less than before."""
        whole = sum(self._recipe.parts[name].disk for name in self.packages())
        unfinished = sum(_size(entry.path) for entry in _unfinished(self._cache))
        self._most = min(self._recipe.disk, max(self._most, whole + unfinished))
        return self._most


def sweep(cache: Path) -> None:
    """Delete what a killed uv left half unpacked; it would stay for ever."""
    for entry in _unfinished(cache):
        shutil.rmtree(entry.path, ignore_errors=True)


def damaged(site: Path, recipe: Recipe, cancelled: threading.Event, *, deeply: bool = True) -> set[str]:
    """The packages whose files are not as they came, by name; raises Cancelled.

    By the sizes, and `deeply` by the checksums too, that each package notes of its files.
    """
    found = {_normal(entry.name.split("-")[0]): Path(entry.path) for entry in _entries(site) if _is_note(entry.name)}
    bad = set(recipe.parts) - set(found)
    for name, notes in found.items():
        if cancelled.is_set():
            raise Cancelled
        if name in recipe.parts and not _is_whole(site, notes, cancelled, deeply=deeply):
            bad.add(name)
    return bad


def _is_whole(site: Path, notes: Path, cancelled: threading.Event, *, deeply: bool) -> bool:
    try:
        with (notes / "RECORD").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if len(row) == 3 and row[1]]
        return bool(rows) and all(_is_as_noted(site / path, sum_, size, cancelled, deeply) for path, sum_, size in rows)
    except (OSError, ValueError):
        return False


def _is_as_noted(file: Path, noted: str, size: str, cancelled: threading.Event, deeply: bool) -> bool:  # noqa: FBT001
    if size and file.stat().st_size != int(size):
        return False
    kind, _, value = noted.partition("=")
    if not deeply or kind not in hashlib.algorithms_guaranteed:
        return True
    if cancelled.is_set():
        raise Cancelled
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, kind).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == value


def _is_note(name: str) -> bool:
    return name.endswith(".dist-info")


def _package_in(folder: str) -> str:
    """The package that an unpacked wheel is, "" if it is none."""
    notes = next((entry.name for entry in _entries(folder) if _is_note(entry.name)), "")
    return _normal(notes.split("-")[0]) if notes else ""


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
