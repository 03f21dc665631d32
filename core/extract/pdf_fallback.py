"""PDF through pypdf, which is slow but safe, for files that PDFium refuses or crashes on."""

from __future__ import annotations

import io
import logging
from typing import Any

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.garbled import is_garbled
from core.extract.own_date import day_of
from core.extract.pages import read_pages

# Errors that pypdf raises on damaged files besides its own, according to its issue tracker.
_FAULTS = (
    PyPdfError,
    DependencyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


def read(source: ExtractionInput) -> Document:
    """The text of a PDF with a part for each page that has any."""
    return read_and_judge(source)[0]


def read_and_judge(source: ExtractionInput) -> tuple[Document, bool]:
    """The document, and whether most of its pages can be read."""
    garbled = 0

    def text_of(index: int) -> str:
        nonlocal garbled
        text = _page_text(pdf, index)
        garbled += is_garbled(text)
        return text

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pdf = _open(source.data)
        count = len(pdf.pages)
    except FileProblem:
        raise
    except (FileNotDecryptedError, WrongPasswordError) as error:
        raise protected(error) from error
    except _FAULTS as error:
        raise broken(error) from error
    builder, notes = read_pages(source, count, text_of)
    title, author, own_date = _metadata(pdf)
    document = builder.document("pdf", "pypdf", title=title, author=author, notes=notes, own_date=own_date)
    return document, garbled * 2 <= count


def _open(data: bytes) -> pypdf.PdfReader:
    pdf = pypdf.PdfReader(io.BytesIO(data))
    if pdf.is_encrypted and not pdf.decrypt(""):
        raise protected("needs a password")
    return pdf


def _page_text(pdf: pypdf.PdfReader, index: int) -> str:
    try:
        return pdf.pages[index].extract_text()
    except _FAULTS as error:
        raise FileProblem("broken", f"page {index + 1}: {type(error).__name__}: {error}"[:300]) from error


def _metadata(pdf: pypdf.PdfReader) -> tuple[str, str, str]:
    try:
        facts: Any = pdf.metadata
        if not facts:
            return "", "", ""
        return title_of(facts.title), one_line(facts.author or "")[:200], day_of(facts.creation_date_raw or "")
    except _FAULTS:
        return "", "", ""
