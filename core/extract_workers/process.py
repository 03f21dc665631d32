"""One worker process as the pool sees it: messages with a deadline, and why it ended."""

from __future__ import annotations

import os
import selectors
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

import core
from core.extract.base import Limits
from core.extract_workers import protocol
from core.extract_workers.checks import InvalidMessageError
from core.extract_workers.messages import AnyReply, Configure, ReaderReady, decode_reply
from core.processes import channel
from core.processes.child import ChildProcess, exit_description
from core.processes.isolated import module_command

STDERR_TAIL = 4096
STDERR_READS = 64  # at most, to empty the pipe: a worker may fill it again at once
START_SECONDS = 60.0
SEND_SECONDS = 60.0
SECONDS_TO_END = 0.5
SECONDS_TO_EXIT = 10.0  # at most, after its pipe was closed, of one that runs or waits for a processor
BYTES_PER_CHAR = 4  # at most, of a text in UTF-8; passages and parts need fewer
HEADER_BYTES = 1 << 20  # of a header, besides what its text needs
RECEIVED_BYTES = 1 << 20  # bytes received at a time
# What of the environment a worker gets: the language, where libraries are, how Python and the C library behave.
KEPT_VARIABLES = ("HOME", "LANG", "LC_", "LD_LIBRARY_PATH", "MALLOC_", "PYTHON", "TZ", "VIRTUAL_ENV")
# NumPy's library starts threads when it is imported, and only a process of one thread can be confined.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
BUSY_STATES = (psutil.STATUS_RUNNING, psutil.STATUS_DISK_SLEEP, psutil.STATUS_WAKING)
WORKER = tuple(module_command("core.extract_workers.worker"))


class WorkerDied(Exception):
    """The process exited before it answered; the message says how."""


class WorkerTimedOut(Exception):
    """The process did not answer before the deadline."""


class WorkerProcess:
    """A running worker: one job at a time, used by one thread at a time. `limits` bound what it may say."""

    def __init__(self, limits: Limits, command: Sequence[str] = WORKER) -> None:
        self.files = 0
        self.is_confined = False
        self._max_payload = BYTES_PER_CHAR * limits.max_chars
        self._stderr_tail = b""
        self._buffer = bytearray()
        self._closed = False
        try:
            # In this process's session, where the low priority that it sets for itself counts against the window's.
            self._process = ChildProcess(
                command, environment=_environment(), folder=os.path.sep, own_session=False, with_channel=True
            )
        except OSError as error:
            raise WorkerDied(str(error)) from error
        self._process.channel.settimeout(SEND_SECONDS)
        self._selector = selectors.DefaultSelector()
        for stream in (self._process.stdout, self._process.stderr):
            os.set_blocking(stream.fileno(), False)
            self._selector.register(stream, selectors.EVENT_READ)

    def configure(self, configuration: Configure) -> None:
        """Send the chunking config and limits, and wait until it is ready; raises WorkerDied."""
        self.send(configuration)
        try:
            reply, _ = self.receive(time.monotonic() + START_SECONDS)
        except WorkerTimedOut as error:
            raise WorkerDied(f"not ready after {START_SECONDS:.0f} s") from error
        except InvalidMessageError as error:
            raise WorkerDied(str(error)) from error
        if not isinstance(reply, ReaderReady):
            raise WorkerDied("not ready")
        self.is_confined = reply.is_confined

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

    def wants_to_run(self) -> bool:
        """Whether it runs, waits for a processor or for a disk; False if it sleeps."""
        try:
            return psutil.Process(self._process.pid).status() in BUSY_STATES
        except psutil.Error:
            return False

    def memory(self) -> int:
        """Bytes of memory that it uses."""
        try:
            return int(psutil.Process(self._process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def send(self, message: msgspec.Struct, payload: bytes = b"", descriptor: int | None = None) -> None:
        """Send a request; raises WorkerDied. Drops what was written to stderr so far: it is about another file."""
        self._read_stderr()
        self._stderr_tail = b""
        try:
            channel.send(self._process.channel, protocol.packed(message, payload), descriptor)
        except OSError as error:
            raise WorkerDied(self._exit_reason()) from error

    def receive(self, deadline: float) -> tuple[AnyReply, bytes]:
        """The next message and its payload, by a deadline in time.monotonic() seconds.

        What has arrived is received after the deadline, too: this thread may have waited for a processor meanwhile.
        Raises WorkerTimedOut, WorkerDied and InvalidMessageError.
        """
        is_late = False
        while (message := self._next_message()) is None:
            if is_late:
                raise WorkerTimedOut
            left = deadline - time.monotonic()
            is_late = left <= 0
            for key, _ in self._selector.select(max(left, 0.0)):
                self._read_from(key.fileobj)
        return message

    def has_more(self) -> bool:
        """Whether it has said more than was received."""
        if not self._buffer:
            self._buffer += _available(self._process.stdout.fileno())
        return bool(self._buffer)

    def _read_from(self, stream: Any) -> None:
        piece = os.read(stream.fileno(), RECEIVED_BYTES)
        if stream is self._process.stderr:
            self._stderr_tail = (self._stderr_tail + piece)[-STDERR_TAIL:]
            if not piece:
                self._selector.unregister(self._process.stderr)
        elif piece:
            self._buffer += piece
        else:
            raise WorkerDied(self._exit_reason())

    def _next_message(self) -> tuple[AnyReply, bytes] | None:
        if len(self._buffer) < protocol.LENGTHS.size:
            return None
        head, payload = protocol.LENGTHS.unpack_from(self._buffer)
        if head > self._max_payload + HEADER_BYTES or payload > self._max_payload:
            raise InvalidMessageError(f"a message of {head + payload} bytes")
        start = protocol.LENGTHS.size + head
        end = start + payload
        if len(self._buffer) < end:
            return None
        view = memoryview(self._buffer)
        try:
            message = decode_reply(view[protocol.LENGTHS.size : start]), bytes(view[start:end])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidMessageError(f"an invalid message: {error}") from error
        finally:
            view.release()
        del self._buffer[:end]
        return message

    def _read_stderr(self) -> None:
        for _ in range(STDERR_READS):
            if not (piece := _available(self._process.stderr.fileno())):
                break
            self._stderr_tail = (self._stderr_tail + piece)[-STDERR_TAIL:]

    def _exit_reason(self) -> str:
        code, end = self._process.wait(SECONDS_TO_END), time.monotonic() + SECONDS_TO_EXIT
        while code is None and self.wants_to_run() and time.monotonic() < end:
            code = self._process.wait(SECONDS_TO_END)
        if code is None and (code := self._process.wait(0)) is None:  # it may have ended since it was waited for
            return "it closed its pipe"
        self._read_stderr()
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
    """The child imports this installation, whatever its working directory; it gets no keys that others may hold."""
    here = str(Path(core.__file__ or "").resolve().parent.parent)
    paths = [here, *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT_VARIABLES)}
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "RUST_BACKTRACE": "0"} | ONE_THREAD
