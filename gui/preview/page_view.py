"""The pages of a document as pictures, with what was found marked on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from core.document import Document
from core.messages import tr
from gui.preview.page_column import PageColumn
from gui.preview.page_marks import Marks, PageMarks
from gui.preview.page_painter import paint_marks, paint_page
from gui.preview.page_pictures import PagePictures
from gui.preview.page_selection import PageSelection

if TYPE_CHECKING:
    from core.library import PageDocument, PagePart, PagePicture, PageText

ASK_MS = 15  # between a scroll and the request for what it shows
LOADING_MS = 250  # before an empty page says that it is being drawn


class PageView(PageColumn):
    """Emits `asked` when something in view is still to be drawn or measured (`missing`)."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        # Set before Qt's constructor, which calls the event handlers below.
        self._document: PageDocument | None = None
        self._pictures = PagePictures()
        self.marks = PageMarks()
        self.selection = PageSelection(self.marks)
        self._failures: dict[int, str] = {}
        self._target_page: int | None = None  # where to scroll to once its characters are known
        self._says_loading = False
        self._timer, self._loading = QTimer(), QTimer()
        super().__init__(parent)
        self.setObjectName("pages")
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(tr("Pages"))
        for timer, pause, slot in (
            (self._timer, ASK_MS, self._ask),
            (self._loading, LOADING_MS, self._say_loading),
        ):
            timer.setParent(self)
            timer.setSingleShot(True)
            timer.setInterval(pause)
            timer.timeout.connect(slot)
        self.page_changed.connect(self._describe)

    def show_pages(self, document: PageDocument | None, page: int = 0) -> None:
        """Show a document from a page on, counted from 0."""
        self._document = document
        self._pictures.clear()
        self.marks.clear()
        self.selection.clear()
        self._failures.clear()
        self._target_page = None
        self._says_loading = False
        self._loading.start()
        sizes = [document.size(number) for number in range(document.pages)] if document else []
        self.show_sizes(sizes, page, is_picture=document is not None and document.source == "picture")
        self._describe()
        self._ask()

    def show_text(self, document: Document | None, marks: Marks) -> None:
        """Mark what was found in the document's text."""
        self.marks.show_document(document)
        self.marks.show_marks(marks)
        self._ask_soon()
        self.viewport().update()

    def show_target(self, page: int) -> None:
        """Scroll to what is marked on a page: at once if its place is known, else once it is."""
        if not self._sizes:
            return
        self._target_page = page
        if not self._scroll_to_target() and page not in self.pages_in_view():
            self.go_to_page(page)
        self._ask_soon()

    def take_picture(self, picture: PagePicture) -> None:
        """Show a part of a page that was drawn."""
        page = picture.part.page
        if page >= len(self._sizes):
            return
        self._pictures.keep(picture)
        self._failures.pop(page, None)
        self.resize_page(page, picture.size)
        self.viewport().update()

    def has_picture(self, path: str) -> bool:
        """Whether the page in view is one of this document, and was drawn."""
        is_shown = self._document is not None and self._document.path == path
        return is_shown and bool(self._sizes and self._pictures.of(self._page))

    def take_text(self, page: int, text: PageText) -> None:
        """Take the characters of a page."""
        self.marks.add_text(page, text)
        if page == self._target_page:
            self._scroll_to_target()
        if page == self._page:
            self._describe()
        self.viewport().update()

    def take_failure(self, page: int, sentence: str) -> None:
        """Say on a page why it cannot be drawn."""
        self._failures[page] = sentence
        self.viewport().update()

    def _scroll_to_target(self) -> bool:
        page = self._target_page
        box = None if page is None else self.marks.target(page)
        if page is None or box is None:
            return False
        rect = self._layout.from_page(page, box)
        view = self._in_view()
        if not view.adjusted(0, 30, 0, -30).contains(rect):
            self.verticalScrollBar().setValue(round(rect.top() - view.height() / 3))
            if rect.left() < view.left() or rect.right() > view.right():
                self.horizontalScrollBar().setValue(round(rect.left() - view.width() / 4))
        self._target_page = None
        return True

    @Slot()
    def _describe(self) -> None:
        """Tell assistive technology which page is in view, and what it says."""
        self.setAccessibleName(tr("Page {number} of {total}", number=self._page + 1, total=len(self._sizes)))
        text = self.marks.texts.get(self._page)
        self.setAccessibleDescription(" ".join(text.text.split())[:2000] if text else "")

    def _view_changed(self) -> None:
        self._ask_soon()
        self.viewport().update()

    def _ask_soon(self) -> None:
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        self._timer.stop()
        if any(self.missing()):
            self.asked.emit()

    def missing(self) -> tuple[list[PagePart], list[int]]:
        """What is to be drawn, and the pages to be measured: those in view, and then those around them."""
        if not self._sizes or not self.isVisible():
            return [], []
        shown = self.pages_in_view()
        first = sorted(shown, key=lambda page: abs(page - self._page))
        around = [page for page in (shown.stop, shown.start - 1) if 0 <= page < len(self._sizes)]
        parts: list[PagePart] = []
        for page in (*first, *around):
            if page not in self._failures:
                parts += self._pictures.missing(page, self._sizes[page], self._scale(), self._seen(page))
        target = [self._target_page] if self._target_page is not None else []
        measured = [page for page in dict.fromkeys((*target, *first, *around)) if page not in self.marks.texts]
        return parts, measured

    def _scale(self) -> float:
        """Device pixels a unit."""
        return self._layout.zoom * self.devicePixelRatioF()

    def _seen(self, page: int) -> QRectF:
        """The part of a page in view, with a margin, in its units; empty if none is."""
        rect, view = self._layout.rect(page), self._in_view()
        if not rect.intersects(view):
            return QRectF()
        margin = view.height() / 4
        seen = rect.intersected(view.adjusted(-margin, -margin, margin, margin)).translated(-rect.topLeft())
        zoom = self._layout.zoom
        return QRectF(seen.left() / zoom, seen.top() / zoom, seen.width() / zoom, seen.height() / zoom)

    @Slot()
    def _say_loading(self) -> None:
        self._says_loading = True
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), self.palette().color(QPalette.ColorRole.Midlight))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        view = self._in_view()
        painter.translate(-view.topLeft())
        for page in self.pages_in_view():
            note = self._failures.get(page) or (tr("Loading…") if self._says_loading else "")
            paint_page(painter, self._layout, page, self._pictures.of(page), note, view)
            paint_marks(painter, self._layout, page, self.marks.boxes(page), self.selection.boxes(page))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self.selection.select_page(self._page)
            self.viewport().update()
        else:
            super().keyPressEvent(event)

    def copy_selection(self) -> None:
        """Copy the selected text."""
        if text := self.selection.text():
            QApplication.clipboard().setText(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.selection.begin(*self._place(event))
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        page, x, y = self._place(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.selection.extend(page, x, y)
            self.viewport().update()
        over_text = self.selection.is_over_text(page, x, y)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over_text else Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.selection.select_word(*self._place(event))
        self.viewport().update()

    def _place(self, event: QMouseEvent) -> tuple[int, float, float]:
        """(page, x, y) of the pointer, in the page's units."""
        place = event.position() + self._in_view().topLeft()
        page = self._layout.page_at(place.y()) if self._sizes else 0
        return (page, *(self._layout.to_page(page, place) if self._sizes else (0.0, 0.0)))

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.Show, QEvent.Type.DevicePixelRatioChange}:
            self._ask_soon()
        return done
