from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.results.text_offsets import excerpt, find_marks, qt_spans, utf16_length, with_plain_newlines


def test_emoji_count_as_two_for_qt() -> None:
    assert utf16_length("a🏠b") == 4
    assert qt_spans("🏠 home", [(2, 6)]) == [(3, 4)]


@given(st.text(), st.integers(-3, 40), st.integers(-3, 40))
def test_spans_outside_the_text_are_cut_off(text: str, start: int, end: int) -> None:
    for begin, length in qt_spans(text, [(start, end)]):
        assert begin >= 0
        assert 0 < length <= utf16_length(text) - begin


@given(st.text(alphabet="ab \r\n\x0b\x0c\u2029\x00é漢"))
def test_every_character_keeps_its_offset(text: str) -> None:
    shown = with_plain_newlines(text)
    assert len(shown) == len(text)
    assert "\r" not in shown


@pytest.mark.parametrize(
    ("text", "marked", "found"),
    [
        ("The lease ends. LEASE\nENDS again", ["lease ends"], ["lease ends", "LEASE\nENDS"]),
        ("end, ending and the END", ["end"], ["end", "END"]),
        ("合同于三月到期。", ["到期"], ["到期"]),
        ("nothing", ["", "  "], []),
        ("a (b) c.d", ["(b)", "c.d"], ["(b)", "c.d"]),
    ],
)
def test_marked_strings_are_found_in_the_document(text: str, marked: list[str], found: list[str]) -> None:
    assert [text[start:end] for start, end in find_marks(text, (0, len(text)), marked)] == found


def test_marks_are_only_looked_for_in_the_passage() -> None:
    assert find_marks("lease lease lease", (6, 11), ["lease"]) == [(6, 11)]


def test_a_long_snippet_begins_where_its_first_mark_can_be_seen() -> None:
    text = "word " * 100 + "here it is " + "tail " * 50
    start = text.index("here")
    shown, shift = excerpt(text, [(start, start + 4)], 80)
    assert shown.startswith("… ")
    assert start + shift < 60
    assert shown[start + shift : start + shift + 4] == "here"
