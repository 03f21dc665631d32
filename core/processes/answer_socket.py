"""The confined process's end of the socket on which an `AnsweringProcess` is asked."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

import msgspec

from core.processes import channel
from core.processes.answering import LENGTHS, packed


@dataclass(frozen=True, slots=True)
class AnswerSocket:
    """Receives requests and sends answers."""

    connection: socket.socket

    @classmethod
    def of_stdin(cls) -> AnswerSocket:
        """The socket that is this process's stdin; stdin and stdout are empty from then on."""
        connection = socket.socket(fileno=os.dup(0))
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(nothing, descriptor)
        os.close(nothing)
        return cls(connection)

    def receive(self, max_head: int) -> tuple[bytes, int] | None:
        """The next request's head, and the descriptor that came with it (-1 for none); None at the end."""
        lengths, descriptor = channel.receive(self.connection, LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            return None
        length = min(LENGTHS.unpack(lengths)[0], max_head)
        head, _ = channel.receive(self.connection, length)
        return None if len(head) < length else (head, -1 if descriptor is None else descriptor)

    def send(self, answer: msgspec.Struct, payload: bytes = b"") -> None:
        """Write an answer; a confined process may write to a socket, but not send."""
        for data in (packed(answer, len(payload)), payload):
            left = memoryview(data)
            while left:
                left = left[os.write(self.connection.fileno(), left) :]
