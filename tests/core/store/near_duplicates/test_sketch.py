"""Sketches are small, depend on the words only, and exist for any text."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.store.near_duplicates.sketch import BLOCK_CHARS, MAX_NUMBERS, MAX_SHINGLES, sketch
from tests.builders.edited_texts import invoice, text


def counts(of: str) -> tuple[int, int]:
    runs, numbers = struct.unpack_from("<2I", sketch(of))
    return runs, numbers


@given(st.text(max_size=300))
def test_any_text_has_a_sketch_which_is_always_the_same(of: str) -> None:
    made = sketch(of)
    runs, numbers = counts(of)
    assert made == sketch(of)
    assert len(made) == 4 * (2 + min(runs, MAX_SHINGLES) + min(numbers, MAX_NUMBERS))


def test_line_breaks_and_spelling_variants_do_not_matter() -> None:
    plain = "The agreement ends in March, as ﬁnally agreed. Ça suffit."
    assert sketch(plain) == sketch("The agree-\nment\n\nends in MARCH - as finally agreed;\t ça suffit")
    assert sketch(plain) != sketch(plain.replace("March", "April"))


def test_a_script_without_spaces_counts_its_characters() -> None:
    assert counts("图书馆在冬天关闭") == (6, 0)
    assert counts("the library is closed") == (2, 0)


def test_the_numbers_that_count_are_those_that_no_page_has() -> None:
    assert counts("Page 12 of 99: pay 148.50 by 31 March 2027, twice 148.50.")[1] == 2


def test_a_long_text_is_estimated_and_keeps_no_more() -> None:
    whole = " ".join(f"{number:06} {number:06}" for number in range(20_000))
    assert len(whole) > 2 * BLOCK_CHARS
    runs, numbers = counts(whole)
    assert runs == pytest.approx(40_000, rel=0.25)
    assert numbers == pytest.approx(20_000, rel=0.6)
    assert len(sketch(whole)) == 4 * (2 + MAX_SHINGLES + MAX_NUMBERS)


def test_half_a_character_and_nothing_do_no_harm() -> None:
    assert sketch("\udcff " * 40) == sketch("\udcff " * 40)
    assert sketch("") == bytes(8)
    assert counts(invoice(1))[1] > 10
    assert counts(text(1))[0] > 100
