from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.extract.base import Limits, TextBuilder
from core.extract.clean import clean, title_of

anything = st.text(st.characters(codec=None, exclude_categories=())) | st.text(
    "a \t\n\r\x0c\x00e\u0301\ud800", max_size=40
)


@given(anything)
def test_cleaning_clean_text_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(anything)
def test_clean_text_is_composed_and_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\t\n" for char in cleaned)
    assert "\n\n\n\n" not in cleaned
    cleaned.encode()


def test_line_ends_gaps_and_indents() -> None:
    assert clean("\r\na\r\nb\rc\x0cd  \n\n\n\n\n    e\u00a0f\n") == "a\nb\nc\nd\n\n\n    e f"


@given(st.lists(st.tuples(anything, st.booleans()), max_size=8), st.integers(0, 60))
def test_parts_are_exact_spans_of_the_text(pieces: list[tuple[str, bool]], room: int) -> None:
    builder = TextBuilder(Limits(max_chars=room))
    for number, (piece, is_page) in enumerate(pieces, 1):
        builder.add(piece, "page" if is_page else None, number)
    document = builder.document("pdf", "test")
    assert len(document.text) <= room
    for part in document.parts:
        piece = clean(pieces[part.number - 1][0])
        here = document.text[part.start : part.end]
        assert here
        assert here == piece or ("truncated" in document.notes and piece.startswith(here))
    whole = [piece for piece in (clean(piece) for piece, _ in pieces) if piece]
    if "truncated" not in document.notes:
        assert document.text == "\n\n".join(whole)
    assert ("no_text" in document.notes) == (document.text == "")


@pytest.mark.parametrize(
    "candidate",
    [
        "",
        None,
        "untitled",
        "Microsoft Word - letter.doc",
        "thesis.dvi",
        "12-3",
        "Untitled",
        "PowerPoint Presentation",
        "x",
    ],
)
def test_titles_that_say_nothing(candidate: str | None) -> None:
    assert title_of(candidate) == ""


@pytest.mark.parametrize(
    "candidate", ["The Debian GNU/Linux FAQ", "复旦大学论文模板", "Letter to Anna", "1984: a novel"]
)
def test_titles_that_say_something(candidate: str) -> None:
    assert title_of(f"  {candidate}\n ") == candidate
