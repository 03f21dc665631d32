"""In the recognising process: the pages of a PDF or a picture as images in shades of grey."""

from __future__ import annotations

import io
import math
from typing import Any, Protocol

from PIL import Image

from core.errors import FileProblem
from core.ocr.messages import PageSource
from core.preview.messages import DocumentOpened, Draw, Drawn
from core.preview.pdf import PdfPages
from core.preview.picture import PicturePages

DPI = 300  # at which pages of a PDF are drawn
POINTS_PER_INCH = 72
MAX_PIXELS = 16_000_000  # of an image; a page of A4 has 8.7 million
SMALL_PICTURE = 1_600  # pixels of its longer side: such pictures (of a screen, say) are enlarged
ENLARGED = 2.0
PICTURE_DPI = 300  # as if a picture were the scan of a page


class DrawnPages(Protocol):
    """Pages that can be drawn."""

    def opened(self) -> DocumentOpened: ...

    def draw(self, what: Draw) -> tuple[Drawn, Any]: ...

    def close(self) -> None: ...


class PageImages:
    """An open file whose pages are drawn to be read; raises FileProblem."""

    def __init__(self, data: bytes, source: PageSource) -> None:
        self._is_pdf = source == "pdf"
        self._data = data  # PDFium reads from it
        self._pages: DrawnPages = PdfPages(data, "") if self._is_pdf else PicturePages(io.BytesIO(data))
        self._opened = self._pages.opened()

    @property
    def count(self) -> int:
        """The number of pages."""
        return self._opened.pages

    def close(self) -> None:
        """Close the file."""
        self._pages.close()

    def image(self, page: int) -> tuple[Image.Image, float, int]:
        """(image, its pixels for each unit of the page, dots per inch) of a page, counted from 0."""
        if page >= self.count:
            raise FileProblem("broken", f"no page {page + 1}")
        # The page's size is only known for sure once some of it is drawn.
        probe, _ = self._pages.draw(Draw(page, 1.0, 0, 0, 1, 1))
        width, height = probe.page_width, probe.page_height
        scale = self._scale(max(width, height))
        scale = min(scale, math.sqrt(MAX_PIXELS / (width * height)))
        size = max(1, math.floor(width * scale)), max(1, math.floor(height * scale))
        _, pixels = self._pages.draw(Draw(page, scale, 0, 0, *size))
        dpi = round(scale * POINTS_PER_INCH) if self._is_pdf else PICTURE_DPI
        return self._grey(size, pixels), scale, max(dpi, POINTS_PER_INCH)

    def _scale(self, longer_side: float) -> float:
        if self._is_pdf:
            return DPI / POINTS_PER_INCH
        return ENLARGED if longer_side < SMALL_PICTURE else 1.0

    def _grey(self, size: tuple[int, int], pixels: bytes) -> Image.Image:
        if self._is_pdf:
            return Image.frombuffer("RGB", size, pixels, "raw", "BGRX", 0, 1).convert("L")
        drawn = Image.frombuffer("RGBA", size, pixels, "raw", "BGRA", 0, 1)
        paper = Image.new("RGBA", size, "white")
        return Image.alpha_composite(paper, drawn).convert("L")
