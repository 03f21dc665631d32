"""The registry of OCR engines: an engine is a folder with a module `kind`, and a line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from core.ocr.base import OcrEngine

ENGINES = {
    "tesseract": "core.ocr.tesseract.kind",
}


def engine_named(name: str) -> OcrEngine:
    """An engine by its name in the settings; raises KeyError."""
    return cast("OcrEngine", import_module(ENGINES[name]))
