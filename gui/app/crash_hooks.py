"""Hooks for uncaught exceptions on any thread, and for the operating system's signals."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal, Slot

from gui.app.crash_dialog import CrashDialog, report_text


class CrashHooks(QObject):
    """Shows a dialog for an uncaught exception, one at a time; emits `quit_requested` when the user quits."""

    quit_requested = Signal()
    _reported = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook)
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)
        sys.excepthook = self._on_main
        threading.excepthook = self._on_thread

    def remove(self) -> None:
        """Restore the previous hooks."""
        sys.excepthook, threading.excepthook = self._before

    def _on_main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self.quit_requested.emit()
            return
        self._before[0](kind, error, trace)
        self._reported.emit(report_text(error, threading.current_thread().name))

    def _on_thread(self, args: threading.ExceptHookArgs) -> None:
        self._before[1](args)
        if args.exc_value is not None:
            self._reported.emit(report_text(args.exc_value, args.thread.name if args.thread else "?"))

    @Slot(str)
    def _show(self, report: str) -> None:
        if self._dialog is not None:
            return
        self._dialog = CrashDialog(report)
        self._dialog.quit_requested.connect(self.quit_requested)
        self._dialog.destroyed.connect(self._dialog_closed)
        self._dialog.show()

    @Slot()
    def _dialog_closed(self) -> None:
        self._dialog = None


class Signals(QObject):
    """Emits `quit_requested` for SIGINT and SIGTERM; Qt's event loop does not run Python's signal handlers."""

    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_end, self._write_end = socket.socketpair()
        self._write_end.setblocking(False)  # noqa: FBT003
        self._wakeup_before = signal.set_wakeup_fd(self._write_end.fileno())
        self._before = {number: signal.signal(number, self._ignore) for number in (signal.SIGINT, signal.SIGTERM)}
        self._notifier = QSocketNotifier(self._read_end.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._received)

    def remove(self) -> None:
        """Restore the previous handlers."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._read_end.close()
        self._write_end.close()

    @staticmethod
    def _ignore(_number: int, _frame: object) -> None:
        """Python itself writes the signal's number to the wakeup socket."""

    @Slot()
    def _received(self) -> None:
        self._read_end.recv(64)
        self.quit_requested.emit()
