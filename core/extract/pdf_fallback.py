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
    builder, notes = read_pages(source, count, lambda index: _page_text(pdf, index))
    title, author = _metadata(pdf)
    return builder.document("pdf", "pypdf", title=title, author=author, notes=notes)


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


def _metadata(pdf: pypdf.PdfReader) -> tuple[str, str]:
    try:
        facts: Any = pdf.metadata
        return (title_of(facts.title), one_line(facts.author or "")[:200]) if facts else ("", "")
    except _FAULTS:
        return "", ""
