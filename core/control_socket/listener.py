"""Listens for a library's clients: cheap until the first of them comes, then an HTTP server on a thread of its own."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.control_socket.location import SOCKET_NAME, bind, connect, peer_of

if TYPE_CHECKING:
    from core.control_socket.operation import Operation
    from core.control_socket.server import ControlServer

    Operations = dict[tuple[str, str], Operation]  # by method and path


class ControlSocket:
    """Answers the operations that were registered, for one library."""

    def __init__(self, root: str | os.PathLike[str], inherited: tuple[socket.socket, int] | None = None) -> None:
        """`inherited` is a socket that listens already, as `inherited()` returns it: it stays for who passed it on."""
        self._root, self._inherited = Path(os.path.realpath(root)), inherited
        self._operations: Operations = {}
        self._lock = threading.Lock()
        self._serving: _Serving | None = None

    @property
    def operations(self) -> Operations:
        return self._operations

    @property
    def listening(self) -> bool:
        return self._serving is not None

    def register(self, *operations: Operation) -> None:
        """Answer these operations from now on."""
        self._operations = self._operations | {(each.method, each.path): each for each in operations}

    def unregister(self, *operations: Operation) -> None:
        """Answer these operations no longer."""
        dropped = {(each.method, each.path) for each in operations}
        self._operations = {key: each for key, each in self._operations.items() if key not in dropped}

    def listen(self) -> bool:
        """Start to answer; False if another program answers for this library, or no folder can hold a socket.

        The library's folder is made if it is missing. Does nothing while this one listens.
        """
        with self._lock:
            if self._serving is None:
                with contextlib.suppress(OSError):
                    self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._listen()
            return self._serving is not None

    def renew(self) -> None:
        """Listen in the folder that is at the library's path now, if that is another: its disk was replaced."""
        with self._lock:
            if self._serving is not None and not self._is_reachable():
                self._serving.stop()  # its thread ends by itself: the request that it answers may wait for the caller
                self._listen()

    def close(self, *, give_way: bool = False) -> None:
        """Stop answering; requests that are being answered are finished first, if that takes some seconds at most.

        To `give_way` is to leave the place to another program also where the socket was inherited.
        """
        with self._lock:
            serving, self._serving = self._serving, None
        if serving is not None:
            serving.stop(give_way=give_way)
            serving.thread.join()

    def _is_reachable(self) -> bool:
        """Whether a client of this library gets this program."""
        peer = connect(self._root)
        if peer is None:
            return False
        with peer:
            return peer_of(peer)[0] == os.getpid()

    def _listen(self) -> None:
        inherited, self._inherited = self._inherited, None
        bound = inherited or bind(self._root)
        if bound is not None:
            self._serving = _Serving(*bound, lambda: self._operations, is_inherited=inherited is not None)
        else:
            self._serving = None


class _Serving:
    """One listening socket and its thread."""

    def __init__(
        self, listening: socket.socket, folder: int, operations: Callable[[], Operations], *, is_inherited: bool
    ) -> None:
        self._socket, self._folder, self._operations = listening, folder, operations
        self._is_inherited = is_inherited
        self._lock = threading.Lock()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC)
        self._stopped = False
        self._server: ControlServer | None = None
        self.thread = threading.Thread(target=self._serve, name="control", daemon=True)
        self.thread.start()

    def stop(self, *, give_way: bool = False) -> None:
        """Stop accepting; the thread ends when the requests that it has are answered."""
        if give_way or not self._is_inherited:
            with contextlib.suppress(OSError):
                os.unlink(SOCKET_NAME, dir_fd=self._folder)  # before another program may put its own there
        os.close(self._folder)
        with self._lock:
            self._stopped = True
            if self._server is None:
                with contextlib.suppress(OSError):  # the thread has ended
                    os.eventfd_write(self._wake, 1)
            else:
                self._server.stop()

    def _serve(self) -> None:
        with self._socket, open(self._wake, "rb", buffering=0):
            # Most windows are never asked anything, and what serves HTTP takes a third of a second to import.
            waiting = select.poll()
            waiting.register(self._socket, select.POLLIN)
            waiting.register(self._wake, select.POLLIN)
            waiting.poll()
            if self._stopped:
                return
            from core.control_socket.server import ControlServer

            with self._lock:
                if self._stopped:
                    return
                self._server = ControlServer(self._socket, self._operations)
            self._server.run()
