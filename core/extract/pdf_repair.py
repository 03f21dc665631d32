"""PDFs that PDFium does not open although they can be read: without their header or trailer, or an empty password."""

from __future__ import annotations

import io
import logging
import re

import pypdf

MAX_DECRYPTED_BYTES = 50_000_000  # pypdf needs many times a file's size to write it again

_CATALOG = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+obj\b(?:(?!endobj).){0,2000}?/Type\s*/Catalog\b", re.DOTALL)
_XREF = re.compile(rb"(?:\A|[\r\n]|endobj)\s*xref\s*[\r\n]+\s*\d")
_HEADER = b"%PDF-1.7\n"


def repaired(data: bytes) -> bytes | None:
    """The bytes with a header and a trailer, from which PDFium finds the objects; None if there is no catalogue."""
    catalog = _CATALOG.search(data)
    if catalog is None:
        return None
    tables = list(_XREF.finditer(data))
    body = data[: tables[-1].start()] + b"\nendobj\n" if tables else data
    header = b"" if b"%PDF-" in data[:1024] else _HEADER
    root = b"%d %d R" % (int(catalog[1]), int(catalog[2]))
    return header + body + b"\ntrailer\n<</Root " + root + b">>\nstartxref\n0\n%%EOF\n"


def without_password(data: bytes) -> bytes | None:
    """The bytes decrypted with the empty password; None if that is not the password."""
    if len(data) > MAX_DECRYPTED_BYTES:
        return None
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pdf = pypdf.PdfReader(io.BytesIO(data))
        if not pdf.decrypt(""):
            return None
        whole = io.BytesIO()
        pypdf.PdfWriter(clone_from=pdf).write(whole)
    except Exception:  # noqa: BLE001 - pypdf raises anything on damaged files, and the file then stays protected
        return None
    return whole.getvalue()
