"""Where the pages of a document stand: one below the other, centred, in logical pixels."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from PySide6.QtCore import QPointF, QRectF, QSizeF

GAP = 14.0  # pixels between pages and around them
MIN_ZOOM, MAX_ZOOM = 0.05, 8.0


class PageLayout:
    """A column of pages of given sizes, in units (points or pixels) that are `zoom` logical pixels large."""

    def __init__(self, sizes: list[tuple[float, float]], zoom: float, width: float) -> None:
        self.zoom = zoom
        self._sizes = sizes
        heights = [height * zoom + GAP for _, height in sizes]
        self._tops = [GAP, *(GAP + end for end in accumulate(heights))]
        self.height = self._tops.pop()
        self.width = max(width, 2 * GAP + max((width * zoom for width, _ in sizes), default=0.0))

    def __len__(self) -> int:
        return len(self._sizes)

    def rect(self, page: int) -> QRectF:
        """The rectangle of a page in the column."""
        width, height = (side * self.zoom for side in self._sizes[page])
        return QRectF((self.width - width) / 2, self._tops[page], width, height)

    def page_at(self, y: float) -> int:
        """The page at a height of the column, or the nearest one above."""
        return max(0, min(bisect_right(self._tops, y) - 1, len(self._sizes) - 1))

    def visible(self, top: float, bottom: float) -> range:
        """The pages between two heights."""
        if not self._sizes:
            return range(0)
        first = self.page_at(top)
        return range(first, self.page_at(bottom) + 1)

    def to_page(self, page: int, place: QPointF) -> tuple[float, float]:
        """A place of the column in the units of a page, from its top left corner."""
        rect = self.rect(page)
        return (place.x() - rect.left()) / self.zoom, (place.y() - rect.top()) / self.zoom

    def from_page(self, page: int, box: tuple[float, float, float, float]) -> QRectF:
        """A box on a page, in its units, as a rectangle of the column."""
        rect, zoom = self.rect(page), self.zoom
        left, top, right, bottom = box
        return QRectF(
            rect.left() + left * zoom, rect.top() + top * zoom, (right - left) * zoom, (bottom - top) * zoom
        ).intersected(rect)


def fitting_zoom(size: tuple[float, float], room: QSizeF, *, whole: bool) -> float:
    """The zoom at which a page has the width of the room, or with `whole` all of it fits in."""
    width, height = max(room.width() - 2 * GAP, 40.0), max(room.height() - 2 * GAP, 40.0)
    zoom = width / size[0]
    return bounded(min(zoom, height / size[1]) if whole else zoom)


def bounded(zoom: float) -> float:
    """A zoom within MIN_ZOOM and MAX_ZOOM; smaller only where a page is huge."""
    return min(max(zoom, 0.0005), MAX_ZOOM)
