"""The control socket of a library: how other programs of the same user reach the one that has it open.

The window listens on it from its start, the command line while it writes to a library. A second start of the window
hands its folders over through it, and other commands share the engine. Each request is one line of JSON, an object
with the key "request"; the reply is one such line.

The socket is in the library's folder, or in the user's runtime directory where that folder cannot hold one, never in
a directory that others may write to. Both sides check that their peer runs under the same user id.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOCKET_NAME = "door"
CLIENT_TIMEOUT = 10.0  # seconds a client waits for a reply
SERVER_TIMEOUT = 2.0  # seconds the server waits for the rest of a request
LOCK_TRIES, LOCK_INTERVAL = 20, 0.05  # seconds
MAX_LINE = 1 << 20  # bytes of a request or a reply
_CREDENTIALS = struct.Struct("iII")  # pid, uid, gid of SO_PEERCRED, see unix(7)

Reply = dict[str, Any]
Handler = Callable[[Reply], Reply | None]


class ControlSocket:
    """Answers the requests that handlers were registered for; they run on the socket's thread, one at a time."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self._root = Path(os.path.realpath(root))
        self._handlers: dict[str, Handler] = {}
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._folder = -1  # a descriptor of the socket's folder
        self._thread: threading.Thread | None = None

    @property
    def listening(self) -> bool:
        return self._socket is not None

    def register(self, **handlers: Handler) -> None:
        """Answer these requests from now on. A handler gets the request, and returns None for an invalid one."""
        self._handlers |= handlers

    def unregister(self, *names: str) -> None:
        """Answer these requests no longer."""
        for name in names:
            self._handlers.pop(name, None)

    def listen(self) -> bool:
        """Start to answer; False if another program answers for this library, or no folder can hold a socket.

        The library's folder is made if it is missing. Does nothing while this one listens.
        """
        with self._lock:
            if self._socket is None:
                with contextlib.suppress(OSError):
                    self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._listen()
            return self._socket is not None

    def close(self) -> None:
        """Stop answering; a request that is being answered is finished first."""
        with self._lock:
            if self._socket is None:
                return
            with contextlib.suppress(OSError):
                os.unlink(SOCKET_NAME, dir_fd=self._folder)  # before another program may put its own there
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread
            self._socket.close()
            os.close(self._folder)
            self._socket, thread = None, self._thread
        if thread is not None:
            thread.join()

    def _listen(self) -> None:
        for folder in _folders(self._root, make=True):
            _lock_folder(folder)  # until it is closed: one program at a time checks and binds
            if (other := _connected(folder)) is not None:
                other.close()
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(SOCKET_NAME, dir_fd=folder)  # of a program that was killed, or another user's
                server.bind(_address(folder))
                os.chmod(_address(folder), 0o600)  # no client can connect before `listen`
                server.listen()
                self._folder = os.open(".", os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
            except OSError:  # a file system without sockets, or one that is read-only
                server.close()
                continue
            self._socket = server
            self._thread = threading.Thread(target=self._serve, args=(server,), name="control", daemon=True)
            self._thread.start()
            return

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                peer, _ = server.accept()
            except OSError:
                return
            with peer, contextlib.suppress(OSError):  # the client may go away
                if is_same_user(peer):
                    peer.settimeout(SERVER_TIMEOUT)
                    reply = self._reply(_read_line(peer))
                    peer.sendall(json.dumps(reply).encode() + b"\n")

    def _reply(self, message: Reply | None) -> Reply:
        handler = self._handlers.get(str(message.get("request"))) if message is not None else None
        reply = handler(message) if handler is not None and message is not None else None
        return {"error": "unknown request"} if reply is None else reply


def send_request(
    root: str | os.PathLike[str], name: str, /, *, timeout: float = CLIENT_TIMEOUT, **facts: Any
) -> Reply | None:
    """The reply of the program that has the library open; None if there is none, or it does not know the request."""
    for folder in _folders(Path(os.path.realpath(root))):
        peer = _connected(folder, timeout)
        if peer is None:
            continue
        try:
            with peer:
                peer.sendall(json.dumps({"request": name, **facts}).encode() + b"\n")
                reply = _read_line(peer)
        except OSError:
            return None
        return None if reply is None or "error" in reply else reply
    return None


def is_same_user(peer: socket.socket) -> bool:
    """Whether the process at the other end runs under this process's effective user id."""
    _, uid, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return bool(uid == os.geteuid())


def _connected(folder: int, timeout: float = CLIENT_TIMEOUT) -> socket.socket | None:
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


def _read_line(peer: socket.socket) -> Reply | None:
    """One JSON object; None if it is none."""
    with peer.makefile("rb") as lines:
        try:
            message = json.loads(lines.readline(MAX_LINE))
        except (ValueError, RecursionError):
            return None
    return message if isinstance(message, dict) else None


def _folders(root: Path, *, make: bool = False) -> Iterator[int]:
    """Descriptors of the folders that may hold the socket, each open until the next one is asked for."""
    with contextlib.suppress(OSError), _opened(root) as folder:
        yield folder
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
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
