"""The manifest of a download, kept beside the files: the revision, and each file's size and checksum."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from core.engine.model_download import hubs
from core.engine.model_download.hubs import INCOMPLETE, File
from core.private_files import replace_file

NOTE = "findling.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one revision, as the hub listed them when the download began.

    Hugging Face names the commit, and a download that goes on takes that one. ModelScope's list does not: there the
    checksums pin the files, and what was changed meanwhile is refused.
    """

    hub: str
    repository: str
    revision: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def read(folder: Path) -> Manifest | None:
    """The manifest in a folder, None if there is none that can be read."""
    try:
        fields = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return Manifest(**fields | {"files": tuple(File(**file) for file in fields["files"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write(folder: Path, plan: Manifest) -> None:
    """Write a manifest atomically."""
    replace_file(folder / NOTE, json.dumps(asdict(plan), indent=1), sync=True)


def fetched(folder: Path, plan: Manifest) -> int:
    """Bytes of a manifest that are in a folder, partial files included."""
    return sum(min(file.size, _size(folder / file.path) or _size(half(folder / file.path))) for file in plan.files)


def is_there(folder: Path, file: File) -> bool:
    """Whether a file has its size; its contents are not looked at."""
    return (folder / file.path).is_file() and _size(folder / file.path) == file.size


def matches(folder: Path, file: File) -> bool:
    """Whether a file has its checksum."""
    try:
        return hubs.matches(folder / file.path, file)
    except OSError:
        return False


def half(path: Path) -> Path:
    """The path of a file while it downloads."""
    return path.with_name(path.name + INCOMPLETE)


def drop(path: Path) -> None:
    """Delete a file and its partial download."""
    for place in (path, half(path)):
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
