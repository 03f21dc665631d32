"""Where an engine's watcher and everybody else meet: its state one way, wishes the other."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.engine.probe.check import Endpoint, check
from core.engine.supervisor.child import Exited, Told
from core.errors import EngineError, WaitTimeoutError
from core.events import EngineChanged, EngineState, EngineStatus, Report
from core.messages import Message


@dataclass(frozen=True)
class Stop:
    """End what runs, and the watcher."""


@dataclass(frozen=True)
class Retry:
    """Try now, whatever the plan was."""


@dataclass(frozen=True)
class Release:
    """End what runs, but not the watcher, until it is asked to try."""


@dataclass(frozen=True)
class Suspect:
    """Somebody saw this endpoint dead."""

    endpoint: Endpoint


@dataclass(frozen=True)
class Checked:
    """An endpoint was checked: None, or what was wrong; `served_as` is what it calls the model."""

    endpoint: Endpoint
    error: BaseException | None
    served_as: str = ""


Mail = Stop | Retry | Release | Suspect | Checked | Told | Exited


class Stopped(Exception):
    """Raised on the supervisor's thread where it reads that it shall end."""


class Released(Exception):
    """Raised on the supervisor's thread where it reads that it shall let go of what runs."""


class Mailbox:
    """The state of one engine, and the messages for its watcher."""

    def __init__(self, status: EngineStatus, report: Report, test: Callable[[Endpoint], str | None] = check) -> None:
        self._status = status
        self._report = report
        self._test = test
        self._endpoint: Endpoint | None = None
        self._suspected = False
        self._gone = 0
        self._used = time.monotonic()
        self._changed = threading.Condition()
        self._messages: queue.SimpleQueue[Mail] = queue.SimpleQueue()

    def status(self) -> EngineStatus:
        """The state now."""
        with self._changed:
            return self._status

    def endpoint(self) -> Endpoint | None:
        """Where to send texts, None unless ready."""
        with self._changed:
            self._used = time.monotonic()
            return self._endpoint

    def unused(self) -> float:
        """Seconds since somebody wanted the endpoint."""
        with self._changed:
            return time.monotonic() - self._used

    def show(
        self,
        state: EngineState,
        detail: str = "",
        remedy: str = "",
        *,
        endpoint: Endpoint | None = None,
        fraction: float | None = None,
    ) -> None:
        """Go into a state, and report it if it is another one or says something else.

        Stopping ends only in stopped or released.
        """
        with self._changed:
            before = self._status
            if before.state == "stopping" and state not in ("stopped", "released"):
                return
            self._endpoint = endpoint
            self._status = after = replace(before, state=state, detail=detail, remedy=remedy, fraction=fraction)
            self._suspected = False
            self._gone += state in ("stopped", "released")
            self._changed.notify_all()
        if after != before:
            self._report(EngineChanged(after))

    def note(self, **facts: Any) -> None:
        """Change single facts of the status; only another state is reported."""
        with self._changed:
            before = self._status
            if before.state == "stopping":
                facts.pop("state", None)
            self._status = after = replace(before, **facts)
        if after.state != before.state:
            self._report(EngineChanged(after))

    def wait_ready(self, timeout: float | None) -> Endpoint:
        """Block until ready; raises EngineError (failed, stopped) or WaitTimeoutError."""
        with self._changed:
            self._used = time.monotonic()
            if not self._changed.wait_for(self._settled, timeout):
                sentence = self._status.detail or Message("engine.still_starting").sentence
                raise WaitTimeoutError(sentence, self._status.remedy)
            if self._endpoint is None:
                raise EngineError(self._status.detail or Message("engine.not_running").sentence, self._status.remedy)
            self._used = time.monotonic()
            return self._endpoint

    def times_gone(self) -> int:
        """How often nothing of it ran any more."""
        with self._changed:
            return self._gone

    def wait_gone(self, times: int, timeout: float) -> None:
        """Block until that was so more than so many times, even if it runs again by now; at most `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._gone > times, timeout)

    def _settled(self) -> bool:
        return self._endpoint is not None or self._status.state in ("failed", "stopped", "stopping", "released")

    def post(self, message: Mail) -> None:
        """Leave a message for the watcher."""
        self._messages.put(message)

    def suspect(self, endpoint: Endpoint) -> None:
        """Leave a complaint, once until it has been looked into; one about an endpoint of the past is dropped."""
        with self._changed:
            if endpoint != self._endpoint or self._suspected:
                return
            self._suspected = True
        self.post(Suspect(endpoint))

    def trust(self) -> None:
        """The complaint was looked into and was wrong."""
        with self._changed:
            self._suspected = False

    def check(self, endpoint: Endpoint) -> None:
        """Have an endpoint checked; `Checked` tells. An engine that hangs keeps a thread busy, but not the watcher."""
        threading.Thread(target=self._check, args=(endpoint,), name="engine-check", daemon=True).start()

    def _check(self, endpoint: Endpoint) -> None:
        error: BaseException | None = None
        served_as = ""
        try:
            served_as = self._test(endpoint) or ""
        except BaseException as caught:  # noqa: BLE001 - it is raised again on the supervisor's thread
            error = caught
        self.post(Checked(endpoint, error, served_as))

    def next(self, timeout: float | None = None) -> Retry | Suspect | Checked | Told | Exited | None:
        """The watcher's next message, None after `timeout` seconds; raises Stopped or Released."""
        try:
            message = self._messages.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(message, Stop):
            raise Stopped
        if isinstance(message, Release):
            raise Released
        return message

    def pause(self, seconds: float | None) -> None:
        """Let time pass (None: any), but go on at once when asked to try again; raises Stopped."""
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or time.monotonic() < end:
            if isinstance(self.next(None if end is None else max(0.0, end - time.monotonic())), Retry):
                return
