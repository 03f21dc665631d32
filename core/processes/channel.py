"""Bytes and open descriptors from a process to its child, over the socket that is the child's stdin."""

from __future__ import annotations

import os
import socket


def send(channel: socket.socket, data: bytes, descriptor: int | None = None) -> None:
    """Send bytes, and with the first of them a copy of a descriptor; raises OSError, TimeoutError after its time-out.

    The child receives the descriptor as it is: one that was opened for reading cannot be written to.
    """
    view = memoryview(data)
    if descriptor is not None:
        view = view[socket.send_fds(channel, [view], [descriptor]) :]
    if view:  # the child may have read everything, and ended
        channel.sendall(view)


def receive(channel: socket.socket, count: int) -> tuple[bytes, int | None]:
    """The next `count` bytes, fewer only at the end, and the descriptor that came with them, if any; raises OSError."""
    data = bytearray()
    descriptor: int | None = None
    while len(data) < count:
        piece, descriptors, _, _ = socket.recv_fds(channel, count - len(data), 1, socket.MSG_CMSG_CLOEXEC)
        for other in descriptors:
            if descriptor is not None:
                os.close(descriptor)
            descriptor = other
        if not piece:
            break
        data += piece
    return bytes(data), descriptor
