"""The list of a document's pages: a small picture of each, and how many matches it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPainter, QPixmap, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from core.messages import ntr, tr
from gui.preview.page_painter import EDGE, PAPER
from gui.widgets.plain_text import tool_tip

if TYPE_CHECKING:
    from core.library import PageDocument, PagePart, PagePicture

WIDTH, HEIGHT = 92, 120  # logical pixels of a small picture
MAX_LISTED = 5_000
ASK_MS = 60


class PageList(QListView):
    """Emits `page_chosen(page)`, counted from 0, and `asked` when pages in view are still to be drawn (`missing`)."""

    page_chosen = Signal(int)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: PageDocument | None = None
        self._drawn: set[int] = set()
        self._papers: dict[tuple[int, int], QPixmap] = {}
        self._counts: dict[int, int] = {}
        self._page = 0
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self.setObjectName("page-list")
        self.setAccessibleName(tr("List of pages"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(WIDTH, HEIGHT))
        self.setSpacing(6)
        self.setFixedWidth(WIDTH + 40)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self._ask)
        self.verticalScrollBar().valueChanged.connect(self._ask_soon)
        self.hide()

    def show_pages(self, document: PageDocument | None) -> None:
        """List the pages of a document."""
        self._document = document
        self._drawn.clear()
        self._papers.clear()
        if document is None:  # the matches may be known before the pages
            self._counts = {}
        self._items.clear()
        if self.isVisible():
            self._fill()

    def _fill(self) -> None:
        """List the pages once the list is seen."""
        count = min(self._document.pages, MAX_LISTED) if self._document else 0
        for page in range(self._items.rowCount(), count):
            item = QStandardItem(QIcon(self._paper(page)), "")
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._items.appendRow(item)
        self._show_counts()
        self.show_page(self._page)
        self._ask_soon()

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """Say how many matches each page has, counted from 0."""
        self._counts = dict(counts)
        self._show_counts()

    def _show_counts(self) -> None:
        for page in range(self._items.rowCount()):
            number, count = page + 1, self._counts.get(page, 0)
            text = tr("{number} · {count}", number=number, count=count) if count else tr("{number}", number=number)
            item = self._items.item(page)
            if item.text() != text:
                found = ntr("Page {number}, {count} match", "Page {number}, {count} matches", count, number=number)
                spoken = found if count else tr("Page {number}", number=number)
                item.setText(text)
                item.setToolTip(tool_tip(spoken))
                item.setAccessibleText(spoken)

    def show_page(self, page: int) -> None:
        """Select the page that is in view."""
        self._page = page
        if page < self._items.rowCount():
            self.setCurrentIndex(self._items.index(page, 0))

    def take_picture(self, picture: PagePicture) -> bool:
        """Show a small picture of a page; False if it is not one that was asked for."""
        part = picture.part
        if self._document is None or part != self._part(part.page):
            return False
        image = QImage(picture.pixels, part.width, part.height, 4 * part.width, QImage.Format.Format_ARGB32)
        drawn = QPixmap(self._paper(part.page))
        painter = QPainter(drawn)
        ratio = drawn.devicePixelRatio()
        painter.drawImage(
            round((drawn.width() - part.width) / 2 / ratio),
            round((drawn.height() - part.height) / 2 / ratio),
            _at(image, ratio),
        )
        painter.end()
        icon = QIcon(drawn)
        icon.addPixmap(drawn, QIcon.Mode.Selected)
        self._items.item(part.page).setIcon(icon)
        self._drawn.add(part.page)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex().row()
        if event.text().isprintable() and event.text().strip():
            event.ignore()
            return
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self._choose(self.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()

    def _paper(self, page: int) -> QPixmap:
        """White paper of the form of a page; one for all pages of a form."""
        part = self._part(page)
        form = part.width, part.height
        if form not in self._papers:
            self._papers[form] = self._blank(part)
        return self._papers[form]

    def _blank(self, part: PagePart) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(WIDTH * ratio), round(HEIGHT * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        width, height = part.width / ratio, part.height / ratio
        rect = QRectF((WIDTH - width) / 2, (HEIGHT - height) / 2, width, height)
        painter.fillRect(rect, PAPER)
        painter.setPen(EDGE)
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.end()
        return pixmap

    def _part(self, page: int) -> PagePart:
        from core.library import PagePart

        assert self._document is not None
        ratio = self.devicePixelRatioF()
        width, height = self._document.size(page)
        scale = min(WIDTH * ratio / width, HEIGHT * ratio / height)
        return PagePart(page, scale, 0, 0, max(1, int(width * scale)), max(1, int(height * scale)))

    @Slot()
    def _ask_soon(self) -> None:
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        if self.missing():
            self.asked.emit()

    def missing(self) -> list[PagePart]:
        """The pages in view that are still to be drawn."""
        if self._document is None or not self.isVisible():
            return []
        first = max(self.indexAt(QPoint(self.viewport().width() // 2, 2 * self.spacing())).row(), 0)
        seen = range(first, min(first + self.height() // HEIGHT + 2, self._items.rowCount()))
        return [self._part(page) for page in seen if page not in self._drawn]

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        self.page_chosen.emit(index.row())


def _at(image: QImage, ratio: float) -> QImage:
    copied = image.copy()
    copied.setDevicePixelRatio(ratio)
    return copied
