"""When to look again at what is polled: often while something goes on, else hardly ever, so that the machine sleeps."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer

OFTEN_MS = 100
SELDOM_MS = 2000
STEADY = 30  # looks that saw nothing new, after which nothing goes on


class PollTimer(QTimer):
    """Calls a slot often from `hurry` on, and seldom once `saw` was told of none some times in a row."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steady = 0
        self.hurry()

    def hurry(self) -> None:
        """Something begins, or may."""
        self._steady = 0
        if self.interval() != OFTEN_MS:
            self.setTimerType(Qt.TimerType.CoarseTimer)
            self.setInterval(OFTEN_MS)

    def saw(self, *, change: bool) -> None:
        """What a look found."""
        if change:
            self.hurry()
            return
        self._steady += 1
        if self._steady == STEADY:
            self.setTimerType(Qt.TimerType.VeryCoarseTimer)  # whole seconds, when others wake the machine anyway
            self.setInterval(SELDOM_MS)
