"""The event log of a library: repairs, backups and rebuilt indexes, in a file of limited size."""

from __future__ import annotations

import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_LOG_BYTES = 512 * 1024


class _SilentHandler(RotatingFileHandler):
    """Drops a line that cannot be written, for example on a full disk."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - overrides a method of logging
        del record


class EventLog:
    """Writes the log records of core to `logs/library.log` of a library, from now until `close`."""

    def __init__(self, root: Path) -> None:
        with suppress(OSError):  # then the log is not written
            (root / "logs").mkdir(mode=0o700, exist_ok=True)
        self._handler = _SilentHandler(
            root / "logs" / "library.log", maxBytes=MAX_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._logger = logging.getLogger("core")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)

    def reopen(self) -> None:
        """Open the file again with the next line, because its folder was away."""
        self._handler.close()

    def close(self) -> None:
        self._logger.removeHandler(self._handler)
        self._handler.close()
