"""One worker process as the pool sees it: messages with a deadline, and why it ended."""

from __future__ import annotations

import os
import selectors
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

import core
from core.extract_workers import protocol
from core.processes.child import ChildProcess, exit_description

STDERR_TAIL = 4096
START_SECONDS = 60.0
SECONDS_TO_END = 1.0
MAX_MESSAGE_BYTES = 500_000_000
WORKER = (sys.executable, "-m", "core.extract_workers.worker")


class WorkerDied(Exception):
    """The process exited before it answered; the message says how."""


class WorkerTimedOut(Exception):
    """The process did not answer before the deadline."""


class WorkerProcess:
    """A running worker: one job at a time, used by one thread at a time."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self.files = 0
        self.memory = 0
        self._stderr_tail = b""
        self._buffer = bytearray()
        self._closed = False
        try:
            # In this process's session, where the low priority that it sets for itself counts against the window's.
            self._process = ChildProcess(command, environment=_environment(), folder=os.path.sep, own_session=False)
        except OSError as error:
            raise WorkerDied(str(error)) from error
        self._selector = selectors.DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    def configure(self, configuration: dict[str, Any]) -> None:
        """Send the chunking config and limits, and wait until it is ready; raises WorkerDied."""
        self.send(configuration)
        try:
            self.receive(time.monotonic() + START_SECONDS)
        except WorkerTimedOut as error:
            raise WorkerDied(f"not ready after {START_SECONDS:.0f} s") from error

    @property
    def alive(self) -> bool:
        return not self._closed and self._process.wait(0) is None

    def cpu_seconds(self) -> float:
        """Processor time used since it started."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a request; raises WorkerDied. Drops what was written to stderr so far: it is about another file."""
        while _available(self._process.stderr.fileno()):
            pass
        self._stderr_tail = b""
        left = memoryview(protocol.packed(header, payload))
        try:
            while left:
                left = left[self._process.stdin.write(left) :]
        except OSError as error:
            raise WorkerDied(self._exit_reason()) from error

    def receive(self, deadline: float) -> protocol.Message:
        """The next message, by a deadline in time.monotonic() seconds; raises WorkerTimedOut or WorkerDied."""
        while (message := self._next_message()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerTimedOut
            for key, _ in self._selector.select(left):
                self._read_from(key.fileobj)
        self.memory = message[0].get("memory", self.memory)
        return message

    def _read_from(self, stream: Any) -> None:
        piece = os.read(stream.fileno(), 1 << 20)
        if stream is self._process.stderr:
            self._stderr_tail = (self._stderr_tail + piece)[-STDERR_TAIL:]
            if not piece:
                self._selector.unregister(self._process.stderr)
        elif piece:
            self._buffer += piece
        else:
            raise WorkerDied(self._exit_reason())

    def _next_message(self) -> protocol.Message | None:
        if len(self._buffer) < protocol.LENGTHS.size:
            return None
        head, payload = protocol.LENGTHS.unpack_from(self._buffer)
        if head + payload > MAX_MESSAGE_BYTES:
            raise WorkerDied("garbled output")
        end = protocol.LENGTHS.size + head + payload
        if len(self._buffer) < end:
            return None
        message = protocol.parsed(bytes(self._buffer[protocol.LENGTHS.size : end]), head)
        del self._buffer[:end]
        return message

    def _exit_reason(self) -> str:
        code = self._process.wait(SECONDS_TO_END)
        if code is None:
            return "it closed its pipe"
        while piece := _available(self._process.stderr.fileno()):
            self._stderr_tail = (self._stderr_tail + piece)[-STDERR_TAIL:]
        last_line = self._stderr_tail.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
        return f"{exit_description(code)}: {last_line}" if last_line else exit_description(code)

    def close(self) -> None:
        """Terminate it, kill it after a second, close its pipes. May be called again."""
        self._process.end(SECONDS_TO_END)
        self._closed = True
        self._selector.close()
        self._process.close()

    def terminate(self) -> None:
        """Send SIGTERM; safe from any thread."""
        self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL; safe from any thread."""
        self._process.kill()


def _available(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, STDERR_TAIL)
    except BlockingIOError:
        return b""


def _environment() -> dict[str, str]:
    """The child imports this installation, whatever its working directory."""
    here = str(Path(core.__file__ or "").resolve().parent.parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"}
