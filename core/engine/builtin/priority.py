"""Low processor priority, raised while the user waits for an answer."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NICENESS = 15
LINGER = 2.0  # seconds after an urgent answer: the user may still be typing
AUTOGROUP = Path("/proc/self/autogroup")  # Linux schedules by session first, see sched(7)


class Priority:
    """The niceness of this process's session in Linux's autogroups, where the process leads a session.

    Linux limits how often it may be changed; a change that is refused leaves the last value.
    """

    def __init__(self, autogroup: Path = AUTOGROUP) -> None:
        self._autogroup = autogroup if hasattr(os, "getsid") and os.getsid(0) == os.getpid() else None
        self._lock = threading.Lock()
        self._niceness = 0
        self._urgent = 0
        self._timer: threading.Timer | None = None

    def lower(self) -> None:
        """Lower the priority from now on."""
        if hasattr(os, "nice"):
            os.nice(NICENESS)
        self._set(NICENESS)

    @contextmanager
    def urgent(self) -> Iterator[None]:
        """Normal priority within the context and for LINGER seconds after it."""
        with self._lock:
            self._urgent += 1
            if self._timer is not None:
                self._timer.cancel()
            self._set(0)
        try:
            yield
        finally:
            with self._lock:
                self._urgent -= 1
                self._lower_later()

    def _lower_later(self) -> None:
        if not self._urgent and self._autogroup is not None:
            self._timer = threading.Timer(LINGER, self._lower_again)
            self._timer.daemon = True
            self._timer.start()

    def _lower_again(self) -> None:
        with self._lock:
            if not self._urgent and not self._set(NICENESS):
                self._lower_later()  # Linux refused: changed too often

    def _set(self, niceness: int) -> bool:
        """Whether it was set, or can never be set."""
        if self._autogroup is None or niceness == self._niceness:
            return True
        with contextlib.suppress(OSError):
            self._autogroup.write_text(str(niceness), encoding="ascii")
            self._niceness = niceness
            return True
        return not self._autogroup.exists()
