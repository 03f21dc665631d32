"""The bar above a document with pages that have no text: reads it on demand, and says how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.messages import amounts, tr
from gui.widgets.basic import ELIDE_END, TextButton, label
from gui.widgets.elided_button import ElidedButton


class ScanBar(QWidget):
    """Emits `page_requested`, `all_requested` and `cancelled`; hidden where there is nothing to read."""

    page_requested = Signal()
    all_requested = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: Sequence[int] = ()
        self._is_picture = False
        self.said = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self.read_page = ElidedButton(tr("Read this page"), "link")
        self.read_all = ElidedButton("", "link")
        self.cancel = TextButton(tr("Cancel"), "link")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.said, 1)
        for button in (self.read_page, self.read_all, self.cancel):
            row.addWidget(button)
        self.read_page.clicked.connect(self.page_requested)
        self.read_all.clicked.connect(self.all_requested)
        self.cancel.clicked.connect(self._cancel)
        self.show_pages((), is_picture=False)

    @property
    def pages(self) -> Sequence[int]:
        """The pages (from 1) that have no text."""
        return self._pages

    def show_pages(self, pages: Sequence[int], *, is_picture: bool) -> None:
        """Offer to read the pages without text (from 1); of a picture they are not called pages without text."""
        self._pages, self._is_picture = pages, is_picture
        self.said.setText("" if is_picture else amounts.unread_pages(len(pages)))
        self.read_page.setVisible(not is_picture and len(pages) > 1)
        self.read_all.setText(tr("Read the text"))
        self.read_all.show()
        self.cancel.hide()
        self.setVisible(bool(pages))

    def show_reading(self, done: int, total: int) -> None:
        """Say how far the reading is; 0 of 0 before it has begun."""
        counts = tr("Reading the text: {done} of {total} pages", done=done, total=total)
        self.said.setText(counts if total > 1 else tr("Reading the text…"))
        self.read_page.hide()
        self.read_all.hide()
        self.cancel.show()
        self.show()

    def show_ended(self) -> None:
        """Offer the pages again that were there before the reading."""
        self.show_pages(self._pages, is_picture=self._is_picture)

    @Slot()
    def _cancel(self) -> None:
        self.show_ended()
        self.cancelled.emit()
