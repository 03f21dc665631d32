"""The file of an export: JSON, checked against the types below when it is read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from core.errors import BadInputError
from core.private_files import replace_file

FORMAT, VERSION = "findling-export", 1
MAX_BYTES = 8 << 20  # a larger file is none of ours


class ExportedFolder(msgspec.Struct, frozen=True):
    """A searched folder and what is excluded from it; the path keeps bytes that are not UTF-8 as JSON escapes."""

    path: str
    exclude: tuple[str, ...] = ()
    gitignore: bool = False


class ExportedSearch(msgspec.Struct, frozen=True):
    """A saved search."""

    name: str
    query: str
    notify: bool = False


class ExportFile(msgspec.Struct, frozen=True):
    """Everything in the file. `settings` are fields of `core.settings.Settings`, `window` names of `window_state`."""

    format: str
    version: int
    settings: dict[str, str | int | float | bool | list[str | int]] = {}
    folders: tuple[ExportedFolder, ...] = ()
    saved_searches: tuple[ExportedSearch, ...] = ()
    window: dict[str, str] = {}


def write(content: ExportFile, path: Path) -> None:
    """Write the file, for this user alone. Raises BadInputError."""
    text = json.dumps(msgspec.to_builtins(content), indent=2)  # escapes the bytes of a path that are not UTF-8
    try:
        replace_file(path, text + "\n")
    except OSError as error:
        raise BadInputError("transfer.not_writable", path=path, reason=error.strerror) from error


def read(path: Path) -> ExportFile:
    """Read a file and check it. Raises BadInputError for one that is not an export, or of a newer version."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInputError("transfer.not_ours", path=path)
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInputError("transfer.unreadable", path=path) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadInputError("transfer.not_ours", path=path)
    version = data.get("version")
    if isinstance(version, int) and version > VERSION:
        raise BadInputError("transfer.newer", path=path)
    try:
        return msgspec.convert(data, ExportFile)
    except msgspec.ValidationError as error:
        raise BadInputError("transfer.wrong_value", path=path, problem=str(error)) from error
