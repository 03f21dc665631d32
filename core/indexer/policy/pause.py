"""A person's pause: kept in the library's folder, so that it outlives the program that was told."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from core.events import PauseState

PAUSE_FILE = "pause.json"
SLACK = 60.0  # seconds that a clock may be corrected by without ending a pause
log = logging.getLogger(__name__)


class StoredPause:
    """At most one at a time. `file` is where it is kept, None for one that ends with the program."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._span = _kept(file)

    @property
    def pause_state(self) -> PauseState | None:
        """The pause that holds now: a clock that was set back behind its beginning ends one that has an end."""
        if self._span is None:
            return None
        since, until = self._span
        if until is not None and not since - SLACK <= self._clock() < until:
            self.end()
            return None
        return PauseState("paused", until)

    def begin(self, seconds: float | None) -> None:
        """Pause for so many seconds, or until `end`."""
        now = self._clock()
        self._span = (now, None if seconds is None else now + seconds)
        self._keep()

    def end(self) -> None:
        self._span = None
        self._keep()

    def left(self) -> float | None:
        """Seconds until it is over by itself; None if it never is."""
        pause_state = self.pause_state
        return None if pause_state is None or pause_state.until is None else pause_state.until - self._clock()

    def _keep(self) -> None:
        if self._file is None:
            return
        try:
            if self._span is None:
                self._file.unlink(missing_ok=True)
            else:
                self._file.write_text(json.dumps({"since": self._span[0], "until": self._span[1]}), encoding="ascii")
        except OSError as error:  # it holds all the same, until the program ends
            log.warning("the pause was not kept: %s", error)


def _kept(file: Path | None) -> tuple[float, float | None] | None:
    """What is kept in a file; a file that makes no sense is no pause."""
    try:
        data = {} if file is None else json.loads(file.read_text(encoding="ascii"))
        return (float(data["since"]), None if data["until"] is None else float(data["until"])) if data else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
