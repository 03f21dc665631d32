"""What reaches the top without being caught, on any thread, and the signals of the operating system."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot

from gui.app.crash_dialog import CrashDialog, report_text


class CrashHooks(QObject):
    """Shows our own bugs, at most one dialog at a time; `quit_requested` when the person has had enough."""

    quit_requested = Signal()
    _crossed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._crossed.connect(self._show, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._on_main
        threading.excepthook = self._on_thread

    def remove(self) -> None:
        """Put the hooks back that were there before."""
        sys.excepthook, threading.excepthook = self._before

    def _on_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.quit_requested.emit()
            return
        self._before[0](kind, error, trace)
        self._crossed.emit(report_text(error, threading.current_thread().name))

    def _on_thread(self, told: threading.ExceptHookArgs) -> None:
        self._before[1](told)
        if told.exc_value is not None:
            self._crossed.emit(report_text(told.exc_value, told.thread.name if told.thread else "?"))

    @Slot(str)
    def _show(self, report: str) -> None:
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(report)
        self._dialog.quit_requested.connect(self.quit_requested)
        self._dialog.destroyed.connect(self._forget)
        self._dialog.show()

    @Slot()
    def _forget(self) -> None:
        self._dialog = None


class Signals(QObject):
    """Tells SIGINT and SIGTERM as `asked_to_quit`, though Qt's loop is deaf to Python's signal handlers."""

    asked_to_quit = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours, self._pythons = socket.socketpair()
        self._pythons.setblocking(False)  # noqa: FBT003
        self._wakeup_before = signal.set_wakeup_fd(self._pythons.fileno())
        self._before = {number: signal.signal(number, self._taken) for number in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)

    def remove(self) -> None:
        """Put the handlers back that were there before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._ours.close()
        self._pythons.close()

    @staticmethod
    def _taken(_number: int, _frame: object) -> None:
        """Python writes the number to the wakeup socket by itself."""

    @Slot()
    def _hear(self) -> None:
        self._ours.recv(64)
        self.asked_to_quit.emit()
