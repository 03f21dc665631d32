"""Core's events, reported on any thread, come out here as typed signals on the main thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.events import ContentsChanged, EngineChanged, Event, FoldersChanged, TroubleChanged


class Bridge(QObject):
    """Made on the main thread; `report` is what core calls, and after `close` it is silent."""

    folders_changed = Signal()
    contents_changed = Signal()
    engine_changed = Signal(object)
    trouble_changed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._lock = threading.Lock()
        self._arrived.connect(self._sort, Qt.ConnectionType.QueuedConnection)

    def report(self, event: Event) -> None:
        """Take an event on whatever thread core is on."""
        with self._lock:
            if self._open:
                self._arrived.emit(event)

    def close(self) -> None:
        """Let nothing more across."""
        with self._lock:
            self._open = False

    @Slot(object)
    def _sort(self, event: Event) -> None:
        if not self._open:
            return
        match event:
            case FoldersChanged():
                self.folders_changed.emit()
            case ContentsChanged():
                self.contents_changed.emit()
            case EngineChanged(status):
                self.engine_changed.emit(status)
            case TroubleChanged(trouble):
                self.trouble_changed.emit(trouble)
