"""PDF through PDFium: the visible text of each page, with form fields, notes and comments.

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
from core.extract.garbled import is_garbled, with_mistaken_letters
from core.extract.own_date import day_of
from core.extract.pages import read_pages
from core.extract.pdf_comments import comments_of, with_comments
from core.extract.pdf_repair import repaired, without_password
from core.extract.right_to_left import RIGHT_TO_LEFT, in_order, reading_order, with_brackets_turned
from core.extract.scanned_pages import covered_by_pictures, is_nearly_empty

MIN_VISIBLE_SHARE = 0.5  # of a page's characters; where fewer are visible (a small crop box), all of them are read
_TEXTLESS_ANNOTATIONS = {raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP}


def read(source: ExtractionInput) -> Document:
    """The text of a PDF with a part for each page that has any.

    Where most pages are garbled (see `garbled`) and pypdf reads them better, its text; else the note "garbled", and the
    garbled pages are among those that OCR reads.
    """
    data, pdf = _open(source.data)
    reader = _PageReader(data, pdf)
    try:
        builder, notes = read_pages(source, len(pdf), reader.text_of)
        if reader.is_garbled and (better := _by_pypdf(source)) is not None:
            return better
        title, author = _metadata(pdf, "Title"), _metadata(pdf, "Author")
        return builder.document(
            "pdf",
            "pdfium",
            title=title_of(title),
            author=one_line(author)[:200],
            notes=(*notes, "garbled") if reader.is_garbled else notes,
            own_date=day_of(_metadata(pdf, "CreationDate")) or day_of(_metadata(pdf, "ModDate")),
            scans=reader.scans,
        )
    finally:
        reader.close()
        pdf.close()


def _by_pypdf(source: ExtractionInput) -> Document | None:
    """The document as pypdf reads it, if that can be read."""
    from core.extract import pdf_fallback

    try:
        document, readable = pdf_fallback.read_and_judge(source)
    except FileProblem:
        return None
    return document if readable and document.text else None


def _open(data: bytes) -> tuple[bytes, Any]:
    """The bytes that PDFium opens, perhaps decrypted or repaired, and the PDF."""
    try:
        return data, _pdf(data)
    except pypdfium2.PdfiumError as error:
        is_protected = getattr(error, "err_code", None) in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        mended = without_password(data) if is_protected else repaired(data)
        try:
            if mended is not None:
                return mended, _pdf(mended)
        except pypdfium2.PdfiumError:
            pass
        raise (protected(error) if is_protected else broken(error)) from error


def _pdf(data: bytes) -> Any:
    pdf = pypdfium2.PdfDocument(data)
    pdf.init_forms()
    return pdf


def _metadata(pdf: Any, key: str) -> str:
    value: str = pdf.get_metadata_value(key)
    return value


class _PageReader:
    """Reads the pages of a PDF, and counts those whose text is garbled."""

    def __init__(self, data: bytes, pdf: Any) -> None:
        self._data = data
        self._pdf = pdf
        self._unflattened: Any = None
        self._readable = 0
        self._garbled: list[int] = []  # the pages (from 1) whose text cannot be read
        self._pictures: list[int] = []  # those without text that are pictures

    def text_of(self, index: int) -> str:
        """The text of a page; raises FileProblem. Flattening turns some forms into ciphers: they are read without."""
        text, is_flattened, comments = _page_text(self._pdf, index)
        if is_garbled(text) and is_flattened:
            self._unflattened = self._unflattened or _pdf(self._data)
            text, _, _ = _page_text(self._unflattened, index, flatten=False)
        if is_garbled(text):
            self._garbled.append(index + 1)
        elif text.strip():
            self._readable += 1
        if is_nearly_empty(text) and _is_picture(self._pdf, index):
            self._pictures.append(index + 1)
        return with_comments(with_mistaken_letters(text), comments)

    @property
    def is_garbled(self) -> bool:
        """Whether more of the pages read are garbled than not."""
        return len(self._garbled) > self._readable

    @property
    def scans(self) -> tuple[int, ...]:
        """The pages (from 1) that OCR may read."""
        return tuple(sorted({*self._pictures, *(self._garbled if self.is_garbled else ())}))

    def close(self) -> None:
        if self._unflattened is not None:
            self._unflattened.close()


def _page_text(pdf: Any, index: int, *, flatten: bool = True) -> tuple[str, bool, list[str]]:
    """A page's text, whether its annotations were made part of it, and the comments on it."""
    is_flattened = False
    try:
        page = pdf[index]
        comments = comments_of(page)
        if flatten and has_notes(page) and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS:
            is_flattened = True
            page.close()
            page = pdf[index]
        textpage = page.get_textpage()
        text: str = textpage.get_text_bounded()
        if len(text) < MIN_VISIBLE_SHARE * textpage.count_chars():
            text = textpage.get_text_bounded(*page.get_mediabox())
        if RIGHT_TO_LEFT.search(text):
            text = with_brackets_turned(_reordered(textpage) or text)
        textpage.close()
        page.close()
    except pypdfium2.PdfiumError as error:
        raise FileProblem("broken", f"page {index + 1}: {error}") from error
    return text, is_flattened, comments


def _is_picture(pdf: Any, index: int) -> bool:
    page = pdf[index]
    try:
        return covered_by_pictures(page)
    finally:
        page.close()


def _reordered(textpage: Any) -> str:
    """The text of a right-to-left page in reading order; "" if PDFium has it right."""
    codes = [raw.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars())]
    letters = [chr(code) if 0 < code < 0x110000 else "" for code in codes]
    order = reading_order(textpage, letters)
    if order is None:
        return ""
    return in_order(letters, order).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def has_notes(page: Any) -> bool:
    """Whether a page has annotations with a text of their own, which flattening makes part of the page."""
    return any(_subtype(page, index) not in _TEXTLESS_ANNOTATIONS for index in range(raw.FPDFPage_GetAnnotCount(page)))


def _subtype(page: Any, index: int) -> int:
    annotation = raw.FPDFPage_GetAnnot(page, index)
    if not ctypes.cast(annotation, ctypes.c_void_p).value:
        return int(raw.FPDF_ANNOT_POPUP)
    subtype = int(raw.FPDFAnnot_GetSubtype(annotation))
    raw.FPDFPage_CloseAnnot(annotation)
    return subtype
