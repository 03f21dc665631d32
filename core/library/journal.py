"""What happened to a library beside indexing, in a file of limited size: repairs, copies, indexes made again."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 512 * 1024


class Journal:
    """Writes what core logs to `logs/library.log` of a library, from now until `close`."""

    def __init__(self, root: Path) -> None:
        (root / "logs").mkdir(exist_ok=True)
        self._handler = RotatingFileHandler(
            root / "logs" / "library.log", maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True
        )
        self._handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        self._logger = logging.getLogger("core")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)

    def close(self) -> None:
        self._logger.removeHandler(self._handler)
        self._handler.close()
