"""The mailbox between an engine's supervisor and its users: status one way, requests the other."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.engine.probe.check import Endpoint, check
from core.engine.supervisor.child import Exited, Reported
from core.errors import EngineError, WaitTimeoutError
from core.events import EngineChanged, EngineState, EngineStatus, Report
from core.messages import Message


@dataclass(frozen=True)
class Stop:
    """End the process and the supervisor."""


@dataclass(frozen=True)
class Retry:
    """Start now, without waiting for the back-off."""


@dataclass(frozen=True)
class Release:
    """End the process, but not the supervisor, until a Retry."""


@dataclass(frozen=True)
class Suspect:
    """A user of this endpoint got no answer."""

    endpoint: Endpoint


@dataclass(frozen=True)
class Checked:
    """The result of a check: `error` or None; `served_as` is the server's name of the model."""

    endpoint: Endpoint
    error: BaseException | None
    served_as: str = ""


Mail = Stop | Retry | Release | Suspect | Checked | Reported | Exited


class Stopped(Exception):
    """Raised on the supervisor's thread when it receives Stop."""


class Released(Exception):
    """Raised on the supervisor's thread when it receives Release."""


class Mailbox:
    """The status of one engine, and the messages for its supervisor."""

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
        """Seconds since the endpoint was last used."""
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
        """Set the state, and report it if the state or its sentence changed.

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

    def wait_ready(self, timeout: float | None, *, for_user: bool = True) -> Endpoint:
        """Block until ready; raises EngineError (failed, stopped) or WaitTimeoutError."""
        with self._changed:
            self._used = time.monotonic()
            if not self._changed.wait_for(lambda: self._settled(for_user=for_user), timeout):
                sentence = self._status.detail or Message("engine.still_starting").sentence
                raise WaitTimeoutError("verbatim", sentence=sentence, remedy=self._status.remedy)
            if self._endpoint is None:
                sentence = self._status.detail or Message("engine.not_running").sentence
                raise EngineError("verbatim", sentence=sentence, remedy=self._status.remedy)
            self._used = time.monotonic()
            return self._endpoint

    def exit_count(self) -> int:
        """How often the process has ended."""
        with self._changed:
            return self._gone

    def wait_exited(self, times: int, timeout: float) -> None:
        """Block until the process has ended more than so many times; at most `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._gone > times, timeout)

    def _settled(self, *, for_user: bool) -> bool:
        if self._endpoint is not None or self._status.state in ("failed", "stopped", "stopping", "released"):
            return True
        return self._status.is_unavailable and not for_user

    def post(self, message: Mail) -> None:
        """Send a message to the supervisor."""
        self._messages.put(message)

    def suspect(self, endpoint: Endpoint) -> None:
        """Send one complaint until it was checked; drop it if it is about an earlier endpoint."""
        with self._changed:
            if endpoint != self._endpoint or self._suspected:
                return
            self._suspected = True
        self.post(Suspect(endpoint))

    def trust(self) -> None:
        """The complaint was checked and was wrong."""
        with self._changed:
            self._suspected = False

    def check(self, endpoint: Endpoint) -> None:
        """Check an endpoint on another thread, as an engine may hang; sends Checked."""
        threading.Thread(target=self._check, args=(endpoint,), name="engine-check", daemon=True).start()

    def _check(self, endpoint: Endpoint) -> None:
        error: BaseException | None = None
        served_as = ""
        try:
            served_as = self._test(endpoint) or ""
        except BaseException as caught:  # noqa: BLE001 - it is raised again on the supervisor's thread
            error = caught
        self.post(Checked(endpoint, error, served_as))

    def next(self, timeout: float | None = None) -> Retry | Suspect | Checked | Reported | Exited | None:
        """The supervisor's next message, None after `timeout` seconds; raises Stopped or Released."""
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
        """Wait (None: without limit) until the time is up or a Retry comes; raises Stopped."""
        end = None if seconds is None else time.monotonic() + seconds
        while end is None or time.monotonic() < end:
            if isinstance(self.next(None if end is None else max(0.0, end - time.monotonic())), Retry):
                return
