"""Shows files in the desktop's file manager with the files selected (org.freedesktop.FileManager1 over D-Bus)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

SERVICE, OBJECT = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
BUS, BUS_OBJECT = "org.freedesktop.DBus", "/org/freedesktop/DBus"
BUS_TIMEOUT_MS = 500  # the bus itself answers in a millisecond
SHOW_TIMEOUT_MS = 20_000  # starting a file manager takes seconds


class FileManager(QObject):
    """Asks the file manager of the session. `instead(path)` is called for each file where that fails later."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: dict[QDBusPendingCallWatcher, Callable[[], object]] = {}

    def select(self, paths: Sequence[str], instead: Callable[[], object]) -> bool:
        """Show files selected in their folders, without waiting; whether there is such a file manager.

        `instead` is called if it refuses or does not answer.
        """
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected() or not self._is_offered(bus):
            return False
        message = QDBusMessage.createMethodCall(SERVICE, OBJECT, SERVICE, "ShowItems")
        urls = [bytes(QUrl.fromLocalFile(path).toEncoded().data()).decode() for path in paths]
        message.setArguments([urls, ""])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message, SHOW_TIMEOUT_MS), self)
        self._calls[watcher] = instead
        watcher.finished.connect(self._finished)
        return True

    @staticmethod
    def _is_offered(bus: QDBusConnection) -> bool:
        """Whether a file manager runs, or can be started by the bus."""
        for method in ("ListNames", "ListActivatableNames"):
            message = QDBusMessage.createMethodCall(BUS, BUS_OBJECT, BUS, method)
            names = bus.call(message, timeout=BUS_TIMEOUT_MS).arguments()
            if names and SERVICE in names[0]:
                return True
        return False

    @Slot(object)
    def _finished(self, watcher: QDBusPendingCallWatcher) -> None:
        instead = self._calls.pop(watcher)
        if watcher.isError():
            instead()
        watcher.deleteLater()
