"""A file in, its text out: the reader is chosen by what the bytes are, and its errors become a file's problem."""

from __future__ import annotations

from core.extract.base import EXTRACTOR_VERSION, ExtractionInput, Keep, Limits
from core.extract.read import read, read_bytes
from core.extract.registry import kind_of, readable_kind, unread_extensions

__all__ = [
    "EXTRACTOR_VERSION",
    "ExtractionInput",
    "Keep",
    "Limits",
    "kind_of",
    "read",
    "read_bytes",
    "readable_kind",
    "unread_extensions",
]
