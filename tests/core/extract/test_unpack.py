"""Compressed files, calendars and cards, drawings and outlines; which unknown names are opened."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile

import pytest

from core.errors import FileProblem
from core.extract import Limits, read_bytes
from core.extract.unknown_names import is_worth_a_look, may_be_document
from tests.builders import documents

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:High wa\r\n ter\r\nDESCRIPTION:At six\\, or\\nseven\r\n"
    b"ATTACH;ENCODING=BASE64:QUJD\r\nEND:VCALENDAR\r\n"
)
CARD = b"BEGIN:VCARD\nFN:Ann Keeper\nNOTE;ENCODING=QUOTED-PRINTABLE:Gr=C3=BC=\n=C3=9Fe\nPHOTO:QUJD\n QUJD\nEND:VCARD\n"


@pytest.mark.parametrize("name", [b"a.txt.gz", b"a.gz", b"a.log.1.bz2", b"a.xz", b"unnamed"])
def test_a_compressed_file_is_read_as_what_is_inside(name: bytes) -> None:
    compress = bz2.compress if name.endswith(b"bz2") else lzma.compress if name.endswith(b"xz") else gzip.compress
    assert read_bytes(compress(b"The harbour is closed."), name).text == "The harbour is closed."
    assert read_bytes(compress(documents.pdf(["Invoice 17"])), name).parts[0].unit == "page"


def test_what_is_left_of_a_cut_compressed_file_is_read() -> None:
    text = "\n".join(f"line {number}" for number in range(500_000)).encode()
    found = read_bytes(gzip.compress(text)[:-200_000], b"a.log.gz").text
    assert found.startswith("line 0\nline 1\n")
    assert len(found) > 1_000_000


@pytest.mark.parametrize(
    "inside", [gzip.compress(b"twice"), b"", b"\0\1\2" * 99], ids=["packed twice", "empty", "binary"]
)
def test_what_is_no_document_inside_is_refused(inside: bytes) -> None:
    if not inside:
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
        inside = packed.getvalue()
    with pytest.raises(FileProblem, match="broken"):
        read_bytes(gzip.compress(inside), b"a.gz")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 30_000_000)
    with pytest.raises(FileProblem, match="too_large"):
        read_bytes(bomb, b"a.gz")
    with pytest.raises(FileProblem, match="too_large"):
        read_bytes(gzip.compress(b"abc" * 1000), b"a.gz", limits=Limits(max_member_bytes=2000))


def test_records_are_unfolded_and_unescaped_without_their_pictures() -> None:
    calendar = read_bytes(CALENDAR, b"a.ics")
    assert calendar.title == "High water"
    assert calendar.text == "SUMMARY:High water\nDESCRIPTION:At six, or\nseven"
    card = read_bytes(CARD, b"a.vcf")
    assert (card.title, card.text.split("\n")[0]) == ("Ann Keeper", "FN:Ann Keeper")
    assert "Grüße" in card.text
    assert "QUJD" not in card.text
    assert read_bytes(b"dn: x\ncn:: R3LDvMOfZQ==\n", b"a.ldif").text == "dn: x\ncn: Grüße"


def test_drawings_and_outlines_are_their_words() -> None:
    words = b"<title>Harbour map</title><text>North <tspan>pier</tspan></text>"
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'>" + words + b"</svg>"
    drawing = read_bytes(svg, b"a.svg")
    assert (drawing.kind, drawing.title, drawing.text) == ("image", "Harbour map", "Harbour map\nNorth pier")
    opml = (
        b"<opml><head><title>Plan</title></head><body><outline text='One'><outline text='Two'/></outline></body></opml>"
    )
    outline = read_bytes(opml, b"a.opml")
    assert (outline.title, outline.text) == ("Plan", "One\nTwo")


@pytest.mark.parametrize(
    ("name", "is_opened"),
    [(b"notes", True), (b"a.qmd", True), (b"1714982400.M1P1.host:2,S", True), (b"a.txt", False), (b"a.jpg", False),
     (b"a.iso", False), (b"a.tar.gz", False), (b"a.o", False)],
)  # fmt: skip
def test_only_files_whose_names_say_nothing_are_opened_to_see(name: bytes, is_opened: bool) -> None:
    assert is_worth_a_look(name) is is_opened


@pytest.mark.parametrize(
    ("head", "may_be"),
    [(b"#!/bin/sh\n", True), ("Grüße".encode(), True), ("Grüße".encode("latin-1"), True), (b"\xff\xfea\0", True),
     (b"%PDF-1.7\0", True), (b"PK\3\4\0", True), (b"", False), (b" \n\0", False), (b"\x7fELF\1\1", False),
     (b"abc\0", False), (b"\1\2\3\4abcd", False)],
)  # fmt: skip
def test_the_first_bytes_tell_what_may_be_a_document(head: bytes, may_be: bool) -> None:
    assert may_be_document(head) is may_be
