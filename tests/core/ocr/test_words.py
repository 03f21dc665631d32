"""Words of a page as text: lines, paragraphs, Chinese without spaces, and what is left out."""

from __future__ import annotations

from core.ocr.base import Word
from core.ocr.words import RecognisedText, WordPlace, text_of, unpacked


def word(text: str, paragraph: int, line: int, confidence: float = 95) -> Word:
    """A word at the place of its line."""
    return Word(text, confidence, paragraph, line, 10, 20 * line, 30, 20 * line + 10)


def test_lines_and_paragraphs_are_kept() -> None:
    words = [word("The", 0, 0), word("lease", 0, 0), word("ends.", 0, 1), word("Signed", 1, 2)]
    assert text_of(words, 1).text == "The lease\nends.\n\nSigned"


def test_there_is_no_space_within_chinese() -> None:
    words = [word("租赁", 0, 0), word("合同", 0, 0), word("PDF", 0, 0), word("文件", 0, 0)]
    assert text_of(words, 1).text == "租赁合同 PDF 文件"
    assert text_of([word("한국", 0, 0), word("문서", 0, 0)], 1).text == "한국 문서"


def test_what_was_hardly_recognised_is_left_out() -> None:
    noise = [word("|~", 0, 0, 12), word("The", 1, 1), word("x~", 1, 1, 20), word("lease", 1, 1)]
    assert text_of(noise, 1).text == "The lease"


def test_names_that_no_dictionary_has_are_kept_in_a_line_that_was_recognised() -> None:
    words = [word("Install", 0, 0), word("the", 0, 0), word("package", 0, 0), word("xdg-desktop", 0, 0, 12)]
    assert text_of(words, 1).text == "Install the package xdg-desktop"


def test_places_are_those_of_the_text_and_in_units_of_the_page() -> None:
    found = text_of([word("The", 0, 1), word("lease", 0, 1)], 2)
    assert [found.text[place.start : place.end] for place in found.places] == ["The", "lease"]
    assert found.places[0].box == (5, 10, 15, 15)
    assert unpacked(found.text, found.packed_places()) == found


def test_places_that_are_none_are_left_out() -> None:
    wrong = RecognisedText("short", (WordPlace(3, 90, (0, 0, 1, 1)), WordPlace(0, 5, (0, 0, 1, 1))))
    assert unpacked("short", wrong.packed_places() + b"rest").places == (WordPlace(0, 5, (0, 0, 1, 1)),)
