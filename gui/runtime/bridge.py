"""Turns events that core reports on any thread into typed signals on the main thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.events import ContentsChanged, EngineChanged, Event, FoldersChanged, TroubleChanged


class Bridge(QObject):
    """Create it on the main thread and pass `report` to core; nothing is emitted after `close`."""

    folders_changed = Signal()
    contents_changed = Signal()
    engine_changed = Signal(object)
    trouble_changed = Signal(object)
    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._lock = threading.Lock()
        self._reported.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)

    def report(self, event: Event) -> None:
        """Queue an event for the main thread; callable from any thread."""
        with self._lock:
            if self._open:
                self._reported.emit(event)

    def close(self) -> None:
        """Drop every event from now on."""
        with self._lock:
            self._open = False

    @Slot(object)
    def _dispatch(self, event: Event) -> None:
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
