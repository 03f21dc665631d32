"""Gives memory back while neither the window nor the quick search is shown."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QWidget

from core.errors import FileProblem
from core.events import Progress
from gui.runtime.latest_task import LatestTask
from gui.tray.state import is_indexing

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.library import LibraryController
    from gui.runtime.preferences import Preferences

HIDDEN_SECONDS = 20.0  # after which memory is given back
TICK_MS = 10_000
MINUTE = 60.0
UNLOADED = frozenset({"stopped", "released", "failed"})  # the states of an engine that holds no memory


class Resting(QObject):
    """Watches windows and the work of a library; while both rest, memory and then the engine are released."""

    released = Signal()  # the memory was given back

    def __init__(
        self, library: Library, library_controller: LibraryController, preferences: Preferences, *windows: QWidget
    ) -> None:
        super().__init__(library_controller)
        self._library, self._preferences, self._windows = library, preferences, windows
        self._since = time.monotonic()  # since when nothing is shown or done
        self._is_released = False
        self._is_stopped = False
        self._releasing = LatestTask(self._release, "releasing memory", self)
        self._releasing.finished.connect(self.released)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.check)
        for window in windows:
            window.installEventFilter(self)
        library_controller.progressed.connect(self._progressed)
        self._begin()

    def stop(self) -> None:
        """Watch no longer, and wait a little for the thread."""
        self._is_stopped = True  # the windows are hidden and the library closed after this
        self._timer.stop()
        self._releasing.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Show, QEvent.Type.Hide}:
            self._begin()
        return super().eventFilter(watched, event)

    @Slot()
    def check(self) -> None:
        """Release what can be released now."""
        if any(window.isVisible() for window in self._windows):
            return
        rested, minutes = time.monotonic() - self._since, self._preferences.rest_minutes
        if rested >= HIDDEN_SECONDS and not self._is_released:
            self._is_released = True
            QPixmapCache.clear()
            gc.collect()  # on this thread, the only one that may destroy widgets
            self._releasing.submit(self._library)
        if minutes and rested >= minutes * MINUTE:
            if self._library.progress().engine.state in UNLOADED:
                self._timer.stop()  # until something is shown or done again
            else:
                self._library.engines.unload()  # one that is starting is asked again

    @Slot(object)
    def _progressed(self, progress: Progress) -> None:
        if is_indexing(progress):
            self._begin()

    def _begin(self) -> None:
        """Start to wait again, as something is shown or done."""
        self._since = time.monotonic()
        self._is_released = False
        if self._is_stopped or any(window.isVisible() for window in self._windows):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _release(self, _library: object) -> Iterator[bool]:
        self._library.queries.release_memory()
        with suppress(FileProblem):  # the library is closing
            self._library.pages.release()
        yield True
