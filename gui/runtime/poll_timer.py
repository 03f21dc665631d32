"""Adaptive polling: fast while something changes, slow otherwise so that the computer can sleep."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer

FAST_MS = 100
SLOW_MS = 2000
IDLE_POLLS = 30  # polls without a change after which polling slows down


class PollTimer(QTimer):
    """Fires every FAST_MS after `speed_up`, and every SLOW_MS once IDLE_POLLS polls in a row recorded no change."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._idle_polls = 0
        self.speed_up()

    def speed_up(self) -> None:
        """Poll fast again, because something has changed or is about to."""
        self._idle_polls = 0
        if self.interval() != FAST_MS:
            self.setTimerType(Qt.TimerType.CoarseTimer)
            self.setInterval(FAST_MS)

    def record(self, *, changed: bool) -> None:
        """Report whether the last poll found a change."""
        if changed:
            self.speed_up()
            return
        self._idle_polls += 1
        if self._idle_polls == IDLE_POLLS:
            self.setTimerType(Qt.TimerType.VeryCoarseTimer)  # whole seconds, batched with other programs' wake-ups
            self.setInterval(SLOW_MS)
