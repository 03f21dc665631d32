"""Controls indexing: pause, resume, rescan, retry."""

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
        """Why indexing waits; None if it does not."""
        return self._sessions.current.pause_state

    @property
    def paused(self) -> bool:
        """Whether indexing is paused by `pause`."""
        state = self.pause_state
        return state is not None and state.reason == "paused"

    def pause(self, seconds: float | None = None) -> None:
        """Stop reading and embedding until `resume`, or for a number of seconds."""
        with self._sessions.writer() as writer:
            writer.pause(seconds)

    def resume(self) -> None:
        """Resume after a pause; if indexing waits for another reason (such as battery), override that for now."""
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
