"""Which views a kind of file has."""

from __future__ import annotations

import os
from typing import Literal

from core.document import Kind

ViewName = Literal["page", "formatted", "table", "text"]
Source = Literal["pdf", "picture", "html"]

MARKDOWN = frozenset((".md", ".markdown", ".mdown", ".mkd", ".mdx"))
WEB = frozenset((".html", ".htm", ".xhtml", ".xht", ".shtml"))
TABLES = frozenset((".csv", ".tsv"))
COMPRESSED = frozenset((".gz", ".bz2", ".xz", ".lzma", ".zst"))  # only the text of what is inside is there


def suffix(path: str) -> str:
    """The extension of a file with its dot, in lower case."""
    return os.path.splitext(path)[1].lower()


def page_source(path: str, kind: Kind) -> Source | None:
    """How a file's pages are drawn; None for a file without pages that can be drawn."""
    if suffix(path) in COMPRESSED:
        return None
    if kind == "pdf":
        return "pdf"
    return "picture" if kind == "image" else None


def views_of(path: str, kind: Kind) -> tuple[ViewName, ...]:
    """The views of a file, the one that is shown first before the others."""
    if page_source(path, kind):
        return ("page", "text")
    if kind == "spreadsheet" or suffix(path) in TABLES:
        return ("table", "text")
    if kind == "mail" or suffix(path) in MARKDOWN or (kind == "web" and suffix(path) in WEB):
        return ("formatted", "text")
    return ("text",)
