"""Reads the text of scans and pictures on demand of the preview, and shows how far that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.errors import FindlingError
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.window import MainWindow

POLL_MS = 400


class RecognitionController(QObject):
    """Emits `trouble(sentence, remedy)` where nothing can be read, such as without Tesseract."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._path = ""  # of the document that is being read
        self._was_taken = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._show_progress)
        bar = window.preview.scan_bar
        bar.page_requested.connect(self._read_page)
        bar.all_requested.connect(self._read_all)
        bar.cancelled.connect(self._cancel)

    def stop(self) -> None:
        """Show nothing more."""
        self._timer.stop()

    @Slot()
    def _read_page(self) -> None:
        """Read the page in view, or the first one after it that has no text."""
        bar, shown = self._window.preview.scan_bar, self._window.preview.body.pages.page + 1
        page = next((page for page in bar.pages if page >= shown), bar.pages[0] if bar.pages else shown)
        self._read((page,))

    @Slot()
    def _read_all(self) -> None:
        self._read(())

    def _read(self, pages: tuple[int, ...]) -> None:
        path = self._window.preview.path
        try:
            self._library.ocr.recognise(path, pages)
        except FindlingError as error:
            self.trouble.emit(*messages.error_text(error))
            return
        self._path, self._was_taken = path, False
        self._window.preview.scan_bar.show_reading(0, 0)
        self._timer.start()

    @Slot()
    def _cancel(self) -> None:
        self._timer.stop()
        try:
            self._library.ocr.cancel(self._path)
        except FindlingError as error:
            self.trouble.emit(*messages.error_text(error))
        self._window.preview.refresh()

    @Slot()
    def _show_progress(self) -> None:
        found, preview = self._library.ocr.progress(self._path), self._window.preview
        if found is None and not self._was_taken:
            self._was_taken = True  # the indexer may not have taken the request yet
            return
        if found is None:
            self._timer.stop()
            if preview.path == self._path:
                preview.scan_bar.show_ended()
                preview.refresh()
                QTimer.singleShot(2 * POLL_MS, preview.refresh)  # once its passages are made
            return
        self._was_taken = True
        if preview.path == self._path:
            preview.scan_bar.show_reading(found.done, found.total)
