"""The log of an engine: its stderr in a file of limited size, and the last lines in memory."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from pathlib import Path

MAX_SIZE = 512 * 1024  # bytes
LAST_WORDS = 6
LINES_KEPT = 400  # the reason of a failure is well before the last lines


class EngineLog:
    """Writes lines without secrets; the previous file is kept as NAME.1. For one writing thread."""

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

    def last_words(self) -> str:
        """The last non-empty lines."""
        return "\n".join(line for line in self.lines()[-LAST_WORDS:] if line.strip())

    def lines(self) -> list[str]:
        """The last lines of this run."""
        return list(self._last)

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line + "\n")
            full = file.tell() > self._max_size
        if full:
            os.replace(self._path, self._path.with_name(f"{self._path.name}.1"))


def tail(path: Path, count: int) -> list[str]:
    """The last lines of a log, also from the previous file."""
    lines: list[str] = []
    for file in (path.with_name(f"{path.name}.1"), path):
        with contextlib.suppress(OSError):
            lines += file.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines[-count:] if count > 0 else []
