"""Moves the pictures from the camera's card into one folder a month, by the day on which they were taken."""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, datetime
from pathlib import Path

ENDINGS = {".jpg", ".jpeg", ".heic", ".cr3"}


def taken_on(picture: Path) -> datetime:
    """The camera's clock is wrong in summer, so the file's own time is used."""
    return datetime.fromtimestamp(picture.stat().st_mtime, tz=UTC)


def target_for(picture: Path, album: Path) -> Path:
    """Album/2024/2024-06/name.jpg; a number is added where the name is taken already."""
    day = taken_on(picture)
    folder = album / f"{day:%Y}" / f"{day:%Y-%m}"
    target = folder / picture.name.lower()
    number = 1
    while target.exists() and target.stat().st_size != picture.stat().st_size:
        target = folder / f"{picture.stem.lower()}-{number}{picture.suffix.lower()}"
        number += 1
    return target


def move_all(card: Path, album: Path) -> int:
    """Move everything that is a picture; duplicates of the same size are left on the card."""
    moved = 0
    for picture in sorted(card.rglob("*")):
        if picture.suffix.lower() not in ENDINGS:
            continue
        target = target_for(picture, album)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(picture, target)
        moved += 1
    return moved


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("card", type=Path)
    parser.add_argument("album", type=Path)
    arguments = parser.parse_args()
    print(f"{move_all(arguments.card, arguments.album)} pictures moved")
