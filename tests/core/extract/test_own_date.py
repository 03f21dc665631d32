"""The day that a document says itself: as PDF and office programs write it."""

from __future__ import annotations

import pytest

from core.extract import read_bytes
from core.extract.own_date import day_of, day_sent
from tests.builders import documents


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
