"""Extracts the text of a file: a format is chosen by content, and a reader's errors become a FileProblem."""

from __future__ import annotations

from core.extract.base import EXTRACTOR_VERSION, ExtractionInput, Limits, PartialCallback
from core.extract.read import read, read_bytes
from core.extract.registry import kind_of, readable_kind, unread_extensions
from core.extract.unread import unread_reason

__all__ = [
    "EXTRACTOR_VERSION",
    "ExtractionInput",
    "Limits",
    "PartialCallback",
    "kind_of",
    "read",
    "read_bytes",
    "readable_kind",
    "unread_extensions",
    "unread_reason",
]
