"""A child process with unbuffered pipes, which can be ended with everything that it started."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

PIECE = 65536  # bytes read at a time
LINE_END = re.compile(rb"[\r\n]")  # a progress bar ends its lines without a line feed
KILL = signal.SIGKILL if os.name == "posix" else signal.SIGTERM
LONGEST_SLEEP = 0.05
GROUP_EXIT = 10.0  # seconds, the longest wait for a killed group: it takes long only where memory is freed slowly


class ChildProcess:
    """A running child process; its methods may be called from any thread, also after its exit.

    `environment` replaces that of this process. With `own_session` it leads a new session and process group: signals
    go to the whole group, and what is left of the group is killed when the child exits; `wait` returns when that has
    ended too. With `merge_stderr` its errors are written to its stdout. With `with_channel` its stdin is a socket,
    whose other end is `channel`, over which it can be handed open descriptors (`core.processes.channel`). Raises
    OSError if it cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path | str,
        own_session: bool = True,
        merge_stderr: bool = False,
        with_channel: bool = False,
    ) -> None:
        self._own_session = own_session
        self._lock = threading.Lock()
        self._reaped = False
        ends = socket.socketpair() if with_channel else None
        self._channel = ends and ends[0]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if ends is None else ends[1].fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if merge_stderr else subprocess.PIPE,
                env=dict(environment),
                cwd=folder,
                start_new_session=own_session,
                bufsize=0,
            )
        except OSError:
            if ends is not None:
                ends[0].close()
            raise
        finally:
            if ends is not None:
                ends[1].close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def channel(self) -> socket.socket:
        """This process's end of the channel; only with `with_channel`."""
        assert self._channel is not None
        return self._channel

    @property
    def stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def stderr(self) -> IO[bytes]:
        assert self._process.stderr is not None
        return self._process.stderr

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for its exit; the exit code, minus N after signal N, None if it still runs after `seconds`."""
        if not self._has_exited(seconds):
            return None
        with self._lock:
            if not self._reaped and self._own_session:
                self._send(KILL)  # before it is reaped its number cannot be another group's
            self._reaped = True
            code = self._process.wait()
        if self._own_session and os.name == "posix":
            _wait_for_group(self.pid)
        return code

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._signal(KILL)

    def end(self, grace: float) -> int:
        """Terminate it, kill it after `grace` seconds; returns its exit code."""
        self.terminate()
        if (code := self.wait(grace)) is None:
            self.kill()
            code = self.wait()
        assert code is not None
        return code

    def close(self) -> None:
        """Close its pipes."""
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr, self._channel):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _has_exited(self, seconds: float | None) -> bool:
        """Whether it exits within `seconds`; it is not reaped where the system can tell without that."""
        if not hasattr(os, "waitid"):
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                return False
            return True
        with contextlib.suppress(ChildProcessError):  # another thread has reaped it
            if seconds is None:
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
                return True
            end, delay = time.monotonic() + seconds, 0.0005
            while not self._reaped and os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                if (left := end - time.monotonic()) <= 0:
                    return False
                time.sleep(min(delay, left))
                delay = min(2 * delay, LONGEST_SLEEP)
        return True

    def _signal(self, number: signal.Signals) -> None:
        with self._lock:
            if not self._reaped:
                self._send(number)

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._own_session and os.name == "posix":
                os.killpg(self.pid, number)
            else:
                self._process.send_signal(number)


def _wait_for_group(group: int) -> None:
    """Wait until a killed process group has ended: SIGKILL returns before that."""
    end = time.monotonic() + GROUP_EXIT
    while _has_members(group) and time.monotonic() < end:
        time.sleep(LONGEST_SLEEP / 10)


def _has_members(group: int) -> bool:
    """Whether a process of this group still runs; zombies, whose parent has not waited for them, do not."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    import psutil  # hardly any group gets here

    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def lines(stream: IO[bytes], longest: int) -> Iterator[str]:
    """The non-empty lines of an unbuffered stream as they arrive; one of over `longest` bytes is split. Closes it."""
    rest = bytearray()
    with stream:
        while piece := stream.read(PIECE):
            first, *others = LINE_END.split(piece)
            rest += first
            for other in others:
                yield from filter(None, [_text(rest)])
                rest = bytearray(other)
            if len(rest) > longest:
                yield from filter(None, [_text(rest)])
                rest = bytearray()
    if text := _text(rest):
        yield text


def _text(line: bytearray) -> str:
    return line.decode("utf-8", "backslashreplace").rstrip()


def exit_description(code: int) -> str:
    """How a process ended, by its exit code (minus the signal that ended it); a technical detail in English."""
    if code >= 0:
        return f"ended with code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
