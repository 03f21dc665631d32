"""Where a library's socket is, who may listen there, and who is at the other end.

The socket is in the library's folder, or in the user's runtime directory where that folder cannot hold one, never in
a directory that others may write to. Both sides check that their peer runs under the same user id.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import stat
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOCKET_NAME = "control.sock"
CONNECT_TIMEOUT = 10.0  # seconds a client waits for its turn at a busy listener
LOCK_TRIES, LOCK_INTERVAL = 20, 0.05  # seconds
_CREDENTIALS = struct.Struct("iII")  # pid, uid, gid of SO_PEERCRED, see unix(7)


def bind(root: Path) -> tuple[socket.socket, int] | None:
    """A socket that listens for a library, and a descriptor of its folder; None if another program has it.

    Also None if no folder can hold a socket.
    """
    for folder in _folders(root, make=True):
        _lock_folder(folder)  # until it is closed: one program at a time checks and binds
        if (other := _connected(folder, CONNECT_TIMEOUT)) is not None:
            other.close()
            return None
        listening = socket.socket(socket.AF_UNIX)
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(SOCKET_NAME, dir_fd=folder)  # of a program that was killed, or another user's
            listening.bind(_address(folder))
            os.chmod(_address(folder), 0o600)  # no client can connect before `listen`
            listening.listen()
            return listening, os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
        except OSError:  # a file system without sockets, or one that is read-only
            listening.close()
    return None


def connect(root: str | os.PathLike[str], timeout: float = CONNECT_TIMEOUT) -> socket.socket | None:
    """A connection to the program that has a library open; None if there is none of the same user."""
    for folder in _folders(Path(os.path.realpath(root))):
        if (peer := _connected(folder, timeout)) is not None:
            return peer
    return None


def is_same_user(peer: Any) -> bool:
    """Whether the process at the other end of a socket runs under this process's effective user id."""
    return peer_of(peer)[1] == os.geteuid()


def peer_of(peer: Any) -> tuple[int, int]:
    """(process id, user id) of the other end of a socket; of one that was accepted elsewhere, of who listens."""
    pid, uid, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return pid, uid


def _connected(folder: int, timeout: float) -> socket.socket | None:
    """A connection to the socket in a folder; None if nobody of the same user listens there."""
    peer = socket.socket(socket.AF_UNIX)
    peer.settimeout(timeout)
    try:
        peer.connect(_address(folder))
        if is_same_user(peer):
            return peer
    except OSError:
        pass
    peer.close()
    return None


def _lock_folder(folder: int) -> None:
    """Lock a folder while its descriptor is open; gives up soon, as any program that can read it can lock it."""
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_INTERVAL)
        except OSError:  # a file system without locks
            return
        else:
            return


def _folders(root: Path, *, make: bool = False) -> Iterator[int]:
    """Descriptors of the folders that may hold the socket, each open until the next one is asked for."""
    with contextlib.suppress(OSError), _opened(root) as folder:
        yield folder
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        import hashlib  # takes longer than all the rest, and is seldom needed

        path = Path(runtime) / f"findling-{hashlib.sha256(os.fsencode(root)).hexdigest()[:16]}"
        with contextlib.suppress(OSError), _opened(Path(runtime)), _opened(path, make=make) as folder:
            yield folder


@contextmanager
def _opened(path: Path, *, make: bool = False) -> Iterator[int]:
    """A descriptor of a folder; raises OSError if it is missing or another user could replace what is in it."""
    if make:
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        status = os.fstat(folder)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(errno.EPERM, "the folder is not this user's own", str(path))
        yield folder
    finally:
        os.close(folder)


def _address(folder: int) -> str:
    """The socket's path through the folder's descriptor: always short enough, and always in the folder checked."""
    return f"/proc/self/fd/{folder}/{SOCKET_NAME}"
