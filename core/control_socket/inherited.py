"""Socket activation: systemd listens for a library, and passes the socket on when the first client comes."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from core.control_socket.location import SOCKET_NAME

FIRST_FD = 3  # sd_listen_fds(3)


def inherited(root: str | os.PathLike[str]) -> tuple[socket.socket, int] | None:
    """The listening socket of a library that was passed to this process, and a descriptor of its folder; None without.

    Of what was passed, all else is closed; what this process starts is told of nothing.
    """
    given = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if given["LISTEN_PID"] != str(os.getpid()) or not given["LISTEN_FDS"].isdigit():
        return None
    expected = Path(os.path.realpath(root)) / SOCKET_NAME
    found: tuple[socket.socket, int] | None = None
    for number in range(FIRST_FD, FIRST_FD + int(given["LISTEN_FDS"])):
        os.set_inheritable(number, False)  # noqa: FBT003
        passed = socket.socket(fileno=number)
        if found is None and _listens_at(passed, expected):
            found = passed, os.open(expected.parent, os.O_RDONLY | os.O_DIRECTORY)
        else:
            passed.close()
    return found


def _listens_at(passed: socket.socket, place: Path) -> bool:
    if passed.family != socket.AF_UNIX or not passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        return False
    return str(os.path.realpath(passed.getsockname())) == str(place)
