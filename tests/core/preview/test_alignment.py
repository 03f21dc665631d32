from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Document, Part
from core.extract.clean import clean
from core.extract.pages import tidy
from core.preview.alignment import Alignment
from core.preview.page_text import NOWHERE, PageSpans, PageText, page_text


@pytest.mark.parametrize(
    ("source", "word", "target", "found"),
    [
        ("The lease ends", "lease", "The  lease\r\nends", "lease"),
        ("a contract of sale", "contract", "a con\x02\r\ntract of sale", "con\x02\r\ntract"),
        ("an efficient office", "efficient", "an eﬃcient oﬃce", "eﬃcient"),
        ("Café au lait", "Café", "Cafe´ au lait", "Cafe"),
        ("Übergabe … 12", "12", "Übergabe . . . . . . . . 12", "12"),
        ("租赁合同", "合同", "租 赁 合 同", "合 同"),
        ("عقد الإيجار", "الإيجار", "عقد\nالإيجار", "الإيجار"),
    ],
)
def test_a_word_is_found_however_it_is_set(source: str, word: str, target: str, found: str) -> None:
    start = source.index(word)
    spans = Alignment(source, target).spans(start, start + len(word))
    assert target[spans[0][0] : spans[-1][1]] == found


def test_what_is_only_in_one_of_the_texts_is_skipped() -> None:
    source, target = "first second third", "first INSERTED second\nthird"
    start = source.index("second")
    assert [target[slice(*span)] for span in Alignment(source, target).spans(start, start + 6)] == ["second"]
    assert Alignment("abc", "xyz").spans(0, 3) == []
    assert Alignment("", "").spans(0, 5) == []


@given(st.text(max_size=200))
def test_a_cleaned_page_keeps_its_letters_in_order(text: str) -> None:
    cleaned = clean(tidy(text))
    aligned = Alignment(cleaned, text)
    places = [place for at in range(len(cleaned)) for place, _ in aligned.spans(at, at + 1)]
    assert places == sorted(places)


def test_long_texts_are_compared_by_pieces() -> None:
    numbers = random.Random(4)
    words = ["".join(numbers.choices("abcdefghij", k=numbers.randint(3, 9))) for _ in range(20_000)]
    source = " ".join(words)
    target = "\n".join(word if number % 500 else f"[{number}] {word}" for number, word in enumerate(words))
    aligned = Alignment(source, target)
    at, right = 0, 0
    for word in words:
        spans = aligned.spans(at, at + len(word))
        right += "".join(target[slice(*span)] for span in spans) == word
        at += len(word) + 1
    assert right > 0.97 * len(words)


def boxes_of(text: str, per_line: int = 10) -> tuple[tuple[float, float, float, float], ...]:
    """A box for each character, ten to a line; none for line breaks."""
    return tuple(
        NOWHERE if letter == "\n" else (x := 10.0 * (at % per_line), y := 20.0 * (at // per_line), x + 10, y + 12)
        for at, letter in enumerate(text)
    )


def test_a_span_has_a_rectangle_for_each_line() -> None:
    text = "0123456789abcdefghijKLMN"
    page = PageText(text, boxes_of(text))
    assert page.rectangles([(8, 12)]) == [(80, 0, 100, 12), (0, 20, 20, 32)]
    assert page.rectangles([(3, 3), (40, 50)]) == []


def test_boxes_that_are_no_numbers_are_nowhere() -> None:
    import struct

    page = page_text("ab", struct.pack("<8f", 1, 2, 3, 4, float("nan"), 0, 1, float("inf")))
    assert page.boxes == ((1, 2, 3, 4), NOWHERE)


def test_only_the_spans_of_its_page_are_on_a_page() -> None:
    text = "one lease\n\ntwo lease lease\n\nthree"
    document = Document(text, "pdf", parts=(Part(0, 9, "page", 1), Part(11, 26, "page", 2), Part(28, 33, "page", 3)))
    spans = [(4, 9), (15, 20), (21, 26)]
    page = PageText("two  lease lease", boxes_of("two  lease lease", 100))
    on_page = PageSpans(document, 2, page)
    assert on_page.within(spans) == [(1, (15, 20)), (2, (21, 26))]
    assert on_page.rectangles((15, 20)) == [(50, 0, 100, 12)]
    assert on_page.rectangles((4, 9)) == []
    assert PageSpans(document, 9, page).within(spans) == []
