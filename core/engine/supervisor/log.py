"""The log of an engine: its stderr and its starts in a file of limited size, and the last lines in memory."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from pathlib import Path

from core.private_files import private_subfolder

MAX_SIZE = 512 * 1024  # bytes
LAST_WORDS = 6
LINES_KEPT = 400  # the reason of a failure is well before the last lines


class EngineLog:
    """Writes lines without secrets; the previous file is kept as NAME.1. One thread writes, another one may note."""

    def __init__(self, path: Path, secret: str, max_size: int = MAX_SIZE) -> None:
        self._path = path
        self._secret = secret
        self._max_size = max_size
        self._last: deque[str] = deque(maxlen=LINES_KEPT)

    def write(self, line: str) -> None:
        """Write a line; a full disk loses the line only."""
        if self._secret:
            line = line.replace(self._secret, "[key]")
        self._last.append(line)
        with contextlib.suppress(OSError):
            self._append(line)

    def note(self, event: str) -> None:
        """Write when the engine was started, was ready or ended; these are none of its own lines."""
        with contextlib.suppress(OSError):
            self._append(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {event}")

    def last_words(self) -> str:
        """The last non-empty lines."""
        return "\n".join(line for line in self.lines()[-LAST_WORDS:] if line.strip())

    def lines(self) -> list[str]:
        """The last lines of this run."""
        return list(self._last)

    def _append(self, line: str) -> None:
        private_subfolder(self._path.parent)
        with open(self._path, "a", encoding="utf-8", errors="backslashreplace", opener=_private) as file:
            file.write(line + "\n")
            full = file.tell() > self._max_size
        if full:
            os.replace(self._path, self._path.with_name(f"{self._path.name}.1"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def tail(path: Path, count: int) -> list[str]:
    """The last lines of a log, also from the previous file."""
    lines: list[str] = []
    for file in (path.with_name(f"{path.name}.1"), path):
        with contextlib.suppress(OSError):
            lines += file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-count:] if count > 0 else []
