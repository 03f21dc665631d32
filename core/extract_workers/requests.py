"""The reader's side of the channel: requests, and the descriptors that come with them."""

from __future__ import annotations

import os
import select
import socket
from dataclasses import dataclass

from core.extract_workers.messages import Configure, Request, decode_configuration, decode_request
from core.extract_workers.protocol import LENGTHS
from core.processes import channel


@dataclass(frozen=True, slots=True)
class RequestChannel:
    """Receives what the pool sends."""

    socket: socket.socket

    @classmethod
    def of_stdin(cls) -> RequestChannel:
        """The channel of this process, whose stdin is empty from then on."""
        requests = socket.socket(fileno=os.dup(0))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        return cls(requests)

    def configuration(self) -> Configure | None:
        """The first message; None if the pool is gone."""
        received = self._receive()
        return None if received is None else decode_configuration(received[0])

    def receive(self) -> tuple[Request, bytes, int | None] | None:
        """The next request, its payload and its descriptor; None once the pool has closed the channel."""
        received = self._receive()
        return None if received is None else (decode_request(received[0]), received[1], received[2])

    def is_ready_within(self, seconds: float) -> bool:
        """Whether there is a request within so many seconds, or the channel is closed."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        return bool(ready)

    def _receive(self) -> tuple[bytes, bytes, int | None] | None:
        lengths, descriptor = channel.receive(self.socket, LENGTHS.size)
        if len(lengths) < LENGTHS.size:
            return None
        head, payload = LENGTHS.unpack(lengths)
        whole, _ = channel.receive(self.socket, head + payload)
        return (whole[:head], whole[head:], descriptor) if len(whole) == head + payload else None
