"""PDF through PDFium: the visible text of each page, with form fields and notes.

See .github/decisions/0603-pdfium-first.md.
"""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2
from pypdfium2 import raw

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.pages import read_pages

_TEXTLESS_ANNOTATIONS = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}


def read(source: ExtractionInput) -> Document:
    """The text of a PDF with a part for each page that has any."""
    pdf = _open(source.data)
    try:
        builder, notes = read_pages(source, len(pdf), lambda index: _page_text(pdf, index))
        title, author = _metadata(pdf, "Title"), _metadata(pdf, "Author")
        return builder.document("pdf", "pdfium", title=title_of(title), author=one_line(author)[:200], notes=notes)
    finally:
        pdf.close()


def _open(data: bytes) -> Any:
    try:
        pdf = pypdfium2.PdfDocument(data)
        pdf.init_forms()
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise protected(error) from error
        raise broken(error) from error
    return pdf


def _metadata(pdf: Any, key: str) -> str:
    value: str = pdf.get_metadata_value(key)
    return value


def _page_text(pdf: Any, index: int) -> str:
    try:
        page = pdf[index]
        if _has_notes(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            page.close()
            page = pdf[index]
        textpage = page.get_textpage()
        text: str = textpage.get_text_bounded()
        textpage.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise FileProblem("broken", f"page {index + 1}: {error}") from error
    return text


def _has_notes(page: Any) -> bool:
    return any(_subtype(page, index) not in _TEXTLESS_ANNOTATIONS for index in range(raw.FPDFPage_GetAnnotCount(page)))


def _subtype(page: Any, index: int) -> int:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    if not ctypes.cast(annotation, ctypes.c_void_p).value:
        return int(raw.FPDF_ANNOT_POPUP)
    subtype = int(raw.FPDFAnnot_GetSubtype(annotation))
    raw.FPDFPage_CloseAnnot(annotation)
    return subtype
