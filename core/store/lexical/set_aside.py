"""Word indexes that a rebuild replaces: kept beside the new ones until these are complete, so that it can be undone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = "words"
ENDING = ".before"


def set_aside(root: Path) -> None:
    """Set the word indexes of a library aside; one that was set aside before stays, as the newer one is unfinished."""
    for index in _indexes(root):
        kept = _kept(index)
        if kept.exists():
            shutil.rmtree(index, ignore_errors=True)
        else:
            try:
                os.replace(index, kept)
            except OSError:  # another program reads it, on Windows: then it is rebuilt without a way back
                shutil.rmtree(index, ignore_errors=True)


def is_set_aside(root: Path) -> bool:
    """Whether there is a word index to put back."""
    return any(_kept_ones(root))


def put_back(root: Path) -> bool:
    """Use the word indexes that were set aside again, in a library that is closed; False if there are none."""
    kept_ones = _kept_ones(root)
    for kept in kept_ones:
        index = kept.with_name(kept.name.removesuffix(ENDING))
        shutil.rmtree(index, ignore_errors=True)
        os.replace(kept, index)
    return bool(kept_ones)


def discard(root: Path) -> None:
    """Delete what was set aside."""
    for kept in _kept_ones(root):
        shutil.rmtree(kept, ignore_errors=True)


def _indexes(root: Path) -> list[Path]:
    return [path for path in (root / FOLDER).glob("*") if path.is_dir() and not path.name.endswith(ENDING)]


def _kept_ones(root: Path) -> list[Path]:
    return [path for path in (root / FOLDER).glob(f"*{ENDING}") if path.is_dir()]


def _kept(index: Path) -> Path:
    return index.with_name(index.name + ENDING)
