"""One window a library: a second start hands its folders to the first, which comes to the front."""

from __future__ import annotations

import hashlib
import json
import os

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QAbstractSocket, QLocalServer, QLocalSocket

WAIT_MS = 2000
ACTIVATION = "XDG_ACTIVATION_TOKEN"


def server_name(root: str) -> str:
    """The name under which the window of a library is found by other starts of the same person."""
    whole = f"{os.path.realpath(root)}\n{getattr(os, 'getuid', int)()}"
    return "findling-" + hashlib.sha256(os.fsencode(whole)).hexdigest()[:16]


def hand_over(root: str, paths: list[str]) -> bool:
    """Give the paths to the window that has this library open; whether there is one that took them."""
    socket = QLocalSocket()
    socket.connectToServer(server_name(root))
    if not socket.waitForConnected(WAIT_MS):
        return False
    message = {"paths": [os.path.abspath(path) for path in paths], "token": os.environ.get(ACTIVATION, "")}
    socket.write(json.dumps(message).encode() + b"\n")
    socket.flush()
    answered = socket.waitForReadyRead(WAIT_MS)
    taken = answered and bytes(socket.readAll().data()).strip() == b"ok"
    socket.disconnectFromServer()
    return taken


class SingleInstance(QObject):
    """Listens for other starts: `handed_over(paths)`."""

    handed_over = Signal(list)

    def __init__(self, root: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)
        name = server_name(root)
        if (
            not self._server.listen(name)
            and self._server.serverError() == QAbstractSocket.SocketError.AddressInUseError
        ):
            # Nobody answers there (`hand_over` has asked): it is what a killed window left behind.
            QLocalServer.removeServer(name)
            self._server.listen(name)

    def close(self) -> None:
        self._server.close()

    @Slot()
    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._hear)
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._take(socket)

    @Slot()
    def _hear(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket) and socket.canReadLine():
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        try:
            message = json.loads(bytes(socket.readLine().data()))
            paths = [path for path in message["paths"] if isinstance(path, str)]
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        if isinstance(message.get("token"), str) and message["token"]:
            os.environ[ACTIVATION] = message["token"]
        socket.write(b"ok\n")
        socket.flush()
        self.handed_over.emit(paths)
