"""In the drawing process: the pages of a PDF, drawn and measured by PDFium."""

from __future__ import annotations

import ctypes
import math
import time
from array import array
from typing import Any

import pypdfium2
from pypdfium2 import raw

from core.errors import FileProblem
from core.extract.base import broken, protected
from core.extract.pdf import has_notes
from core.extract.right_to_left import in_order, reading_order, with_brackets_turned
from core.preview.messages import MAX_CHARS, MAX_PAGES, MAX_SIDE, MAX_SIZES, DocumentOpened, Draw, Drawn, Measured

SIZES_SECONDS = 0.05  # for the sizes of the pages after the first
SMALLEST_SIDE = 1.0  # points
UNITS = 1_000_000  # a side of a page while its transformation is found, as PDFium answers in whole units
REACH = 1000  # points between the places by which it is found
REPLACEMENT = "\ufffd"
WHITE = 0xFFFFFFFF


class PdfPages:
    """An open PDF."""

    def __init__(self, data: Any, password: str) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(data, password or None)
            self._pdf.init_forms()
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
                raise protected(error) from error
            raise broken(error) from error
        self._page: tuple[int, Any] | None = None
        self._flattened: set[int] = set()

    def close(self) -> None:
        """Close the PDF."""
        self._close_page()
        self._pdf.close()

    def opened(self) -> DocumentOpened:
        """The number of pages and the sizes of the first ones."""
        count = min(len(self._pdf), MAX_PAGES)
        end = time.monotonic() + SIZES_SECONDS
        sizes: list[tuple[float, float]] = []
        for index in range(min(count, MAX_SIZES)):
            sizes.append(self._size(index))
            if time.monotonic() > end:
                break
        return DocumentOpened(count, sizes)

    def draw(self, what: Draw) -> tuple[Drawn, Any]:
        """A part of a page as pixels."""
        page = self._load(what.page)
        width, height = _bounded(page.get_width()), _bounded(page.get_height())
        full = (max(1, round(width * what.scale)), max(1, round(height * what.scale)))
        bitmap = raw.FPDFBitmap_CreateEx(what.width, what.height, raw.FPDFBitmap_BGRx, None, what.width * 4)
        if not bitmap:
            raise FileProblem("crashed", "no memory for the picture")
        try:
            raw.FPDFBitmap_FillRect(bitmap, 0, 0, what.width, what.height, WHITE)
            place = (-what.left, -what.top, *full, 0, raw.FPDF_ANNOT)
            raw.FPDF_RenderPageBitmap(bitmap, page, *place)
            if page.formenv:
                raw.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
            pixels = ctypes.string_at(raw.FPDFBitmap_GetBuffer(bitmap), what.width * what.height * 4)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)
        return Drawn(what.width, what.height, width, height), pixels

    def measure(self, index: int) -> tuple[Measured, bytes]:
        """The characters of a page with their boxes; notes and form fields become part of the page, as when indexed."""
        page = self._load(index)
        if index not in self._flattened and has_notes(page):
            self._flattened.add(index)
            if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
                self._close_page()
                page = self._load(index)
        text_page = page.get_textpage()
        try:
            return _characters(text_page, _to_top_left(page))
        finally:
            text_page.close()

    def _size(self, index: int) -> tuple[float, float]:
        size = raw.FS_SIZEF()
        if not raw.FPDF_GetPageSizeByIndexF(self._pdf, index, size):
            return 595.0, 842.0
        return _bounded(size.width), _bounded(size.height)

    def _load(self, index: int) -> Any:
        if self._page is None or self._page[0] != index:
            self._close_page()
            try:
                self._page = index, self._pdf[index]
            except (pypdfium2.PdfiumError, IndexError) as error:
                raise FileProblem("broken", f"page {index + 1}: {error}") from error
        return self._page[1]

    def _close_page(self) -> None:
        if self._page is not None:
            self._page[1].close()
            self._page = None


def _bounded(side: float) -> float:
    return min(max(side, SMALLEST_SIDE), MAX_SIDE) if math.isfinite(side) else SMALLEST_SIDE


def _to_top_left(page: Any) -> tuple[float, ...]:
    """The affine transformation (a, b, c, d, e, f) from a page's own coordinates to points from its top left corner."""
    x, y = ctypes.c_int(), ctypes.c_int()
    width, height = _bounded(page.get_width()), _bounded(page.get_height())

    def place(page_x: float, page_y: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page, 0, 0, UNITS, UNITS, 0, page_x, page_y, x, y)
        return x.value / UNITS * width, y.value / UNITS * height

    (x0, y0), (x1, y1), (x2, y2) = place(0, 0), place(REACH, 0), place(0, REACH)
    return (x1 - x0) / REACH, (y1 - y0) / REACH, (x2 - x0) / REACH, (y2 - y0) / REACH, x0, y0


def _characters(text_page: Any, matrix: tuple[float, ...]) -> tuple[Measured, bytes]:
    a, b, c, d, e, f = matrix
    count = min(max(raw.FPDFText_CountChars(text_page), 0), MAX_CHARS)
    letters: list[str] = []
    boxes = array("f")
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        letters.append(chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0x110000 else REPLACEMENT)
        if not raw.FPDFText_GetLooseCharBox(text_page, index, box):
            boxes.extend((0, 0, 0, 0))
            continue
        x0, y0 = a * box.left + c * box.top + e, b * box.left + d * box.top + f
        x1, y1 = a * box.right + c * box.bottom + e, b * box.right + d * box.bottom + f
        boxes.extend((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    order = reading_order(text_page, letters)
    if order is None:
        return Measured(with_brackets_turned("".join(letters))), boxes.tobytes()
    placed = array("f")
    for index in order[:MAX_CHARS]:
        placed.extend(boxes[4 * index : 4 * index + 4] if index >= 0 else (0, 0, 0, 0))
    return Measured(with_brackets_turned(in_order(letters, order[:MAX_CHARS]))), placed.tobytes()
