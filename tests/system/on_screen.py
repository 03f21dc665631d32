"""What is on the screen of the real program, read from another process as a screen reader does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.builders.desktop import session_bus, wait_until, window_manager, x_server
from tests.system.desktop_window import Window
from tests.tools.accessible.tree import FOCUSED, Node, ScreenReader

MAX_TABS = 40
MAX_READINGS, READING_PAUSE = 20, 0.1  # seconds
STEADY_READINGS = 10


class Seen:
    """The program's window, and what is on the screen."""

    def __init__(self, window: Window, reader: ScreenReader) -> None:
        self.window, self._reader = window, reader

    def nodes(self) -> list[Node]:
        """Everything on the screen, read again if it changes meanwhile; nothing if it does not stop changing."""
        for _ in range(MAX_READINGS):
            try:
                return [node for shown in self._reader.screen().result() for node in shown.walk()]
            except LookupError:
                time.sleep(READING_PAUSE)
        return []

    def place(self, role: str, name: str) -> tuple[int, int]:
        """The middle of a control; waits a moment where it is not there yet, or just moves."""
        places: list[tuple[int, int]] = []

        def is_found() -> bool:
            nodes, before = [node for node in self.nodes() if (node.role, node.name) == (role, name)], places[:]
            with suppress(LookupError):
                places[:] = [self._reader.place(node).result() for node in nodes]
            return len(places) == 1 and places == before

        wait_until(is_found, f"{name} is on the screen")
        return places[0]

    def text(self, role: str, name: str) -> str:
        """What a control holds; "" while it is not on the screen."""
        return next((node.text for node in self.nodes() if (node.role, node.name) == (role, name)), "")

    def names(self, role: str) -> list[str]:
        return [node.name for node in self.nodes() if node.role == role]

    def rows(self) -> list[str]:
        """The rows of the results."""
        for node in self.nodes():
            if (node.role, node.name) == ("list", "Results"):
                return [row.name for row in node.children]
        return []

    def rows_when(self, are_right: Callable[[list[str]], object], what: str) -> list[str]:
        """The rows of the results once they are right."""
        read: list[str] = []

        def is_so() -> object:
            read[:] = self.rows()
            return are_right(read)

        wait_until(is_so, what)
        return read

    def settled_rows(self) -> list[str]:
        """The rows of the results once they stay: the answers to a query get better in steps."""
        readings: list[list[str]] = []

        def stay() -> bool:
            readings.append(self.rows())
            return len(readings[-1]) > 1 and readings[-STEADY_READINGS:] == STEADY_READINGS * [readings[-1]]

        wait_until(stay, "the results stay as they are")
        return readings[-1]

    def search(self, text: str) -> None:
        self.window.press("ctrl+f", "ctrl+a")
        self.window.write(text)

    def focused(self) -> list[tuple[str, str]]:
        """The roles and names of the controls that the keys go to: a box and the current row of a list."""
        return [(node.role, node.name) for node in self.nodes() if node.has(FOCUSED)]

    def tab_to(self, role: str, name: str) -> None:
        """Go on by Tab until a control has the focus."""
        for _ in range(MAX_TABS):
            before = self.focused()
            if (role, name) in before:
                return
            self.window.press("Tab")
            wait_until(lambda: self.focused() not in ([], before), "Tab goes on")  # noqa: B023
        raise AssertionError(f"Tab does not reach {name}")

    def query(self) -> str:
        return next((node.text for node in self.nodes() if node.role == "text"), "")


@contextmanager
def seen_window(library: Path, *arguments: Path, **variables: str) -> Iterator[Seen]:
    """The program, with `variables` in its environment, on a screen with a window manager and a session bus."""
    with session_bus() as bus, x_server() as display, window_manager(display):
        own = {"DBUS_SESSION_BUS_ADDRESS": bus, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        window, reader = Window(display, library, *arguments, **variables | own), ScreenReader(bus)
        try:
            wait_until(lambda: window.has_focus("Findling"), "the window shows")
            reader.connect("Findling").result()
            yield Seen(window, reader)
        finally:
            window.end()
            reader.close()
