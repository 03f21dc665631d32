"""A server that is kept, whatever it answers: started, watched, let go and stopped from any thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Protocol

from core.engine.probe.check import Endpoint
from core.engine.supervisor.log import tail
from core.engine.supervisor.mailbox import Mailbox, Release, Retry, Stop, Stopped
from core.events import EngineStatus
from core.messages import Message

LONGEST_END = 60.0  # seconds; only a watcher that failed lets anybody wait so long


class Runner(Protocol):
    """What runs on the watcher's thread until its desk says Stopped."""

    def run(self) -> None: ...


class ServerHandle:
    """Starts and stops what is kept; its log is the file that its status names.

    Every change of state is reported as EngineChanged, from the watcher's thread or the caller's.
    """

    def __init__(self, kept: Runner, mailbox: Mailbox, *, can_release: bool) -> None:
        self._kept = kept
        self._mailbox = mailbox
        self._can_release = can_release
        self._lock = threading.Lock()
        self._watcher: threading.Thread | None = None
        self._is_closed = False
        self._is_held = False

    def start(self) -> None:
        """Begin to get ready, or try again after a failure; returns at once. Does nothing after `close`."""
        with self._lock:
            if self._is_closed:
                return
            if self._watcher is None:
                self._mailbox.show("starting", Message("engine.starting").sentence)
                self._watcher = threading.Thread(target=self._watch, name="engine-watcher", daemon=True)
                self._watcher.start()
            elif self._mailbox.status().state in ("failed", "released"):
                self._mailbox.show("starting", Message("engine.starting").sentence)
                self._mailbox.post(Retry())
            self._is_held = False

    def wake(self, *, for_work: bool = False) -> None:
        """Start it if it is off or released, for a question or `for_work` that waits.

        Work does not take back a card that a person has released; their next question does.
        """
        state = self._mailbox.status().state
        if state == "stopped" or (state == "released" and not (for_work and self._is_held)):
            self.start()
        elif state == "stopping" and not for_work:  # if it is only being unloaded, it begins again after that
            self._is_held = False
            self._mailbox.post(Retry())

    def release(self) -> None:
        """Free the memory that it takes, until it is asked for again; returns at once."""
        with self._lock:
            if self._watcher is not None and self._can_release:
                self._is_held = True
                self._mailbox.post(Release())

    def let_go(self) -> None:
        """Free the memory that it takes, and wait until nothing of it runs; not to be called from `report`."""
        times = self._mailbox.times_gone()
        self.release()
        if self._can_release and self._watcher is not None and self.status().state != "released":
            self._mailbox.wait_gone(times, LONGEST_END)

    def wait_ready(self, timeout: float | None = None) -> Endpoint:
        """Block until ready, at most `timeout` seconds.

        Raises EngineError (failed, or not started) or WaitTimeoutError.
        """
        return self._mailbox.wait_ready(timeout)

    def status(self) -> EngineStatus:
        """The state now; `detail` is a sentence about it, in a failure with the engine's last words."""
        return self._mailbox.status()

    def log_tail(self, lines: int) -> list[str]:
        """The last lines of what it said, without its key."""
        log = self._mailbox.status().log
        return tail(Path(log), lines) if log else []

    def close(self) -> None:
        """Stop for good: whoever still holds on to this one, in the middle of a search say, cannot start it again."""
        with self._lock:
            self._is_closed = True
        self.stop()

    def stop(self) -> None:
        """End the engine with all its processes, and wait for that; not to be called from `report`."""
        with self._lock:
            if self._watcher is None:
                return
            self._mailbox.show("stopping")
            self._mailbox.post(Stop())
            self._watcher.join()
            self._watcher = None
            self._mailbox.show("stopped")

    def _watch(self) -> None:
        try:
            self._kept.run()
        except Stopped:
            return
        except BaseException:
            failure = Message("engine.watcher_failed")
            self._mailbox.show("failed", failure.sentence, failure.remedy)
            raise
