"""Whether a system tray shows our icon; one may come and go while Findling runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon

POLL_MS = 3000


class TrayHost(QObject):
    """Emits `changed(answers)` when a tray comes or goes; call `check` for the state at this moment."""

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answers = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)  # whole seconds, batched with other programs' wake-ups
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.check)

    def start(self) -> None:
        """Check now, and every few seconds."""
        self.check()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @Slot()
    def check(self) -> bool:
        """Whether a tray answers now."""
        answers = QSystemTrayIcon.isSystemTrayAvailable()
        if answers != self._answers:
            self._answers = answers
            self.changed.emit(answers)
        return answers
