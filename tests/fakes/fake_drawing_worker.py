"""A fake of the drawing process that misbehaves on page 2 (index 1), in the way its argument says.

"hang", "crash", "short" (fewer pixels than promised), "huge" (an impossible length), "noise" (bytes that are no
message), "other" (a picture of another size).
"""

from __future__ import annotations

import os
import socket
import sys
import time

from core.preview import messages
from core.processes.answering import LENGTHS, packed

MISBEHAVING_PAGE = 1


def main(way: str) -> None:
    connection = socket.socket(fileno=os.dup(0))
    connection.sendall(packed(messages.DrawingReady()))
    while True:
        lengths, descriptors, _, _ = socket.recv_fds(connection, LENGTHS.size, 1)
        if not lengths:
            return
        for descriptor in descriptors:
            os.close(descriptor)
        length, _ = LENGTHS.unpack(lengths)
        request = messages.request(connection.recv(length, socket.MSG_WAITALL))
        if isinstance(request, messages.Open):
            connection.sendall(packed(messages.DocumentOpened(3, [(100.0, 200.0)])))
        elif isinstance(request, messages.Draw):
            size = request.width * request.height * messages.BYTES_PER_PIXEL
            answer = messages.Drawn(request.width, request.height, 100.0, 200.0)
            if request.page == MISBEHAVING_PAGE:
                misbehave(connection, way, answer, size)
            connection.sendall(packed(answer, size) + bytes(size))


def misbehave(connection: socket.socket, way: str, answer: messages.Drawn, size: int) -> None:
    match way:
        case "hang":
            time.sleep(3600)
        case "crash":
            os.abort()
        case "short":
            connection.sendall(packed(answer, size // 2) + bytes(size // 2))
        case "huge":
            connection.sendall(LENGTHS.pack(2**31, 2**31))
        case "noise":
            connection.sendall(LENGTHS.pack(4, 0) + b"\xff\xfe\xfd\xfc")
        case "other":
            other = messages.Drawn(answer.width + 1, answer.height, 100.0, 200.0)
            connection.sendall(packed(other, other.width * other.height * 4) + bytes(other.width * other.height * 4))
    time.sleep(3600)


if __name__ == "__main__":
    main(sys.argv[1])
