"""Which pages of a PDF are pictures without text, such as scans, so that OCR may read them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

MAX_LETTERS = 20  # that a page may have and still be one without text: a page number, a stamp
MIN_SHARE = 0.25  # of the page that its pictures cover
MAX_OBJECTS = 2_000  # of a page that are looked at


def is_nearly_empty(text: str) -> bool:
    """Whether this is the text of a page that has next to none."""
    return len("".join(text.split())) < MAX_LETTERS


def covered_by_pictures(page: Any) -> bool:
    """Whether pictures cover much of a PDFium page."""
    area = max(page.get_width() * page.get_height(), 1.0)
    covered = 0.0
    for share in _pictures(page):
        covered += share
        if covered >= MIN_SHARE * area:
            return True
    return False


def _pictures(page: Any) -> Iterator[float]:
    """The areas of the pictures on a page; of a group of objects with one in it, the whole."""
    for index in range(min(raw.FPDFPage_CountObjects(page), MAX_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(thing)
        if kind == raw.FPDF_PAGEOBJ_IMAGE or (kind == raw.FPDF_PAGEOBJ_FORM and _has_picture(thing)):
            left, bottom, right, top = (ctypes.c_float() for _ in range(4))
            if raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
                yield abs((right.value - left.value) * (top.value - bottom.value))


def _has_picture(form: Any) -> bool:
    count = min(max(raw.FPDFFormObj_CountObjects(form), 0), MAX_OBJECTS)
    inner = (raw.FPDFFormObj_GetObject(form, index) for index in range(count))
    return any(raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_IMAGE for one in inner)
