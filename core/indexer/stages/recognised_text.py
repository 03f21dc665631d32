"""Puts recognised pages into the texts of contents, and notes the pages that are still without text."""

from __future__ import annotations

from typing import cast

from core.document import Document, Kind
from core.ocr.merge import with_recognised
from core.store.catalogue.catalogue import Catalogue
from core.store.near_duplicates.sketch import sketch


def with_recognised_pages(catalogue: Catalogue, digest: bytes, document: Document) -> Document:
    """A document as its file was read, with what was recognised in the same bytes before."""
    pages = catalogue.recognised.pages(digest) if document.scans else {}
    texts = {number: row.text for number, row in pages.items() if number in document.scans and row.text}
    return with_recognised(document, texts) if texts else document


def merge_recognised(catalogue: Catalogue, content_id: int) -> int:
    """Put the recognised pages of a content into its text; returns the id of the new content, not yet chunked.

    0 if that changes nothing. Call it in a transaction.
    """
    contents = catalogue.contents
    content, digest = contents.get(content_id), contents.hash_of(content_id)
    if content is None or digest is None:
        return 0
    text, scans = contents.text(content_id), catalogue.recognised.scans(content_id)
    stored = Document(
        text, cast("Kind", content.kind), content.title, content.author, content.parts, content.notes,
        content.extractor, scans=scans,
    )  # fmt: skip
    merged = with_recognised_pages(catalogue, digest, stored)
    if merged.text == text:
        note_unread_pages(catalogue, content_id)
        return 0
    day = catalogue.own_dates.get(content_id)
    new_id = contents.put(digest, merged, replaces=content_id)
    catalogue.recognised.set_scans(new_id, scans)
    catalogue.sketches.put(new_id, sketch(merged.text))
    catalogue.own_dates.put(new_id, day.isoformat() if day else "")
    note_unread_pages(catalogue, new_id)
    return new_id


def note_unread_pages(catalogue: Catalogue, content_id: int) -> None:
    """Set the problem of the files of a content that has, or had, pages without readable text; pictures have none."""
    content, unread = catalogue.contents.get(content_id), catalogue.recognised.unread(content_id)
    if content is None or not catalogue.recognised.scans(content_id):
        return
    problem = None
    if content.kind != "image":
        problem = "no_text" if not content.length else "scanned_pages" if unread else None
        if content.length and "garbled" in content.notes:
            is_recognised = any(part.unit == "scan" for part in content.parts)
            problem = "garbled" if unread or not is_recognised else None
    is_counted = unread and problem in ("no_text", "scanned_pages")
    catalogue.files.set_problem(content_id, problem, str(len(unread)) if is_counted else None)
