"""Controls indexing: pause, resume, rescan, retry."""

from __future__ import annotations

import os
from collections.abc import Sequence

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
            writer.commands.rescan()

    def read_again(self, paths: Sequence[str]) -> None:
        """Read these files again from the start, though nothing about them has changed."""
        with self._sessions.writer() as writer:
            writer.commands.read_again([os.fsencode(path) for path in paths])

    def read_all_again(self) -> None:
        """Read every file again from the start; what has the same text is not embedded again."""
        with self._sessions.writer() as writer:
            writer.commands.read_all_again()

    def retry(self, path: str | Sequence[str] | None = None) -> None:
        """Read a file with a problem again, or several; None: all whose problem is not ignored."""
        paths = (path,) if isinstance(path, str) else path
        with self._sessions.writer() as writer:
            writer.commands.retry(None if paths is None else [os.fsencode(one) for one in paths])

    def ignore_problems(self, paths: Sequence[str], *, ignored: bool = True) -> None:
        """Ignore the problems that these files have, or count them again; a file with another problem counts again."""
        with self._sessions.writer() as writer:
            writer.commands.ignore_problems([os.fsencode(path) for path in paths], ignored=ignored)
