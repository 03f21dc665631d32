"""A handle on a supervised server: start, release and stop it from any thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from core.engine.probe.check import Endpoint
from core.engine.supervisor.log import tail
from core.engine.supervisor.mailbox import Mailbox, Release, Retry, Stop, Stopped
from core.events import EngineStatus
from core.messages import Message

STOP_TIMEOUT = 60.0  # seconds; only reached if the supervisor failed


class Runner(Protocol):
    """What runs on the supervisor's thread until its mailbox raises Stopped."""

    def run(self) -> None: ...


class ServerHandle:
    """Starts and stops a server; its log is the file that its status names.

    Every change of state is reported as EngineChanged, on the supervisor's thread or the caller's.
    """

    def __init__(self, runner: Runner, mailbox: Mailbox, *, can_release: bool) -> None:
        self._runner = runner
        self._mailbox = mailbox
        self._can_release = can_release
        self._lock = threading.Lock()
        self._supervisor: threading.Thread | None = None
        self._is_closed = False
        self._is_released_by_person = False

    def start(self) -> None:
        """Start the server, or try again after a failure; returns at once. Does nothing after `close`."""
        with self._lock:
            if self._is_closed:
                return
            if self._supervisor is None:
                self._mailbox.show("starting", Message("engine.starting").sentence)
                self._supervisor = threading.Thread(target=self._run, name="engine-supervisor", daemon=True)
                self._supervisor.start()
            elif self._mailbox.status().state in ("failed", "released"):
                self._mailbox.show("starting", Message("engine.starting").sentence)
                self._mailbox.post(Retry())
            self._is_released_by_person = False

    def wake(self, *, for_work: bool = False) -> None:
        """Start the server if it is off or released, for a query or, `for_work`, for indexing.

        Indexing does not take back a graphics card that the user released; their next query does.
        """
        state = self._mailbox.status().state
        if state == "stopped" or (state == "released" and not (for_work and self._is_released_by_person)):
            self.start()
        elif state == "stopping" and not for_work:  # it starts again after it is unloaded
            self._is_released_by_person = False
            self._mailbox.post(Retry())

    def release(self) -> None:
        """Free the server's memory until it is needed again; returns at once."""
        with self._lock:
            if self._supervisor is not None and self._can_release:
                self._is_released_by_person = True
                self._mailbox.post(Release())

    def unload(self) -> None:
        """Free the server's memory until a query or indexing needs it; returns at once."""
        with self._lock:
            if self._supervisor is not None and self._can_release:
                self._mailbox.post(Release())

    def release_and_wait(self) -> None:
        """Free the server's memory and wait until none of its processes runs; not to be called from `report`."""
        times = self._mailbox.exit_count()
        self.release()
        if self._can_release and self._supervisor is not None and self.status().state != "released":
            self._mailbox.wait_exited(times, STOP_TIMEOUT)

    def wait_ready(self, timeout: float | None = None, *, for_user: bool = True) -> Endpoint:
        """Block until ready, at most `timeout` seconds; without `for_user` not for what only the user can fix.

        Raises EngineError (failed, or not started) or WaitTimeoutError.
        """
        return self._mailbox.wait_ready(timeout, for_user=for_user)

    def status(self) -> EngineStatus:
        """The current status; `detail` is a sentence, after a failure with the engine's last words."""
        return self._mailbox.status()

    def log_tail(self, lines: int) -> list[str]:
        """The last lines of the log, without the key."""
        log = self._mailbox.status().log
        return tail(Path(log), lines) if log else []

    def close(self) -> None:
        """Stop for good: a caller that still has this handle, for instance in a search, cannot start it again."""
        with self._lock:
            self._is_closed = True
        self.stop()

    def stop(self) -> None:
        """End the server with all its processes and wait for that; not to be called from `report`."""
        with self._lock:
            if self._supervisor is None:
                return
            self._mailbox.show("stopping")
            self._mailbox.post(Stop())
            self._supervisor.join()
            self._supervisor = None
            self._mailbox.show("stopped")

    def _run(self) -> None:
        try:
            self._runner.run()
        except Stopped:
            return
        except BaseException:
            failure = Message("engine.watcher_failed")
            self._mailbox.show("failed", failure.sentence, failure.remedy)
            raise
