"""The drawn pictures of pages that are kept, and which parts of pages are to be drawn next."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from core.library import PagePart, PagePicture

MAX_KEPT_BYTES = 160_000_000
MAX_WHOLE_PIXELS = 5_000_000  # of a whole page; a larger one is drawn coarsely, and sharply where it is seen
MAX_SHARP_PIXELS = 12_000_000
COARSE_PIXELS = 2_000_000
SLACK = 0.02  # by which a scale may differ from the one that is shown


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture of a part of a page."""

    part: PagePart
    image: QImage
    is_whole: bool


class PagePictures:
    """Keeps a picture of each page, and one of the part that is seen of a large page, within MAX_KEPT_BYTES."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, bool], KeptPicture] = OrderedDict()
        self._bytes = 0

    def clear(self) -> None:
        """Forget all pictures."""
        self._kept.clear()
        self._bytes = 0

    def keep(self, picture: PagePicture) -> None:
        """Keep a picture in place of the one before; the longest unused ones are dropped."""
        part = picture.part
        image = QImage(picture.pixels, part.width, part.height, 4 * part.width, QImage.Format.Format_ARGB32).copy()
        whole = is_whole(part, picture.size)
        if (old := self._kept.pop((part.page, whole), None)) is not None:
            self._bytes -= old.image.sizeInBytes()
        self._kept[part.page, whole] = KeptPicture(part, image, whole)
        self._bytes += image.sizeInBytes()
        while self._bytes > MAX_KEPT_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.image.sizeInBytes()

    def of(self, page: int) -> list[KeptPicture]:
        """The pictures of a page, the whole one first."""
        found = [self._kept[page, whole] for whole in (True, False) if (page, whole) in self._kept]
        for kept in found:
            self._kept.move_to_end((page, kept.is_whole))
        return found

    def missing(self, page: int, size: tuple[float, float], scale: float, seen: QRectF) -> list[PagePart]:
        """The parts of a page to draw so that it is sharp at `scale` pixels a unit; `seen` is the part in view."""
        from core.library import PagePart

        pixels = size[0] * size[1] * scale * scale
        whole_scale = scale if pixels <= MAX_WHOLE_PIXELS else scale * math.sqrt(COARSE_PIXELS / pixels)
        found = []
        if not self._has(page, whole_scale, whole=True, seen=QRectF()):
            width, height = _pixels(size[0] * whole_scale), _pixels(size[1] * whole_scale)
            found.append(PagePart(page, whole_scale, 0, 0, width, height))
        if whole_scale == scale or seen.isEmpty():
            return found
        sharp = scale * min(1.0, math.sqrt(MAX_SHARP_PIXELS / max(seen.width() * seen.height() * scale * scale, 1)))
        if not self._has(page, sharp, whole=False, seen=seen):
            left, top = int(seen.left() * sharp), int(seen.top() * sharp)
            width, height = _pixels(seen.width() * sharp), _pixels(seen.height() * sharp)
            found.append(PagePart(page, sharp, left, top, width, height))
        return found

    def _has(self, page: int, scale: float, *, whole: bool, seen: QRectF) -> bool:
        kept = self._kept.get((page, whole))
        if kept is None or abs(kept.part.scale - scale) > SLACK * scale:
            return False
        return whole or placed(kept.part).adjusted(-1, -1, 1, 1).contains(seen)


def _pixels(length: float) -> int:
    return max(1, min(round(length), 100_000))


def is_whole(part: PagePart, size: tuple[float, float]) -> bool:
    """Whether a part is a whole page."""
    sides = ((part.width, size[0]), (part.height, size[1]))
    return part.left == part.top == 0 and all(abs(pixels - side * part.scale) <= 1 for pixels, side in sides)


def placed(part: PagePart) -> QRectF:
    """The place of a part on its page, in the page's units."""
    return QRectF(part.left / part.scale, part.top / part.scale, part.width / part.scale, part.height / part.scale)
