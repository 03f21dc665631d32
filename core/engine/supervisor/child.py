"""One engine process in a process group of its own: its output is read, and it ends with all its children."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

from core import paths
from core.engine.supervisor.log import EngineLog

PATIENCE = 3.0  # seconds between asking to end and ending
LONGEST_LINE = 256 * 1024  # bytes; SGLang writes all its settings in one
PIECE = 65536
ENDS = re.compile(rb"[\r\n]")  # a progress bar ends its lines without a line feed

Event = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """The child reported an event: a JSON object on stdout, or a line of its log that means one."""

    child: Child
    event: Event


@dataclass(frozen=True)
class Exited:
    """The child is gone: its exit code, or minus the signal that ended it."""

    child: Child
    code: int


class Child:
    """A running process. `post` receives its events and, last, its exit, on other threads.

    `read` returns the event that a line of its log means, None if none.
    """

    def __init__(
        self,
        command: Sequence[str],
        variables: Mapping[str, str],
        log: EngineLog,
        post: Callable[[Told | Exited], None],
        read: Callable[[str], Event | None],
    ) -> None:
        self._read = read
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

    def end(self, drain: float = 0.0) -> None:
        """End the process and its group, first politely; returns when they are gone.

        Behind the guard it may finish what it is doing, for at most `drain` seconds.
        """
        assert self._process.stdin
        with contextlib.suppress(OSError):
            if drain:
                self._process.stdin.write(b"drain\n")
                self._process.stdin.flush()
                self._gone.wait(drain)
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
            if (event := self._read(line)) is not None:
                self._post(Told(self, event))


def _lines(stream: IO[bytes]) -> Iterator[str]:
    """Non-empty lines as they arrive; a line that is too long is split."""
    assert isinstance(stream, io.BufferedReader)
    rest = b""
    with stream:
        while piece := stream.read1(PIECE):
            *whole, rest = ENDS.split(rest + piece)
            if len(rest) > LONGEST_LINE:
                whole, rest = [*whole, rest], b""
            yield from filter(None, map(_text, whole))
    if text := _text(rest):
        yield text


def _text(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace").rstrip()
