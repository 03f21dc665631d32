"""One window a library: other starts and commands reach the first window, over the library's control socket."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.control_socket import ControlSocket, send_request
from core.control_socket.operation import Operation
from core.links import Link, parse_link

TIMEOUT = 2.0  # seconds
ACTIVATION = "XDG_ACTIVATION_TOKEN"


def hand_over(root: str, paths: list[str], *, background: bool = False, link: str = "") -> bool:
    """Give the paths to the window that has this library open; whether there is one that took them.

    The window comes to the front, unless this start was meant to stay in the `background`, and shows what a link names.
    """
    folders = [os.path.abspath(path) for path in paths]
    token = os.environ.get(ACTIVATION, "")
    name = "add" if background else "show"
    taken = send_request(root, name, timeout=TIMEOUT, folders=folders, token=token) is not None
    if taken and link:
        send_request(root, "open", timeout=TIMEOUT, link=link, token=token)
    return taken


@dataclass(frozen=True, slots=True)
class Start:
    """Another start of Findling: the folders and files that it was given, and its token to raise the window with."""

    folders: tuple[str, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A `findling://` link to show, and a token to raise the window with."""

    link: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """That the window took a request."""

    taken: bool


def _operations(
    answer: Callable[[str, Start], dict[str, Any]], show: Callable[[OpenLink], dict[str, Any]]
) -> tuple[Operation, ...]:
    summaries = {
        "show": "Bring the window to the front, and add folders and files.",
        "add": "Add folders and files.",
        "toggle": "Show or hide the quick search.",
        "quit": "Quit Findling.",
    }
    started = (Operation(path, text, partial(answer, path), Start, Taken) for path, text in summaries.items())
    return (*started, Operation("open", "Show what a link names: a document, a search.", show, OpenLink, Taken))


class SingleInstance(QObject):
    """Listens for other starts: `handed_over(paths, show)`, `link_given(Link)`, and the commands `toggle` and `quit`.

    `control` is the library's control socket.
    """

    handed_over = Signal(list, bool)
    link_given = Signal(object)
    toggle_requested = Signal()
    quit_requested = Signal()
    _received = Signal(str, list, str)
    _link_received = Signal(object, str)

    def __init__(self, root: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._received.connect(self._handle, Qt.ConnectionType.QueuedConnection)
        self._link_received.connect(self._show_link, Qt.ConnectionType.QueuedConnection)
        self.control = ControlSocket(root)
        self.control.register(*_operations(self._answer, self._take_link))
        self.control.listen()

    def close(self) -> None:
        self.control.close()

    def _answer(self, request: str, message: Start) -> dict[str, Any]:
        """Take a request of another start, on a thread of the socket."""
        self._received.emit(request, list(message.folders), message.token)
        return {"taken": True}

    def _take_link(self, message: OpenLink) -> dict[str, Any]:
        """Take a link, on a thread of the socket; raises BadInputError for one that says nothing."""
        self._link_received.emit(parse_link(message.link), message.token)
        return {"taken": True}

    @Slot(object, str)
    def _show_link(self, link: Link, token: str) -> None:
        if token:
            os.environ[ACTIVATION] = token
        self.link_given.emit(link)

    @Slot(str, list, str)
    def _handle(self, request: str, folders: list[str], token: str) -> None:
        if token:
            os.environ[ACTIVATION] = token  # Qt takes it when the window is raised
        if request == "toggle":
            self.toggle_requested.emit()
        elif request == "quit":
            self.quit_requested.emit()
        else:
            self.handed_over.emit(folders, request == "show")
