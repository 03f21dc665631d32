"""One child process as the pool sees it: asked with a deadline, killed, its last words kept."""

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

LAST_WORDS = 4096
START_SECONDS = 60.0
KILL_AFTER = 1.0
MOST_BYTES = 500_000_000
WORKER = (sys.executable, "-m", "core.extract_workers.worker")


class WorkerDied(Exception):
    """The child ended in the middle of something; the words say how."""


class WorkerTimedOut(Exception):
    """The child did not answer before the deadline."""


class WorkerProcess:
    """A running reader: one at a time, one thread at a time."""

    def __init__(self, command: Sequence[str] = WORKER) -> None:
        self.files = 0
        self.memory = 0
        self._words = b""
        self._buffer = bytearray()
        self._ended = False
        self._process = _started(command)
        self._selector = selectors.DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    def greet(self, greeting: dict[str, Any]) -> None:
        """Tell it how to read, and wait until it is ready; raises ReaderDied."""
        self.ask(greeting)
        try:
            self.answer(time.monotonic() + START_SECONDS)
        except WorkerTimedOut as error:
            raise WorkerDied(f"not ready after {START_SECONDS:.0f} s") from error

    @property
    def alive(self) -> bool:
        return not self._ended and self._process.poll() is None

    def worked(self) -> float:
        """Seconds of a processor it has used since it began."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:
            return 0.0
        return float(times.user + times.system)

    def ask(self, header: dict[str, Any], payload: bytes = b"") -> None:
        """Send a question; raises ReaderDied. What the child said before was about another file."""
        stdin, stderr = self._process.stdin, self._process.stderr
        assert stdin is not None
        assert stderr is not None
        while _available(stderr.fileno()):
            pass
        self._words = b""
        left = memoryview(protocol.packed(header, payload))
        try:
            while left:
                left = left[stdin.write(left) :]
        except OSError as error:
            raise WorkerDied(self._how_it_ended()) from error

    def answer(self, deadline: float) -> protocol.Message:
        """The next message, by a deadline in time.monotonic() seconds; raises ReaderLate or ReaderDied."""
        while (message := self._taken()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise WorkerTimedOut
            for key, _ in self._selector.select(left):
                self._take(key.fileobj)
        self.memory = message[0].get("memory", self.memory)
        return message

    def _take(self, stream: Any) -> None:
        piece = os.read(stream.fileno(), 1 << 20)
        if self._process.stderr is not None and stream is self._process.stderr:
            self._words = (self._words + piece)[-LAST_WORDS:]
            if not piece:
                self._selector.unregister(self._process.stderr)
        elif piece:
            self._buffer += piece
        else:
            raise WorkerDied(self._how_it_ended())

    def _taken(self) -> protocol.Message | None:
        if len(self._buffer) < protocol.LENGTHS.size:
            return None
        head, payload = protocol.LENGTHS.unpack_from(self._buffer)
        if head + payload > MOST_BYTES:
            raise WorkerDied("its answer is garbled")
        end = protocol.LENGTHS.size + head + payload
        if len(self._buffer) < end:
            return None
        message = protocol.parsed(bytes(self._buffer[protocol.LENGTHS.size : end]), head)
        del self._buffer[:end]
        return message

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(KILL_AFTER)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        stderr = self._process.stderr
        assert stderr is not None
        while piece := _available(stderr.fileno()):
            self._words = (self._words + piece)[-LAST_WORDS:]
        words = self._words.decode("utf-8", "replace").strip().rsplit("\n", 1)[-1][:200]
        return f"{_signal_name(code)}: {words}" if words else _signal_name(code)

    def end(self) -> None:
        """Stop it: asked first, killed after a second; its pipes are closed. May be called again."""
        self.terminate()
        try:
            self._process.wait(KILL_AFTER)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._ended = True
        self._selector.close()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def terminate(self) -> None:
        """Ask it to end; safe from any thread."""
        if self._process.poll() is None:
            self._process.terminate()

    def strike(self) -> None:
        """Kill it; safe from any thread."""
        if self._process.poll() is None:
            self._process.kill()

    def kill(self) -> None:
        """Kill it and let go of everything."""
        self.strike()
        self.end()


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
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
        return os.read(descriptor, LAST_WORDS)
    except BlockingIOError:
        return b""


def _signal_name(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def _environment() -> dict[str, str]:
    """The child finds this very installation, from whatever folder it is started."""
    here = str(Path(core.__file__ or "").resolve().parent.parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"}
