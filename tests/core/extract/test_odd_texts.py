"""Texts that documents of several formats have beside their main one, or written in an odd way."""

from __future__ import annotations

import json

import pytest

from core.extract import read_bytes
from core.extract.doc_fields import formula_texts
from tests.builders import documents

RUBY_HTML = "<p>彼は<ruby>灯<rp>(</rp><rt>とう</rt><rp>)</rp>台<rt>だい</rt></ruby>へ</p>"
RUBY_WORD = "".join(
    f"<w:r><w:ruby><w:rt><w:r><w:t>{above}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase>"
    "</w:ruby></w:r>"
    for base, above in (("灯", "とう"), ("台", "だい"))
)
RUBY_ODT = "".join(
    f"<text:ruby><text:ruby-base>{base}</text:ruby-base><text:ruby-text>{above}</text:ruby-text></text:ruby>"
    for base, above in (("灯", "とう"), ("台", "だい"))
)


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        (b"a.html", RUBY_HTML.encode(), "彼は灯台へ (とう だい)"),
        (b"a.docx", documents.docx(f"<w:p>{RUBY_WORD}</w:p>"), "灯台\n\nとう だい"),
        (b"a.odt", documents.odf("text", f"<text:p>{RUBY_ODT}</text:p>"), "灯台\n\nとう だい"),
    ],
)
def test_how_a_word_is_pronounced_does_not_part_it(name: bytes, data: bytes, text: str) -> None:
    assert read_bytes(data, name).text == text


def test_word_formulas_for_ruby_are_read() -> None:
    field = '\x13EQ \\* jc2 \\* "Font:MS Mincho" \\* hps11 \\o\\ad(\\s\\up 10(とうきょう),東京)\x15'
    assert formula_texts(b"\xec\xa5" + field.encode("utf-16-le")) == ["とうきょう 東京"]


def _with_masters(kind: str, body: str, masters: str) -> bytes:
    styles = (
        f'<office:document-styles {documents.ODF_SPACES} xmlns:style="urn:style"><office:master-styles>'
        f"<style:master-page>{masters}</style:master-page></office:master-styles></office:document-styles>"
    )
    return documents.odf(kind, body, extra={"styles.xml": styles})


def test_headers_and_footers_of_odt_without_bare_page_numbers() -> None:
    masters = (
        "<style:header><text:p>Pilot station</text:p></style:header>"
        "<style:footer><text:p>Page <text:page-number>1</text:page-number></text:p></style:footer>"
    )
    document = read_bytes(_with_masters("text", "<text:p>The buoy</text:p>", masters), b"a.odt")
    assert document.text == "The buoy\n\nPilot station"


def test_what_the_master_of_slides_shows_but_not_its_prompts() -> None:
    masters = (
        '<draw:frame xmlns:p="urn:p" p:placeholder="true"><draw:text-box>'
        "<text:p>Click to edit</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Harbour board"
        "</text:p></draw:text-box></draw:frame>"
    )
    slide = "<draw:page><draw:frame><draw:text-box><text:p>Silt</text:p></draw:text-box></draw:frame></draw:page>"
    document = read_bytes(_with_masters("presentation", slide, masters), b"a.odp")
    assert document.text == "Silt\n\nHarbour board"


def test_comments_on_a_pdf_are_read_once() -> None:
    notes = (
        b"<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents(replace the spring)>>",
        b"<</Type/Annot/Subtype/Highlight/Rect[10 690 90 715]/Contents(The windlass)>>",
        b"<</Type/Annot/Subtype/Highlight/Rect[10 690 90 715]/Contents(\xfe\xff\x20\x1c\x00w\x00h\x00y\x20\x1d)>>",
        b"<</Type/Annot/Subtype/Link/Rect[10 10 30 30]/Contents(a link)>>",
    )
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>"
        b"/Annots[6 0 R 7 0 R 8 0 R 9 0 R]>>"
    )
    data = documents.pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            page,
            documents.stream(b"BT /F1 12 Tf 10 700 Td (The windlass is rusty) Tj ET"),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *notes,
        ]
    )
    document = read_bytes(data, b"a.pdf")
    assert document.text == "The windlass is rusty\n\nreplace the spring\n\n\u201cwhy\u201d"
    assert [(part.unit, part.number) for part in document.parts] == [("page", 1)]


def test_errors_and_tables_that_a_notebook_shows() -> None:
    outputs = [
        {"output_type": "error", "ename": "ValueError", "evalue": "bad harmonic", "traceback": ["\x1b[0mx"]},
        {"output_type": "display_data", "data": {"text/html": ["<b>phase</b>"]}},
        {"output_type": "execute_result", "data": {"text/plain": "31", "text/html": "<i>31</i>"}},
    ]
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": "fit()", "outputs": outputs}]})
    assert read_bytes(notebook.encode(), b"a.ipynb").text == "fit()\n\nValueError: bad harmonic\n\nphase\n\n31"


def test_a_chapter_that_a_book_names_with_a_place_in_it() -> None:
    chapter = "<html><body><p>chapter two</p></body></html>"
    data = documents.epub({"a.xhtml#x": "", "b.xhtml": "<p>b</p>"}, extra={"OEBPS/a.xhtml": chapter})
    assert "chapter two" in read_bytes(data, b"a.epub").text


def test_tables_of_the_masters_of_keynote_slides() -> None:
    slides = (
        '<key:presentation xmlns:key="urn:key" xmlns:sf="urn:sf" xmlns:sfa="urn:sfa"><key:master-slides>'
        '<key:master-slide><sf:p>prompt</sf:p><sf:tabular-info><sf:ct sfa:s="fees"/></sf:tabular-info>'
        "</key:master-slide></key:master-slides><key:slide-list><key:slide><sf:p>one</sf:p></key:slide>"
        "</key:slide-list></key:presentation>"
    )
    assert read_bytes(documents.zipped({"index.apxl": slides}), b"a.key").text == "one\n\nfees"
