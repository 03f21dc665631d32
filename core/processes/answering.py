"""A confined process that answers requests, one at a time: each with a deadline, each answer checked.

A message is a head in msgpack and a payload; the lengths of both come first. A request may carry an open descriptor.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec

LENGTHS = struct.Struct("<II")
START_SECONDS = 30.0
STALE_SECONDS = 0.4  # that an answer may still take when nobody waits for it any more
TICK = 0.05  # between two looks at whether somebody waits
AnswerT = TypeVar("AnswerT")
_encoder = msgspec.msgpack.Encoder()


class ProcessFailed(Exception):
    """The process ended, or answered something that cannot be."""


class ProcessNotStarted(ProcessFailed):
    """The process ended, or said nothing, before it was ready."""


class ProcessTimedOut(Exception):
    """The process did not answer before the deadline; with `stale`, nobody waited for the answer any more."""

    def __init__(self, *, stale: bool = False) -> None:
        super().__init__()
        self.stale = stale


def never_stale() -> bool:
    """An `is_stale` for an answer that somebody waits for."""
    return False


def packed(message: msgspec.Struct, payload_length: int = 0) -> bytes:
    """A message as bytes, to be followed by its payload; lone surrogates become question marks."""
    head = _encoder.encode(message)
    return LENGTHS.pack(len(head), payload_length) + head


class AnsweringProcess(Generic[AnswerT]):
    """A running process, used by one thread at a time. It starts in the background: the first answer waits.

    `decode` makes an answer of a head, or raises msgspec.MsgspecError; `payload_of` says how many bytes must follow
    one, or raises EOFError. A longer head than `max_head` bytes, or payload than `max_payload`, is never received.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        decode: Callable[[bytes], AnswerT],
        payload_of: Callable[[AnswerT], int],
        *,
        max_head: int,
        max_payload: int,
    ) -> None:
        ours, theirs = socket.socketpair()
        self._connection = ours
        self._ready = False
        self._decode, self._payload_of = decode, payload_of
        self._max_head, self._max_payload = max_head, max_payload
        try:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=os.path.sep,
                env=dict(environment),
            )
        except OSError as error:
            ours.close()
            raise ProcessFailed(str(error)) from error
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(
        self,
        request: msgspec.Struct,
        *,
        seconds: float,
        descriptor: int | None = None,
        is_stale: Callable[[], bool] = never_stale,
    ) -> tuple[AnswerT, bytes]:
        """Send a request and wait for its answer; raises ProcessTimedOut or ProcessFailed, and then is of no more use.

        `descriptor` is sent along. An answer that `is_stale` says is of no use any more is waited for a moment only.
        """
        try:
            self._wait_ready()
            self._connection.settimeout(seconds)
            message = packed(request)
            descriptors = [] if descriptor is None else [descriptor]
            sent = socket.send_fds(self._connection, [message], descriptors) if descriptors else 0
            self._connection.sendall(message[sent:])
            return self._receive(time.monotonic() + seconds, is_stale)
        except TimeoutError as error:
            raise ProcessTimedOut from error
        except (OSError, msgspec.MsgspecError, EOFError) as error:
            raise ProcessFailed(str(error)) from error

    def _wait_ready(self) -> None:
        if not self._ready:
            try:
                self._receive(time.monotonic() + START_SECONDS, never_stale)  # that it is ready
            except (ProcessTimedOut, OSError, msgspec.MsgspecError, EOFError) as error:
                raise ProcessNotStarted(str(error) or "no answer") from error
            self._ready = True

    def close(self) -> None:
        """Kill it and close the socket. May be called again, and from any thread."""
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def _receive(self, deadline: float, is_stale: Callable[[], bool]) -> tuple[AnswerT, bytes]:
        waited = _Wait(deadline, is_stale)
        head_length, payload_length = LENGTHS.unpack(self._read(LENGTHS.size, waited))
        if head_length > self._max_head or payload_length > self._max_payload:
            raise EOFError("an answer of impossible length")
        answer = self._decode(bytes(self._read(head_length, waited)))
        expected = self._payload_of(answer)
        if payload_length != expected:
            raise EOFError(f"{payload_length} bytes where {expected} belong")
        return answer, bytes(self._read(payload_length, waited))

    def _read(self, count: int, wait: _Wait) -> bytearray:
        buffer = bytearray(count)
        view, got = memoryview(buffer), 0
        while got < count:
            self._connection.settimeout(wait.next())
            try:
                read = self._connection.recv_into(view[got:])
            except TimeoutError:
                continue
            if not read:
                raise EOFError("it ended")
            got += read
        return buffer


class _Wait:
    """How long to wait for the next bytes."""

    def __init__(self, deadline: float, is_stale: Callable[[], bool]) -> None:
        self._deadline, self._is_stale = deadline, is_stale
        self._stale_since: float | None = None

    def next(self) -> float:
        """Seconds to wait before asking again; raises ProcessTimedOut."""
        now = time.monotonic()
        if now >= self._deadline:
            raise ProcessTimedOut
        if self._is_stale():
            self._stale_since = self._stale_since or now
            if now - self._stale_since > STALE_SECONDS:
                raise ProcessTimedOut(stale=True)
        return min(TICK, self._deadline - now)
