"""What names and texts hide is shown as marks, and what scripts and emoji need stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import Message, tr
from core.messages.visible import decoded, visible_name, visible_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("invoice\u202etxt.exe", "invoice⟨RLO⟩txt.exe"),
        ("letter\u2066.pdf\u2069.exe", "letter⟨LRI⟩.pdf⟨PDI⟩.exe"),
        ("letter\u202c.exe", "letter⟨U+202C⟩.exe"),
        ("letter.pdf\u200b", "letter.pdf⟨ZWSP⟩"),
        ("let\u00adter.pdf", "let⟨SHY⟩ter.pdf"),
        ("letter.pdf\x00", "letter.pdf⟨NUL⟩"),
        ("letter\n.pdf\t", "letter⟨LF⟩.pdf⟨HT⟩"),
        ("letter\x1b[2J.pdf", "letter⟨ESC⟩[2J.pdf"),
        ("letter\x7f.pdf", "letter⟨DEL⟩.pdf"),
        ("letter\x85.pdf", "letter⟨U+0085⟩.pdf"),
        ("letter\u2028.pdf", "letter⟨LS⟩.pdf"),
        ("letter\u3164.pdf", "letter⟨HF⟩.pdf"),
        ("letter\u2800.pdf", "letter⟨U+2800⟩.pdf"),
        ("letter.pdf" + " " * 40 + ".exe", "letter.pdf⟨SP×40⟩.exe"),
        ("letter\udcff.pdf", "letter\ufffd.pdf"),
        ("le\u200dtter\ufe0f.pdf", "le⟨ZWJ⟩tter⟨U+FE0F⟩.pdf"),
        ("a\U000e0041\U000e0042.pdf", "a⟨U+E0041⟩⟨U+E0042⟩.pdf"),
    ],
)
def test_what_a_name_hides_is_marked(name: str, shown: str) -> None:
    assert visible_name(name) == shown


@pytest.mark.parametrize(
    "name",
    [
        "Rechnung Müller.pdf",
        "合同 2024.pdf",
        "дом.txt",
        "حساب.pdf",
        "חשבון.pdf",
        "می\u200cخواهم.txt",  # Persian
        "क्\u200dष.txt",  # Devanagari
        "👩\u200d💻 notes.md",
        "❤\ufe0f.txt",
        "👩\u200d❤\ufe0f\u200d👨.txt",
        "1\ufe0f\u20e3.txt",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f.txt",
        "葛\U000e0100城.txt",
        "a\u00a0b\u3000c.txt",
        "",
    ],
)
def test_an_honest_name_stays_as_it_is(name: str) -> None:
    assert visible_name(name) == name


def test_a_text_keeps_its_lines_and_loses_what_turns_it_around() -> None:
    assert visible_text("one\n\ttwo\u202e\x00\u200f") == "one\n\ttwo⟨RLO⟩⟨NUL⟩\u200f"


def test_a_value_does_not_turn_the_sentence_around() -> None:
    assert tr("“{name}” does not exist any more.", name="a\u202eb") == "“a⟨RLO⟩b” does not exist any more."
    assert "⟨RLO⟩" in Message("folder.missing", path="/a\u202eb").sentence


def test_a_path_of_bytes_is_shown() -> None:
    assert decoded("a\udcff") == "a\ufffd"
    assert visible_text("a\udcff") == "a\ufffd"


@given(st.text())
def test_nothing_is_hidden_in_a_name(name: str) -> None:
    shown = visible_name(name)
    hidden = {"Cc", "Zl", "Zp", "Cs"}
    assert not [letter for letter in shown if unicodedata.category(letter) in hidden]
    assert not [letter for letter in shown if letter in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"]
    assert visible_name(shown) == shown


@given(st.text(), st.text())
def test_two_names_that_differ_look_different(name: str, other: str) -> None:
    marks = set("⟨⟩\ufffd")
    if name != other and marks.isdisjoint(name + other) and decoded(name) == name and decoded(other) == other:
        assert visible_name(name) != visible_name(other)
