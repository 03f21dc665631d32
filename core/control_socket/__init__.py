"""The control socket of a library: how other programs of the same user reach the one that has it open.

The window listens on it from its start, the command line while it writes to a library, `findling serve` always. It
speaks HTTP: each operation has a path below /v1, and /v1/openapi.json describes them all.

A client imports this package: what only a server needs, such as `Operation`, is imported from its module.
"""

from core.control_socket.client import NotAnsweredError, RefusedError, Reply, ask, send_command, send_request
from core.control_socket.inherited import inherited
from core.control_socket.listener import ControlSocket
from core.control_socket.location import SOCKET_NAME

__all__ = [
    "SOCKET_NAME",
    "ControlSocket",
    "NotAnsweredError",
    "RefusedError",
    "Reply",
    "ask",
    "inherited",
    "send_command",
    "send_request",
]
