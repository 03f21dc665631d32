"""One engine process: begun in a group of its own, its words read, ended with all that it started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from core import paths
from core.engine.log import EngineLog

PATIENCE = 3.0  # seconds between asking to end and ending
LONGEST_LINE = 4096


@dataclass(frozen=True)
class Told:
    """The child wrote a JSON object on stdout."""

    child: Child
    event: Mapping[str, Any]


@dataclass(frozen=True)
class Exited:
    """The child is gone: its exit code, or minus the signal that ended it."""

    child: Child
    code: int


class Child:
    """A running process. `post` hears what it tells and, as the last thing, that it is gone, on other threads."""

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        log: EngineLog,
        post: Callable[[Told | Exited], None],
    ) -> None:
        self._log = log
        self._post = post
        self._lock = threading.Lock()
        self._gone = threading.Event()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **variables},
            cwd=paths.resources().parent,
            start_new_session=True,
        )
        assert self._process.stdout
        assert self._process.stderr
        self._readers = [
            threading.Thread(target=self._read_stdout, args=(self._process.stdout,), name="engine-out", daemon=True),
            threading.Thread(target=self._read_stderr, args=(self._process.stderr,), name="engine-log", daemon=True),
        ]
        self._waiter = threading.Thread(target=self._wait, name="engine-wait", daemon=True)
        for thread in (*self._readers, self._waiter):
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self) -> None:
        """End the process and its group, first politely; returns when they are gone."""
        assert self._process.stdin
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._signal(signal.SIGTERM)
        if not self._gone.wait(PATIENCE):
            self._signal(signal.SIGKILL)
        for thread in (self._waiter, *self._readers):
            thread.join()

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if not self._gone.is_set():
                self._signal_group(number)

    def _signal_group(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(self._process.pid, number)
            else:
                self._process.terminate()

    def _wait(self) -> None:
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._lock:
            self._signal_group(signal.SIGKILL)  # before it is reaped its number cannot be another group's
            code = self._process.wait()
            self._gone.set()
        for thread in self._readers:
            thread.join()
        self._post(Exited(self, code))

    def _read_stdout(self, stream: IO[bytes]) -> None:
        for line in _lines(stream):
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict):
                self._post(Told(self, event))
            else:
                self._log.write(line)

    def _read_stderr(self, stream: IO[bytes]) -> None:
        for line in _lines(stream):
            self._log.write(line)


def _lines(stream: IO[bytes]) -> Iterator[str]:
    with stream:
        while line := stream.readline(LONGEST_LINE):
            yield line.decode("utf-8", "backslashreplace").rstrip()
