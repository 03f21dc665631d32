"""The choice of a format by signatures and names, with formats that exist only here."""

from __future__ import annotations

import pytest

from core.errors import FileProblem
from core.extract import detect as detection
from core.extract import registry
from core.extract.detect import detect
from core.extract.format import Format
from core.extract.registry import FORMATS
from core.extract.signatures import contains, magic, text_magic
from tests.builders import documents

CARD = Format("card", "other", "vcf", ("plain:read",), (text_magic(b"BEGIN:VCARD"),))
IMAGE = Format("disc", "other", "iso", ("plain:read",), (magic(b"\x01CD"),))
LATE = Format("late", "other", "late", ("plain:read",), (contains(b"LATE", within=64, only_if_named=True),))
TWIN = Format("twin", "document", "twin", ("plain:read",), (text_magic(b"BEGIN:VCARD"),))


@pytest.fixture(autouse=True)
def _more_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    added = (CARD, IMAGE, LATE, TWIN)
    monkeypatch.setattr(detection, "FORMATS", (*FORMATS, *added))
    monkeypatch.setattr(registry, "_BY_EXTENSION", registry._BY_EXTENSION | {f.extensions: f for f in added})


@pytest.mark.parametrize(
    ("name", "data", "format_name"),
    [
        (b"a.vcf", b"BEGIN:VCARD\nFN:Ann", "card"),
        (b"a.unknown", b"\n BEGIN:VCARD\nFN:Ann", "card"),
        (b"a.txt", b"BEGIN:VCARD\nFN:Ann", "card"),
        (b"a.py", b"BEGIN:VCARD\nFN:Ann", "card"),
        (b"a.twin", b"BEGIN:VCARD\nFN:Ann", "twin"),
        (b"a.pdf", b"\x01CD\0\0", "disc"),
        (b"a.late", b"some text, LATE", "late"),
        (b"a.txt", b"some text, LATE", "text"),
        (b"a.unknown", b"some text", "text"),
        (b"a.iso", b"  \n", "disc"),
        (b"a.eml", b"some text", "eml"),
        (b"a.doc", b"some text", "text"),
        (b"a.csv", b"<!doctype html><p>", "html"),
        (b"a.md", b"<!doctype html><p>", "markdown"),
        (b"a.py", b'data = b"%PDF-1.4"\n', "code"),
        (b"a.py", b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4\n", "pdf"),
    ],
)
def test_content_decides_and_the_name_where_it_leaves_it_open(name: bytes, data: bytes, format_name: str) -> None:
    assert detect(data, name).name == format_name


@pytest.mark.parametrize(
    ("name", "data", "detail"),
    [
        (b"a.vcf", b"some text", "this is no card file"),
        (b"a.iso", b"some text", "this is no disc file"),
        (b"a.txt", b"\x7fELF\x02", "not a document"),
        (b"a.docx", documents.zipped({"a": "b"}), "not a document"),
    ],
)
def test_what_no_format_reads_is_broken(name: bytes, data: bytes, detail: str) -> None:
    with pytest.raises(FileProblem) as caught:
        detect(data, name)
    assert (caught.value.code, caught.value.detail) == ("broken", detail)


def test_a_drawing_in_a_page_or_a_text_is_not_the_document() -> None:
    page = b"<!DOCTYPE html>\n<html><body><svg viewBox='0 0 1 1'><path/></svg><p>words</p></body></html>"
    assert detect(page, b"a.html").name == "html"
    assert detect(b"# Icons\n\n    <svg viewBox='0 0 1 1'/>\n", b"readme.md").name == "markdown"
    drawing = b"<?xml version='1.0'?>\n<!-- > -->\n<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg:svg/>"
    assert detect(drawing, b"a.xml").name == "svg"


def test_prologs_that_never_end_are_passed_once() -> None:
    assert detect(b"<!---->" * 500 + b"x<svg", b"a.txt").name == "text"


@pytest.mark.parametrize("name", [b"export.doc", b"table.xls", b"page.mht"])
def test_a_web_page_with_its_pictures_under_the_name_of_an_office_document(name: bytes) -> None:
    head = b"Date: Tue, 3 Mar 2020 10:00:00 +0000\r\nMessage-ID: <1@wiki.example>\r\nSubject: Exported From a wiki\r\n"
    parts = b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=B\r\n\r\n--B\r\n\r\nwords\r\n--B--"
    assert detect(head + parts, name).name == "mht"
    assert detect(b"To: a@x.example\r\n" + head + parts, b"letter").name == "eml"
