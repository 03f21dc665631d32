from __future__ import annotations

import pytest

from core.extract.right_to_left import Placed, in_order, line_order, with_brackets_turned


def line(*runs: tuple[str, float, float]) -> list[Placed]:
    """Characters in PDFium's order: runs from right to left, 6 points each; a space is one that PDFium made up."""
    placed: list[Placed] = []
    for text, right, baseline in runs:
        for at, letter in enumerate(text):
            x, width = right - 6 * at, 0 if letter == " " else 6
            placed.append(Placed(len(placed), letter, (x - width, baseline - 3, x, baseline + 11), baseline))
    return placed


def ordered(characters: list[Placed]) -> str:
    return in_order([one.letter for one in characters], line_order(characters))


def test_two_lines_that_were_taken_for_one_are_two_again_the_upper_first() -> None:
    assert ordered(line(("قبل ثلاثة أشهر. ", 500, 684), ("ينتهي عقد الإيجار", 500, 700))) == (
        "ينتهي عقد الإيجار\nقبل ثلاثة أشهر."
    )


def test_a_raised_number_stays_in_its_line() -> None:
    assert ordered(line(("عقد", 500, 700), ("1", 482, 704), (" الإيجار", 476, 700))) == "عقد1 الإيجار"


def test_signs_at_the_start_of_a_line_go_to_their_letters() -> None:
    signs = line(("\u064f", 487, 701), (" ", 400, 700), ("يجدد", 488, 700))
    assert ordered(signs) == "يُجدد"


def test_words_stay_apart_where_a_sign_stood_between_them() -> None:
    assert ordered(
        line(("عقد", 500, 700), (" ", 300, 700), ("\u0651", 498, 701), (" ", 300, 700), ("جديد", 470, 700))
    ) == ("عّقد جديد")


def test_a_line_in_order_is_left_alone() -> None:
    characters = line(("عقد الإيجار 2027", 500, 700))
    assert line_order(characters) == list(range(len(characters)))


@pytest.mark.parametrize(
    ("read", "turned"),
    [
        ("غرف )مطبخ وحمام( وتبلغ", "غرف (مطبخ وحمام) وتبلغ"),
        ("לחודש )כולל ארנונה(, וישולמו", "לחודש (כולל ארנונה), וישולמו"),
        ("עמוד ]ראשון[", "עמוד [ראשון]"),
        ("غرف (مطبخ وحمام) وتبلغ", "غرف (مطبخ وحمام) وتبلغ"),
        ("א) ראה סעיף (ב) לחוק", "א) ראה סעיף (ב) לחוק"),
        ("1) first (second", "1) first (second"),
        ("a )b( c", "a )b( c"),
    ],
)
def test_brackets_that_were_read_as_their_mirror_images_are_turned(read: str, turned: str) -> None:
    assert with_brackets_turned(read) == turned
