"""Runs `findling open` for a result that was chosen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from core.links import Link


class Activation:
    """Opens links in the window, which is started if it is not there. `command` runs `findling`."""

    def __init__(self, command: Sequence[str], library: str) -> None:
        self._command, self._library = tuple(command), library
        self._running: list[subprocess.Popen[bytes]] = []

    def open(self, link: Link, *, token: str = "", timestamp: int = 0) -> None:
        """Show what a link names. `token` or `timestamp` come from the shell, and let the window come to the front."""
        self._running = [process for process in self._running if process.poll() is None]
        environment = dict(os.environ)
        if token:
            environment["XDG_ACTIVATION_TOKEN"] = token
        elif timestamp:
            environment["DESKTOP_STARTUP_ID"] = f"findling_TIME{timestamp}"
        # In a session of its own, so that the window stays when this process ends.
        self._running.append(
            subprocess.Popen(
                [*self._command, "open", str(link), "--library", self._library],
                env=environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
