"""Adds folders after their price was shown; small ones that were dropped are added without a question."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.settings import Exclusions
from gui.folders.price_dialog import PriceDialog, is_large

if TYPE_CHECKING:
    import threading

    from core.library import Library, PriceTag
    from gui.window import MainWindow

COUNTING_MS = 800  # that a dropped folder is counted before its dialog opens


class FolderAdding(QObject):
    """Asks about one folder after the other; emits `agreed(path, exclusions)` for each that is to be added."""

    agreed = Signal(str, object)

    def __init__(self, window: MainWindow, library: Library, add: Callable[[str], object]) -> None:
        """`add` adds what has no price: files, and what is searched already."""
        super().__init__(window)
        self._window, self._library, self._add = window, library, add
        self._queue: list[tuple[str, bool]] = []  # (path, whether to ask in any case)
        self.dialog: PriceDialog | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(COUNTING_MS)
        self._delay.timeout.connect(self._open)

    def stop(self) -> None:
        """Ask no more, and end the count."""
        self._queue.clear()
        if self.dialog is not None:
            self.dialog.reject()

    def ask(self, paths: list[str], *, always: bool) -> None:
        """Show the prices of some paths, of small folders only `always`; the others are added at once."""
        self._queue += [(path, always) for path in map(os.path.abspath, paths)]
        if self.dialog is None:
            self._next()

    def _next(self) -> None:
        while self._queue and self.dialog is None:
            path, always = self._queue.pop(0)
            if not os.path.isdir(path) or self._library.prices.covering(path) is not None:
                self._add(path)
                continue
            dialog = PriceDialog(path, self._steps, self._library.prices.contained(path), self._window)
            self.dialog = dialog
            dialog.chosen.connect(self._chosen)
            dialog.finished.connect(self._finished)
            if always:
                self._open()
            else:
                dialog.priced.connect(self._priced)
                self._delay.start()
            dialog.start()

    def _steps(self, path: str, stop: threading.Event) -> Iterator[PriceTag]:
        return self._library.prices.steps(path, stop)

    @Slot()
    def _open(self) -> None:
        if self.dialog is not None and not self.dialog.isVisible():
            self.dialog.open()

    @Slot(object)
    def _priced(self, price: PriceTag) -> None:
        """Add a small folder without a question, and ask about a large one as soon as it is known to be."""
        if self.dialog is None or self.dialog.isVisible():
            return
        if is_large(price):
            self._open()
        elif price.done:
            self.dialog.accept()

    @Slot(str, list)
    def _chosen(self, path: str, left_out: list[str]) -> None:
        patterns = tuple(f"/{_escaped(name)}/" for name in left_out)
        self.agreed.emit(path, Exclusions(patterns) if patterns else None)

    @Slot()
    def _finished(self) -> None:
        self._delay.stop()
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
        self._next()


def _escaped(name: str) -> str:
    """A folder's name as a pattern that matches nothing else."""
    return "".join(f"\\{char}" if char in "\\*?[]!#" else char for char in name)
