"""One window a library: a second start hands its folders to the first, which comes to the front."""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.control_socket import ControlSocket, send_request

TIMEOUT = 2.0  # seconds
ACTIVATION = "XDG_ACTIVATION_TOKEN"


def hand_over(root: str, paths: list[str]) -> bool:
    """Give the paths to the window that has this library open; whether there is one that took them."""
    folders = [os.path.abspath(path) for path in paths]
    token = os.environ.get(ACTIVATION, "")
    return send_request(root, "show", timeout=TIMEOUT, folders=folders, token=token) is not None


class SingleInstance(QObject):
    """Listens for other starts: `handed_over(paths)`. `control` is the library's control socket."""

    handed_over = Signal(list)
    _received = Signal(list, str)

    def __init__(self, root: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._received.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self.control = ControlSocket(root)
        self.control.register(show=self._answer)
        self.control.listen()

    def close(self) -> None:
        self.control.close()

    def _answer(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Take a request of another start, on the socket's thread."""
        folders, token = message.get("folders"), message.get("token")
        if not isinstance(folders, list) or not all(isinstance(path, str) for path in folders):
            return None
        self._received.emit(folders, token if isinstance(token, str) else "")
        return {"shown": True}

    @Slot(list, str)
    def _show(self, folders: list[str], token: str) -> None:
        if token:
            os.environ[ACTIVATION] = token  # Qt takes it when the window is raised
        self.handed_over.emit(folders)
