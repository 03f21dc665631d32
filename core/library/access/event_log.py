"""What happened to a library beside indexing, in a file of limited size: repairs, copies, indexes made again."""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 512 * 1024


class _SilentHandler(RotatingFileHandler):
    """A disk that cannot take a line loses it, and nothing else."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        del record


class EventLog:
    """Writes what core logs to `logs/library.log` of a library, from now until `close`."""

    def __init__(self, root: Path) -> None:
        with suppress(OSError):  # then nothing is written
            (root / "logs").mkdir(exist_ok=True)
        self._handler = _SilentHandler(
            root / "logs" / "library.log", maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._logger = logging.getLogger("core")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)

    def close(self) -> None:
        self._logger.removeHandler(self._handler)
        self._handler.close()
