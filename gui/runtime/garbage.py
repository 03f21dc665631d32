"""Collects Python's cyclic garbage on the main thread only.

Python collects on whatever thread allocates next. On a background thread that would destroy widgets there, which
crashes the program or leaves it stuck (decision 0765).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer, Slot

CHECK_MS = 2000


class GarbageCollector(QObject):
    """Takes the place of Python's automatic collection, for as long as the program runs; same thresholds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)  # whole seconds, batched with other programs' wake-ups
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start(CHECK_MS)

    @Slot()
    def collect_if_due(self) -> None:
        """Collect the oldest generation whose threshold is exceeded, and the younger ones with it."""
        due = [
            n for n, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)) if count > limit
        ]
        if due:
            gc.collect(due[-1])
