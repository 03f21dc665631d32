"""Recognised pages in a document: in their places, again and again, and never instead of its own text."""

from __future__ import annotations

from core.document import Document, Part
from core.ocr.merge import with_recognised

OWN = Document(
    "First page.\n\nThird page.", "pdf", parts=(Part(0, 11, "page", 1), Part(13, 24, "page", 3)), scans=(2, 4)
)


def texts(document: Document) -> list[tuple[str, int, str]]:
    """(unit, number, text) of each part."""
    return [(part.unit, part.number, document.text[part.start : part.end]) for part in document.parts]


def test_recognised_pages_stand_between_the_pages_of_the_document() -> None:
    merged = with_recognised(OWN, {4: "Fourth.", 2: "Second."})
    assert texts(merged) == [
        ("page", 1, "First page."), ("scan", 2, "Second."), ("page", 3, "Third page."), ("scan", 4, "Fourth."),
    ]  # fmt: skip


def test_what_is_recognised_again_replaces_only_what_was_recognised() -> None:
    once = with_recognised(OWN, {2: "5econd.", 4: "Fourth."})
    assert with_recognised(once, {2: "Second.", 4: "Fourth."}) == with_recognised(OWN, {2: "Second.", 4: "Fourth."})
    assert with_recognised(once, {}) == OWN


def test_a_page_with_a_few_letters_keeps_them() -> None:
    stamped = Document("- 7 -", "pdf", parts=(Part(0, 5, "page", 1),), scans=(1,))
    assert texts(with_recognised(stamped, {1: "The lease."})) == [("page", 1, "- 7 -"), ("scan", 1, "The lease.")]


def test_a_document_without_any_text_gets_one() -> None:
    scan = Document("", "pdf", notes=("no_text",), scans=(1,))
    read = with_recognised(scan, {1: "The lease."})
    assert (read.text, read.notes) == ("The lease.", ())
    assert with_recognised(read, {}) == scan


def test_the_description_of_a_picture_stays_before_its_words() -> None:
    picture = Document("Harbour, Hamburg", "image", scans=(1,))
    read = with_recognised(picture, {1: "No entry"})
    assert read.text == "Harbour, Hamburg\n\nNo entry"
    assert read.parts == (Part(18, 26, "scan", 1, "picture"),)
