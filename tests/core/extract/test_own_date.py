"""The day that a document says itself: as PDF and office programs write it."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.extract import read_bytes
from core.extract.own_date import day_of, day_sent
from tests.builders import documents
from tests.core.extract.test_packages import presentation


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("D:20150312143000+01'00'", "2015-03-12"), ("D:20150312", "2015-03-12"), ("20150312", "2015-03-12"),
        ("2015-03-12T14:30:00Z", "2015-03-12"), ("2015-03-12", "2015-03-12"),
        (" 2015-03-12T14:30:00.123 ", "2015-03-12"),
        ("D:20151312000000Z", ""), ("D:00000000000000", ""), ("D:1601", ""), ("16010101", ""), ("March 2015", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_the_day_is_read(text: str, day: str) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Tue, 17 May 2011 23:30:00 -0500", "2011-05-17"),
        ("17 May 2011 09:00 GMT", "2011-05-17"),
        ("2011-05-17 09:00:00+00:00", "2011-05-17"),
        ("Tue, 45 May 2011 09:00:00 +0000", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_the_day_of_a_message_is_read(text: str, day: str) -> None:
    assert day_sent(text) == day


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("a.html", "<meta name='date' content='2015-03-12'><p>Rent", "2015-03-12"),
        ("b.html", "<meta property='article:published_time' content='2016-03-12T08:00:00+01:00'><p>Rent", "2016-03-12"),
        ("c.html", "<meta name='DC.date' content='2017-03-12'><p>Rent", "2017-03-12"),
        ("d.html", "<meta name='date' content='soon'><p>Rent", ""),
        ("a.rtf", r"{\rtf1{\info{\creatim\yr2013\mo4\dy5\hr10\min2}}Rent}", "2013-04-05"),
        ("a.md", "---\ntitle: Rent\ndate: 2018-09-10\n---\nThe rent.\n", "2018-09-10"),
        ("b.md", "date: 2018-09-10\n", ""),
    ],
)
def test_pages_and_notes_have_their_own_day(name: str, text: str, day: str) -> None:
    assert read_bytes(text.encode(), name.encode()).own_date == day


def test_books_and_slides_have_their_own_day() -> None:
    about = "<package xmlns:dc='d'><metadata><dc:date>2012-06-07</dc:date></metadata></package>"
    assert read_bytes(documents.epub({}, extra={"OEBPS/book.opf": about}), b"a.epub").own_date == "2012-06-07"
    facts = "<cp:c xmlns:cp='c' xmlns:d='d'><d:created>2010-11-12T00:00:00Z</d:created></cp:c>"
    with zipfile.ZipFile(slides := io.BytesIO(presentation()), "a") as package:
        package.writestr("docProps/core.xml", facts)
    assert read_bytes(slides.getvalue(), b"a.pptx").own_date == "2010-11-12"


def test_documents_have_their_own_day() -> None:
    letter = b"From: a@example.org\nDate: Tue, 17 May 2011 23:30:00 -0500\nSubject: Rent\n\nThe rent is due.\n"
    assert read_bytes(letter, b"a.eml").own_date == "2011-05-17"
    facts = (
        '<cp:coreProperties xmlns:cp="c" xmlns:dcterms="http://purl.org/dc/terms/">'
        "<dcterms:created>2014-09-30T08:00:00Z</dcterms:created></cp:coreProperties>"
    )
    lease = documents.docx("<w:p><w:r><w:t>A lease.</w:t></w:r></w:p>", extra={"docProps/core.xml": facts})
    assert read_bytes(lease, b"a.docx").own_date == "2014-09-30"
    assert read_bytes(b"A note.", b"a.txt").own_date == ""
