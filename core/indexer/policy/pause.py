"""The user's pause, stored in the library's folder so that it outlives the process."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from core.events import PauseState

PAUSE_FILE = "pause.json"
CLOCK_TOLERANCE = 60.0  # seconds by which the clock may be set back without ending a pause
log = logging.getLogger(__name__)


class StoredPause:
    """The pause, if any, stored in `file`; with None it ends with the process."""

    def __init__(self, file: Path | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._span = _load(file)

    @property
    def state(self) -> PauseState | None:
        """The pause in effect, if any; setting the clock back to before its start ends a timed pause."""
        if self._span is None:
            return None
        since, until = self._span
        if until is not None and not since - CLOCK_TOLERANCE <= self._clock() < until:
            self.end()
            return None
        return PauseState("paused", until)

    def begin(self, seconds: float | None) -> None:
        """Pause for this many seconds, or until `end` is called."""
        now = self._clock()
        self._span = (now, None if seconds is None else now + seconds)
        self._save()

    def end(self) -> None:
        """End the pause, if there is one."""
        self._span = None
        self._save()

    def remaining(self) -> float | None:
        """Seconds until the pause ends by itself; None for no pause or one without an end."""
        state = self.state
        return None if state is None or state.until is None else state.until - self._clock()

    def _save(self) -> None:
        if self._file is None:
            return
        try:
            if self._span is None:
                self._file.unlink(missing_ok=True)
            else:
                self._file.write_text(json.dumps({"since": self._span[0], "until": self._span[1]}), encoding="ascii")
        except OSError as error:  # the pause still lasts until the process ends
            log.warning("cannot store the pause: %s", error)


def _load(file: Path | None) -> tuple[float, float | None] | None:
    """(since, until) from a file; None if there is none or it is invalid."""
    try:
        data = {} if file is None else json.loads(file.read_text(encoding="ascii"))
        return (float(data["since"]), None if data["until"] is None else float(data["until"])) if data else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
