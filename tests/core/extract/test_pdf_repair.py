"""PDFs that PDFium alone reads wrongly, or not at all."""

from __future__ import annotations

import io

import pypdf

from core.extract import read_bytes
from core.extract.garbled import is_garbled, with_mistaken_letters
from tests.builders import documents


def test_without_header_or_trailer() -> None:
    whole = documents.pdf(["The heron waits."])
    assert read_bytes(whole.split(b"\n", 1)[1], b"a.pdf").text == "The heron waits."
    assert read_bytes(whole[: whole.rindex(b"trailer") + 12], b"a.pdf").text == "The heron waits."


def test_an_empty_user_password_is_none() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf(["The heron waits."])))
    writer.encrypt("", "owner", algorithm="AES-256")
    data = io.BytesIO()
    writer.write(data)
    assert read_bytes(data.getvalue(), b"a.pdf").text == "The heron waits."


def test_a_small_crop_box_hides_no_text() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(documents.pdf(["The heron waits on the quay."])))
    writer.pages[0].cropbox = pypdf.generic.RectangleObject((0, 0, 5, 5))
    data = io.BytesIO()
    writer.write(data)
    assert read_bytes(data.getvalue(), b"a.pdf").text == "The heron waits on the quay."


def test_garbled_text_is_told() -> None:
    assert is_garbled("\x04\x05\x06 \x0e\x0f")
    assert not is_garbled("A hy\x02phen, a — dash, हिन्दी and 中文.")
    garbled = read_bytes(documents.pdf(["\x04\x05\x06\x0e\x0f\x10"]), b"a.pdf")
    assert "garbled" in garbled.notes
    assert garbled.scans == (1,), "OCR reads it"
    few = read_bytes(documents.pdf(["The heron waits on the quay.", "The \x04\x05\x06\x0e", "It is late."]), b"a.pdf")
    assert ("garbled" in few.notes, few.scans) == (False, ())


def test_cyrillic_that_comes_as_hangul() -> None:
    assert with_mistaken_letters("킜킰톁톁킰 1:1") == "Масса 1:1"
    assert with_mistaken_letters("대한민국 헌법") == "대한민국 헌법"
