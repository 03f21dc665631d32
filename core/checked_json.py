"""A JSON file with a checksum and a second copy, so that damage by the disk is told from the user's edit, and mended.

A disk that changes a bit does not change the time of the file; an editor does.
"""

from __future__ import annotations

import json
import logging
import os
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

from core.private_files import replace_file

CHECKSUM, SAVED = "checksum", "saved_ns"  # the keys that `write` adds
TIME_TOLERANCE = 2_000_000_000  # ns, of file systems with coarse times
log = logging.getLogger(__name__)


def write(path: Path, data: dict[str, Any], *, indent: int | None = 2, sync: bool = True) -> None:
    """Write the file and its copy, each atomically: a reader sees the old file or the new one. Raises OSError.

    With `sync` also after a power cut.
    """
    saved = time.time_ns()
    content = {**data, SAVED: saved}
    content[CHECKSUM] = _checksum(content)
    for target in (path, copy_of(path)):
        _write(target, json.dumps(content, indent=indent), saved, sync=sync)


def read(path: Path) -> Any:
    """The content of the file, or of its copy if the file is damaged. Raises OSError, ValueError, RecursionError."""
    return read_copy(path) if is_damaged(path) else json.loads(path.read_text(encoding="utf-8"))


def read_copy(path: Path) -> Any:
    """The content of the copy. Raises as `read`."""
    return json.loads(copy_of(path).read_text(encoding="utf-8"))


def copy_of(path: Path) -> Path:
    """The path of the copy."""
    return path.with_suffix(".copy")


def is_damaged(path: Path) -> bool:
    """Whether the disk has changed the file: its copy is sound and of the same time, and it is not."""
    if not path.is_file() or _sound_content(path) is not None:
        return False
    copy = _sound_content(copy_of(path))
    return copy is not None and abs(path.stat().st_mtime_ns - int(copy[SAVED])) <= TIME_TOLERANCE


def copy_is_damaged(path: Path) -> bool:
    """Whether the copy is damaged or outdated; false where there is none."""
    if not copy_of(path).is_file() or is_damaged(path):
        return False
    content = _sound_content(path)
    return content is not None and _sound_content(copy_of(path)) != content


def mend(path: Path) -> None:
    """Overwrite a damaged file by its copy, or a damaged copy by the file. Raises OSError."""
    if is_damaged(path):
        good, bad = copy_of(path), path
    elif copy_is_damaged(path):
        good, bad = path, copy_of(path)
    else:
        return
    log.warning("%s is damaged and takes the content of %s", bad.name, good.name)
    _write(bad, good.read_text(encoding="utf-8"), good.stat().st_mtime_ns)


def protect(path: Path) -> None:
    """Mend the file or its copy; write both for a file without a checksum or a copy, or one that was edited.

    Raises OSError.
    """
    mend(path)
    if path.is_file() and (_sound_content(path) is None or not copy_of(path).is_file()):
        with suppress(ValueError, RecursionError):
            content = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(content, dict):
                write(path, {name: value for name, value in content.items() if name not in (CHECKSUM, SAVED)})


def delete(path: Path) -> None:
    """Delete the file and its copy. Raises OSError."""
    path.unlink(missing_ok=True)
    copy_of(path).unlink(missing_ok=True)


def _sound_content(path: Path) -> dict[str, Any] | None:
    """The content of a file with the right checksum; None for any other."""
    with suppress(OSError, ValueError, RecursionError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict) and isinstance(content.get(SAVED), int):
            return content if content.get(CHECKSUM) == _checksum(content) else None
    return None


def _checksum(content: dict[str, Any]) -> int:
    rest = {name: value for name, value in content.items() if name != CHECKSUM}
    return zlib.crc32(json.dumps(rest, sort_keys=True).encode())


def _write(path: Path, text: str, saved: int, *, sync: bool = True) -> None:
    replace_file(path, text, sync=sync)
    os.utime(path, ns=(saved, saved))
