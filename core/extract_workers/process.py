"""One worker process as the pool sees it: messages with a deadline, and why it ended."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

import core
from core.extract_workers import protocol

STDERR_TAIL = 4096
START_SECONDS = 60.0
SECONDS_TO_END = 1.0
MAX_MESSAGE_BYTES = 500_000_000
WORKER = (sys.executable, "-m", "core.extract_workers.worker")


class WorkerDied(Exception):
    """The process ended before it answered; the message says how."""


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
        self._process = _start(command)
        self._selector = selectors.DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
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
        return not self._closed and self._process.poll() is None

    def cpu_seconds(self) -> float:
        """Processor time used since it started."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a request; raises WorkerDied. Drops what was written to stderr so far: it is about another file."""
        stdin, stderr = self._process.stdin, self._process.stderr
        assert stdin is not None
        assert stderr is not None
        while _available(stderr.fileno()):
            pass
        self._stderr_tail = b""
        left = memoryview(protocol.packed(header, payload))
        try:
            while left:
                left = left[stdin.write(left) :]
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
        if self._process.stderr is not None and stream is self._process.stderr:
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
        try:
            code = self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        stderr = self._process.stderr
        assert stderr is not None
        while piece := _available(stderr.fileno()):
            self._stderr_tail = (self._stderr_tail + piece)[-STDERR_TAIL:]
        last_line = self._stderr_tail.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
        return f"{_exit_name(code)}: {last_line}" if last_line else _exit_name(code)

    def close(self) -> None:
        """Terminate it, kill it after a second, close its pipes. May be called again."""
        self.terminate()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._closed = True
        self._selector.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def terminate(self) -> None:
        """Send SIGTERM; safe from any thread."""
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Send SIGKILL; safe from any thread."""
        if self._process.poll() is None:
            self._process.kill()


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=os.path.sep,
            env=_environment(),
            bufsize=0,
        )
    except OSError as error:
        raise WorkerDied(str(error)) from error


def _available(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, STDERR_TAIL)
    except BlockingIOError:
        return b""


def _exit_name(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _environment() -> dict[str, str]:
    """The child imports this installation, whatever its working directory."""
    here = str(Path(core.__file__ or "").resolve().parent.parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"}
