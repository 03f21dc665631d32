"""What people wrote beside the text of a PDF: notes, and remarks on what they marked. No page shows it."""

from __future__ import annotations

import ctypes
from typing import Any

from pypdfium2 import raw

MAX_COMMENTS = 500  # of a page
MAX_CHARS = 20_000  # of one of them
_KINDS = {
    raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_CARET, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_LINE,
    raw.FPDF_ANNOT_SQUARE, raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_POLYGON, raw.FPDF_ANNOT_POLYLINE,
    raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_FILEATTACHMENT,
}  # fmt: skip


def comments_of(page: Any) -> list[str]:
    """The comments on a PDFium page in their order; to be read before the page is flattened."""
    count = min(raw.FPDFPage_GetAnnotCount(page), MAX_COMMENTS)
    return [comment for index in range(count) if (comment := _comment(page, index))]


def with_comments(text: str, comments: list[str]) -> str:
    """A page's text and below it the comments that it does not show: many programs repeat there what is marked."""
    shown = "".join(text.split())
    missing = [comment for comment in dict.fromkeys(comments) if "".join(comment.split()) not in shown]
    return "\n\n".join(filter(None, (text, *missing)))


def _comment(page: Any, index: int) -> str:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    if not ctypes.cast(annotation, ctypes.c_void_p).value:
        return ""
    try:
        return _contents(annotation) if raw.FPDFAnnot_GetSubtype(annotation) in _KINDS else ""
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _contents(annotation: Any) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if size <= 2:  # bytes of UTF-16 with the final zero
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, b"Contents", ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")[:MAX_CHARS].replace("\r", "\n").strip()
