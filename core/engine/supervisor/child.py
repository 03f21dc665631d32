"""One engine process: its output becomes events and log lines, and it ends with all its children."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import paths
from core.engine.supervisor.log import EngineLog
from core.processes.child import ChildProcess, lines

GRACE = 3.0  # seconds between SIGTERM and SIGKILL
LONGEST_LINE = 256 * 1024  # bytes; SGLang writes all its settings in one

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Reported:
    """The child reported an event: a JSON object on stdout, or a line of its log that means one."""

    child: Child
    event: Event


@dataclass(frozen=True)
class Exited:
    """The child has exited: its exit code, or minus the signal that ended it."""

    child: Child
    code: int


class Child:
    """A running engine process. `post` receives its events and, last, its exit, on other threads.

    `read` returns the event that a line of its log means, None if none. Raises OSError if it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        log: EngineLog,
        post: Callable[[Reported | Exited], None],
        read: Callable[[str], Event | None],
    ) -> None:
        self._read = read
        self._log = log
        self._post = post
        environment = {**os.environ, **variables}
        self._process = ChildProcess(command, environment=environment, folder=paths.resources().parent)
        self._readers = [
            threading.Thread(target=self._read_stdout, name="engine-out", daemon=True),
            threading.Thread(target=self._read_stderr, name="engine-log", daemon=True),
        ]
        self._waiter = threading.Thread(target=self._wait, name="engine-wait", daemon=True)
        for thread in (*self._readers, self._waiter):
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self, drain: float = 0.0) -> None:
        """End the process and its group; returns when they have exited.

        A process behind the guard may finish its requests first, for at most `drain` seconds.
        """
        with contextlib.suppress(OSError):
            if drain:
                self._process.stdin.write(b"drain\n")
                self._process.wait(drain)
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.end(GRACE)
        for thread in (self._waiter, *self._readers):
            thread.join()

    def _wait(self) -> None:
        code = self._process.wait()
        assert code is not None
        for thread in self._readers:
            thread.join()
        self._post(Exited(self, code))

    def _read_stdout(self) -> None:
        for line in lines(self._process.stdout, LONGEST_LINE):
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict):
                self._post(Reported(self, event))
            else:
                self._log.write(line)

    def _read_stderr(self) -> None:
        for line in lines(self._process.stderr, LONGEST_LINE):
            event = self._read(line)  # first: who has seen the line in the log finds what it means
            self._log.write(line)
            if event is not None:
                self._post(Reported(self, event))
