"""Steering the indexing of a library: pause, resume, scan and read again."""

from __future__ import annotations

import os

from core.events import PauseState
from core.library.session.manager import SessionManager


class Indexing:
    """A part of `Library`. What changes something raises LibraryLockedError in a library that is only read."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions

    @property
    def pause_state(self) -> PauseState | None:
        """Why not everything is done at once; None if nothing is in the way."""
        return self._sessions.current.pause_state

    @property
    def paused(self) -> bool:
        """Whether `pause` was called, and neither `resume` nor the end of its time came."""
        state = self.pause_state
        return state is not None and state.reason == "paused"

    def pause(self, seconds: float | None = None) -> None:
        """Read and embed nothing more until `resume`, or for so many seconds."""
        with self._sessions.writer() as writer:
            writer.pause(seconds)

    def resume(self) -> None:
        """Go on after a pause; on battery, under load or on a metered server, too, until that is over."""
        with self._sessions.writer() as writer:
            writer.resume()

    def rescan(self) -> None:
        """Compare all folders with the disk now."""
        with self._sessions.writer() as writer:
            writer.rescan()

    def retry(self, path: str | None = None) -> None:
        """Read a file with a problem again, or all of them."""
        with self._sessions.writer() as writer:
            writer.retry(None if path is None else os.fsencode(path))
