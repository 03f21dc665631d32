from __future__ import annotations

import io

import pypdf
import pytest

from core.document import Part
from core.errors import FileProblem
from core.extract import Limits, read_bytes
from core.extract.pages import joined_pages, tidy
from tests.builders import documents


def test_pages_are_parts_with_their_numbers() -> None:
    document = read_bytes(documents.pdf(["first words", "", "third words"], title="A title", author="Ann"), b"a.pdf")
    assert [(part.unit, part.number) for part in document.parts] == [("page", 1), ("page", 3)]
    assert [document.text[part.start : part.end] for part in document.parts] == ["first words", "third words"]
    assert (document.kind, document.title, document.author, document.notes) == ("pdf", "A title", "Ann", ())


def test_the_text_of_notes_on_a_page_is_read() -> None:
    assert "written beside" in read_bytes(documents.pdf(["page"], annotation="written beside"), b"a.pdf").text


def test_a_vowel_sign_drawn_by_itself_does_not_break_its_word() -> None:
    page = documents.placed_pdf([("هذه كتب قديمة", 500, 700), ("\u064f", 472, 701.2)])
    assert read_bytes(page, b"a.pdf").text == "هذه كتُب قديمة"


def test_a_scan_has_no_text() -> None:
    document = read_bytes(documents.pdf(["", ""]), b"scan.pdf")
    assert (document.text, document.notes) == ("", ("no_text",))


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf(["a secret"])))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_named() -> None:
    with pytest.raises(FileProblem) as caught:
        read_bytes(encrypted("sesame"), b"a.pdf")
    assert caught.value.code == "protected"


@pytest.mark.parametrize("attempt", [1, 2])
def test_an_empty_password_is_none(attempt: int) -> None:
    assert read_bytes(encrypted(""), b"a.pdf", attempt=attempt).text == "a secret"


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_truncated_file_is_broken(attempt: int) -> None:
    whole = documents.pdf(["words"])
    with pytest.raises(FileProblem) as caught:
        read_bytes(whole[: len(whole) // 3], b"a.pdf", attempt=attempt)
    assert caught.value.code == "broken"


def test_the_second_reader_reads_the_same() -> None:
    data = documents.pdf(["first words", "second words"], title="A title", author="Ann")
    first, second = (read_bytes(data, b"a.pdf", attempt=attempt) for attempt in (1, 2))
    assert first.extractor.startswith("pdfium/")
    assert second.extractor.startswith("pypdf/")
    assert (second.text, second.parts, second.title, second.author) == (first.text, first.parts, "A title", "Ann")


def test_a_page_limit_is_noted() -> None:
    document = read_bytes(documents.pdf(["one", "two", "three"]), b"a.pdf", limits=Limits(max_pages=2))
    assert (document.text, document.notes) == ("one\n\ntwo", ("truncated", "pages:2/3"))


def test_a_length_limit_is_noted() -> None:
    document = read_bytes(documents.pdf(["one", "two", "three"]), b"a.pdf", limits=Limits(max_chars=7))
    assert (document.text, document.notes) == ("one\n\ntw", ("truncated", "pages:2/3"))


def test_pages_are_reported_as_they_are_read() -> None:
    reported: list[tuple[str, tuple[Part, ...]]] = []
    data = documents.pdf([f"page {number}" for number in range(1, 41)])
    document = read_bytes(data, b"a.pdf", on_partial=lambda text, parts: reported.append((text, parts)))
    text = "".join(text for text, _ in reported)
    assert document.text.startswith(text)
    assert tuple(part for _, parts in reported for part in parts) == document.parts[:32]


def test_a_damaged_page_is_left_out_and_noted() -> None:
    whole = documents.pdf(["one", "two"])
    document = read_bytes(whole.replace(b"/Kids[5 0 R 7 0 R]/Count 2", b"/Kids[5 0 R 9 0 R]/Count 2"), b"a.pdf")
    assert (document.text, document.notes) == ("one", ("partial",))


def test_a_head_far_into_the_file_is_found() -> None:
    assert read_bytes(bytes(range(256)) * 10 + documents.pdf(["late words"]), b"a.pdf").text == "late words"
    with pytest.raises(FileProblem, match="no pdf"):
        read_bytes(b"x" * 2000 + b"no head at all", b"a.pdf")


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("docu\x02mentation", "documentation"),
        ("docu\x02\r\nmentation", "documentation"),
        ("the short-lived and short\x02lived", "the short-lived and short-lived"),
        ("o\ufb03ce \ufb01nd", "office find"),
        ("r´esultats na¨ıve", "résultats naïve"),
        ("probl`eme `quoted", "problème `quoted"),
        ("Contents . . . . . . . . 12", "Contents … 12"),
        ("Here  is   some\n    code", "Here is some\n    code"),
        ("wait... 1.2.3", "wait... 1.2.3"),
        ("x² ½ ｆｕｌｌ", "x² ½ ｆｕｌｌ"),
    ],
)
def test_a_typeset_page_is_made_plain(raw: str, tidied: str) -> None:
    assert tidy(raw) == tidied


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("It was photo-", "synthesis, it said. More.", ("It was photosynthesis,", "it said. More.")),
        ("Sauer\u2010\n", "\n  stoff allein", ("Sauerstoff", "allein")),
        ("Baden-", "Baden is far", ("Baden-", "Baden is far")),
        ("from 3-", "days to", ("from 3-", "days to")),
        ("No hyphen", "here", ("No hyphen", "here")),
    ],
)
def test_a_word_broken_between_pages_is_whole_on_the_first(first: str, second: str, joined: tuple[str, str]) -> None:
    assert joined_pages(first, second) == joined
