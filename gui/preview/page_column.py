"""A column of pages that is scrolled and zoomed; what is on the pages is left to `PageView`."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gui.preview.page_layout import GAP, MAX_ZOOM, MIN_ZOOM, PageLayout, fitting_zoom

Fit = Literal["width", "page", "none"]
ZOOM_STEPS = (0.1, 0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
PIXELS_PER_POINT = 96 / 72
MAX_FIT_ZOOM = 2.0  # of a page that is fitted, so that a small one is not blown up
LINE = 48  # pixels that an arrow key scrolls


class PageColumn(QAbstractScrollArea):
    """Emits `page_changed(page)` when another page comes into view, counted from 0."""

    page_changed = Signal(int)
    zoom_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        # Set before Qt's constructor, which calls the event handlers below.
        self._sizes: list[tuple[float, float]] = []
        self._layout = PageLayout([], 1.0, 1.0)
        self._fit: Fit = "width"
        self._zoom = 1.0
        self._page = 0
        self._is_picture = False
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self._scrolled)

    def show_sizes(self, sizes: list[tuple[float, float]], page: int, *, is_picture: bool) -> None:
        """Lay out other pages, of sizes in points or, for pictures, in pixels."""
        self._sizes, self._is_picture = sizes, is_picture
        self._page = max(0, min(page, len(sizes) - 1))
        self._layout = PageLayout([], 1.0, 1.0)
        self._relayout()
        self.go_to_page(page)

    def resize_page(self, page: int, size: tuple[float, float]) -> None:
        """Give a page the size that it turned out to have."""
        if size != self._sizes[page]:
            self._sizes[page] = size
            self._relayout()

    def _view_changed(self) -> None:
        """Called when something else is in view."""

    @property
    def page(self) -> int:
        """The page in view, counted from 0."""
        return self._page

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self._sizes)

    # Zoom

    @property
    def fit(self) -> Fit:
        return self._fit

    @property
    def zoom(self) -> float:
        """The zoom: at 1 a PDF has its printed size, and a picture a pixel for each of its own."""
        return self._layout.zoom / self._unit()

    def set_fit(self, fit: Fit) -> None:
        """Fit pages to the width or to the window; "none" keeps the zoom that there is."""
        self._zoom = self.zoom
        self._fit = fit
        self._relayout()

    def set_zoom(self, zoom: float) -> None:
        """Show pages at a zoom."""
        self._fit, self._zoom = "none", min(max(zoom, MIN_ZOOM), MAX_ZOOM)
        self._relayout()

    @Slot()
    def zoom_in(self) -> None:
        self.set_zoom(next((step for step in ZOOM_STEPS if step > self.zoom * 1.02), MAX_ZOOM))

    @Slot()
    def zoom_out(self) -> None:
        self.set_zoom(next((step for step in reversed(ZOOM_STEPS) if step < self.zoom * 0.98), MIN_ZOOM))

    def _unit(self) -> float:
        return 1.0 if self._is_picture else PIXELS_PER_POINT

    def _chosen_zoom(self) -> float:
        """The zoom in logical pixels a unit."""
        if self._fit == "none" or not self._sizes:
            return self._zoom * self._unit()
        room = QSizeF(self.viewport().size())
        zoom = fitting_zoom(self._sizes[self._page], room, whole=self._is_picture or self._fit == "page")
        return min(zoom, (1.0 if self._is_picture else MAX_FIT_ZOOM) * self._unit())

    # Places

    def go_to_page(self, page: int) -> None:
        """Scroll to the top of a page."""
        if self._sizes:
            rect = self._layout.rect(max(0, min(page, len(self._sizes) - 1)))
            self.verticalScrollBar().setValue(round(rect.top() - GAP / 2))
            self._scrolled()

    def _in_view(self) -> QRectF:
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        return QRectF(QPointF(bars[0].value(), bars[1].value()), QSizeF(self.viewport().size()))

    def pages_in_view(self) -> range:
        """The pages of which something is in view."""
        view = self._in_view()
        return self._layout.visible(view.top(), view.bottom())

    def _relayout(self) -> None:
        """Lay the pages out again, with the same place in view."""
        old, view = self._layout, self._in_view()
        anchor = old.page_at(view.top() + GAP) if len(old) else 0
        share = (view.top() - old.rect(anchor).top()) / max(old.rect(anchor).height(), 1) if len(old) > anchor else 0.0
        self._layout = PageLayout(self._sizes, self._chosen_zoom(), self.viewport().width())
        vertical, horizontal = self.verticalScrollBar(), self.horizontalScrollBar()
        vertical.setRange(0, max(0, round(self._layout.height - self.viewport().height())))
        vertical.setPageStep(self.viewport().height())
        vertical.setSingleStep(LINE)
        horizontal.setRange(0, max(0, round(self._layout.width - self.viewport().width())))
        horizontal.setPageStep(self.viewport().width())
        horizontal.setSingleStep(LINE)
        if anchor < len(self._layout):
            rect = self._layout.rect(anchor)
            vertical.setValue(round(rect.top() + share * rect.height()))
        if horizontal.maximum() and not len(old):
            horizontal.setValue(horizontal.maximum() // 2)
        self.zoom_changed.emit()
        self._view_changed()

    @Slot()
    def _scrolled(self) -> None:
        if self._sizes:
            view = self._in_view()
            page = self._layout.page_at(view.top() + view.height() / 3)
            if page != self._page:
                self._page = page
                self.page_changed.emit(page)
        self._view_changed()

    # Keys, wheel and size

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._scroll_by_key(event):
            event.ignore()  # typing goes to the search box, and Escape clears it

    def _scroll_by_key(self, event: QKeyEvent) -> bool:
        key, bar = event.key(), self.verticalScrollBar()
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
            return False
        page = max(bar.pageStep() - LINE, LINE)
        backwards = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            across = self.horizontalScrollBar()
            across.setValue(across.value() + (LINE if key == Qt.Key.Key_Right else -LINE))
            return True
        steps = {
            Qt.Key.Key_Up: bar.value() - LINE,
            Qt.Key.Key_Down: bar.value() + LINE,
            Qt.Key.Key_PageUp: bar.value() - page,
            Qt.Key.Key_PageDown: bar.value() + page,
            Qt.Key.Key_Space: bar.value() + (-page if backwards else page),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: bar.maximum(),
        }
        if key not in steps:
            return False
        bar.setValue(steps[Qt.Key(key)])
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()
