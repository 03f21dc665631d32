"""Connects the tray icon with the library: progress, pausing, releasing the graphics card."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.errors import FindlingError
from core.events import Progress
from gui.engine import engine_text
from gui.text import messages
from gui.tray.state import tray_state

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.library import LibraryController
    from gui.tray.tray import Tray

HELD = frozenset({"starting", "ready", "busy"})  # the states of an engine that holds memory


class TrayController(QObject):
    """Shows a library's progress in the tray, and does what its menu asks of the library."""

    def __init__(self, tray: Tray, library: Library, library_controller: LibraryController) -> None:
        super().__init__(library_controller)
        self._tray, self._library, self._controller = tray, library, library_controller
        library_controller.progressed.connect(self._show)
        tray.pause_requested.connect(self._pause)
        tray.resume_requested.connect(self._resume)
        tray.release_requested.connect(self._release)
        tray.menu.aboutToShow.connect(
            self.refresh
        )  # what is polled may be a moment old, and the menu then stays as it is
        tray.set_usable(usable=True)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show the state at this moment."""
        self._show(self._library.progress())

    @Slot(object)
    def _show(self, progress: Progress) -> None:
        pause = self._library.indexing.pause_state
        self._tray.show_state(tray_state(progress, pause, holds_card=self._holds_card()))

    def _holds_card(self) -> bool:
        if not engine_text.kind_of(self._library.settings.engine).uses_gpu:
            return False
        return any(server.status.state in HELD for server in self._library.engines.servers())

    @Slot(object)
    def _pause(self, seconds: float | None) -> None:
        self._change(lambda: self._library.indexing.pause(seconds))

    @Slot()
    def _resume(self) -> None:
        self._change(self._library.indexing.resume)

    @Slot()
    def _release(self) -> None:
        for server in self._library.engines.servers():
            self._library.engines.release(server.which)
        self._controller.show_progress()

    def _change(self, action: Callable[[], None]) -> None:
        try:
            action()
        except FindlingError as error:
            self._controller.show_trouble(*messages.error_text(error))
        self._controller.show_progress()
