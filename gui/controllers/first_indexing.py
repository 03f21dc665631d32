"""Says once that the first indexing is done, to who looks at something else meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Slot

from core.messages import ntr, tr

if TYPE_CHECKING:
    from core.events import Progress
    from gui.window import MainWindow

TOLD = "notifications/indexed"  # set once the first indexing was done


class FirstIndexing(QObject):
    """Watches the progress of a library until its documents are all searchable by meaning."""

    def __init__(self, window: MainWindow, state: QSettings, tell: Callable[[str, str, str], None]) -> None:
        """`tell(title, text, query)` shows a notification."""
        super().__init__(window)
        self._window, self._state, self._tell = window, state, tell
        self._was_indexing = False

    @Slot(object)
    def watch(self, progress: Progress) -> None:
        """Look at the progress."""
        if self._state.value(TOLD):
            return
        waiting = progress.scanning or progress.words.waiting or progress.meaning.waiting
        if waiting:
            self._was_indexing = True
        elif self._was_indexing and progress.meaning.done:
            self._state.setValue(TOLD, "yes")
            if not self._window.isActiveWindow():
                count = progress.meaning.done
                text = ntr(
                    "{count} document can be found by its words and its meaning.",
                    "{count} documents can be found by their words and their meaning.",
                    count,
                )
                self._tell(tr("Your documents are ready to search"), text, "")
