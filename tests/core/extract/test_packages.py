from __future__ import annotations

import io

import office_oxide
import pytest

from core.errors import FileProblem
from core.extract import Limits, read_bytes
from core.extract.package import Package
from tests.builders import documents


def test_docx_paragraphs_tables_and_extras() -> None:
    cells = "".join(f"<w:tc>{documents.paragraph(cell)}</w:tc>" for cell in ("left", "right"))
    body = (
        documents.paragraph("The plan", style="Title")
        + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        + "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:tab/>"
        + '<w:t>far</w:t></w:r><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr></w:p>'
    )
    extra = {
        f"word/{name}.xml": f'<w:x xmlns:w="{documents.WORD}">{documents.paragraph(text)}</w:x>'
        for name, text in (("header1", "Top"), ("header2", "Top"), ("footnotes", "A note"), ("comments", "A remark"))
    }
    document = read_bytes(documents.docx(body, author="Ann", extra=extra), b"a.docx")
    assert document.text == "The plan\n\nleft\tright\nkept\tfar\n\nA remark\n\nA note\n\nTop"
    assert (document.title, document.author, document.kind, document.parts) == ("The plan", "Ann", "document", ())


def test_docx_with_documents_of_other_formats_in_it() -> None:
    body = documents.paragraph("Before") + "".join(
        f'<w:altChunk xmlns:r="urn:r" r:id="r{number}"/>' for number in range(1, 5)
    )
    links = "".join(
        f'<Relationship Id="r{number}" Target="{target}"/>'
        for number, target in enumerate(("page.html", "/word/note.txt", "../../etc/passwd"), 1)
    )
    extra = {
        "word/_rels/document.xml.rels": f"<Relationships>{links}</Relationships>",
        "word/page.html": "<html><body><p>The brass diaphragm</p><p>of the foghorn</p></body></html>",
        "word/note.txt": "A note",
    }
    document = read_bytes(documents.docx(body + documents.paragraph("After"), extra=extra), b"a.docx")
    assert document.text == "Before\n\nThe brass diaphragm\n\nof the foghorn\n\nA note\n\n\nAfter"


def test_docx_pages_where_word_noted_them() -> None:
    body = documents.paragraph("one") + "<w:p><w:r><w:lastRenderedPageBreak/><w:t>two</w:t></w:r></w:p>"
    document = read_bytes(documents.docx(body, title="T. itle"), b"a.docx")
    assert [(part.number, document.text[part.start : part.end]) for part in document.parts] == [(1, "one"), (2, "two")]
    assert document.title == "T. itle"


def test_odt_pages_spaces_and_deleted_text() -> None:
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>A  plan</text:h>"
        "<text:p>one<text:s text:c='2'/>two<text:tab/><text:span>three</text:span> four</text:p>"
        "<text:p><text:soft-page-break/>next</text:p>"
    )
    document = read_bytes(documents.odf("text", body, author="Ann"), b"a.odt")
    assert document.text == "A plan\n\none  two\tthree four\n\nnext"
    assert [(part.unit, part.number) for part in document.parts] == [("page", 1), ("page", 2)]
    assert (document.title, document.author) == ("A plan", "Ann")


def test_odp_slides_and_ods_sheets() -> None:
    slides = "".join(
        f'<draw:page draw:name="s{n}"><draw:frame><text:p>say {n}</text:p></draw:frame></draw:page>' for n in (1, 2)
    )
    document = read_bytes(documents.odf("presentation", slides), b"a.odp")
    assert [(part.unit, part.number, part.label) for part in document.parts] == [("slide", 1, "s1"), ("slide", 2, "s2")]
    cells = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in ("a", "b"))
    sheet = f'<table:table table:name="Sums"><table:table-row>{cells}</table:table-row></table:table>'
    document = read_bytes(documents.odf("spreadsheet", sheet), b"a.ods")
    assert (document.text, document.parts[0].label, document.kind) == ("a\tb", "Sums", "spreadsheet")


def test_an_encrypted_odt_is_protected() -> None:
    manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(FileProblem) as caught:
        read_bytes(documents.odf("text", "", extra={"META-INF/manifest.xml": manifest}), b"a.odt")
    assert caught.value.code == "protected"


def test_epub_chapters_in_reading_order() -> None:
    chapters = {
        "z.xhtml": "<html><head><title/></head><body><h1>First</h1><p>one</p></body></html>",
        "a.xhtml": "<html><body><h2>Second</h2><p>two</p></body></html>",
    }
    document = read_bytes(documents.epub(chapters, title="A book", author="Ann"), b"a.epub")
    assert document.text == "Ann\n\nFirst\n\none\n\nSecond\n\ntwo"
    assert [(part.unit, part.number, part.label) for part in document.parts] == [
        ("chapter", 1, "First"),
        ("chapter", 2, "Second"),
    ]
    assert (document.title, document.author, document.kind) == ("A book", "Ann", "book")


def test_what_an_epub_says_of_itself_is_text() -> None:
    about = "<dc:description>&lt;p&gt;A novel of the &lt;i&gt;sea&lt;/i&gt;&lt;/p&gt;</dc:description>"
    book = documents.epub(
        {"a.xhtml": "<html><body><p>one</p></body></html>"}, author=f"Ann</dc:creator>{about}<dc:creator>"
    )
    document = read_bytes(book, b"a.epub")
    assert document.text == "Ann\nA novel of the sea\n\none".replace("Ann\nA", "Ann\n\nA")
    assert [part.start for part in document.parts] == [document.text.index("one")]


def test_a_locked_epub_is_protected() -> None:
    lock = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
    with pytest.raises(FileProblem) as caught:
        read_bytes(documents.epub({"a.xhtml": "<p>x</p>"}, extra={"META-INF/encryption.xml": lock}), b"a.epub")
    assert caught.value.code == "protected"


def test_fb2_chapters() -> None:
    book = (
        '<?xml version="1.0" encoding="windows-1251"?><FictionBook><description><title-info><author>'
        "<first-name>Анна</first-name><last-name>Иванова</last-name></author><book-title>Сад</book-title></title-info>"
        "</description><body><section><title><p>Один</p></title><p>Слова <emphasis>тут</emphasis>.</p></section>"
        "<section><p>Ещё</p></section></body><binary>aGk=</binary></FictionBook>"
    )
    document = read_bytes(book.encode("cp1251"), b"a.fb2")
    assert document.text == "Один\nСлова тут.\n\nЕщё"
    assert (document.title, document.author, document.parts[0].label) == ("Сад", "Анна Иванова", "Один")


def presentation() -> bytes:
    writer = office_oxide.PptxWriter()
    for title, text in (("Soil", "about loam"), ("Seeds", "about beans")):
        slide = writer.add_slide()
        writer.set_slide_title(slide, title)
        writer.add_slide_text(slide, text)
    return bytes(writer.to_bytes())


def test_pptx_slides() -> None:
    document = read_bytes(presentation(), b"a.pptx")
    assert [(part.unit, part.number) for part in document.parts] == [("slide", 1), ("slide", 2)]
    assert document.text == "Soil\nabout loam\n\nSeeds\nabout beans"


def workbook() -> bytes:
    writer = office_oxide.XlsxWriter()
    for name, rows in (("Sums", [("Ann", 3), ("Ben", 4.5)]), ("Empty", []), ("Notes", [("Notes", "again")])):
        sheet = writer.add_sheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                writer.set_cell(sheet, row, column, cell)
    return bytes(writer.to_bytes())


@pytest.mark.parametrize("attempt", [1, 2])
def test_xlsx_sheets(attempt: int) -> None:
    document = read_bytes(workbook(), b"a.xlsx", attempt=attempt)
    assert [(part.unit, part.number, part.label) for part in document.parts] == [
        ("sheet", 1, "Sums"),
        ("sheet", 2, "Empty"),
        ("sheet", 3, "Notes"),
    ]
    first = document.parts[0]
    assert document.text[first.start : first.end] == "Sums\nAnn\t3\nBen\t4.5"


def test_entities_are_neither_expanded_nor_fetched(tmp_path: object) -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY b0 "lol"><!ENTITY file SYSTEM "file:///etc/passwd">{bomb}]>'
    body = f'<w:document xmlns:w="{documents.WORD}">{documents.paragraph("safe &b8; &file; words")}</w:document>'
    document = read_bytes(documents.zipped({"word/document.xml": head + body}), b"a.docx")
    assert document.text.startswith("safe")
    assert "lol" not in document.text
    assert "root:" not in document.text
    assert "root:" not in read_bytes(f"<?xml version='1.0'?>{head}<x>safe &file; &b8;</x>".encode(), b"a.xml").text


def test_a_member_that_unpacks_to_too_much_is_refused() -> None:
    data = documents.zipped({"word/document.xml": b" " * 2_000_000})
    small = Limits(max_member_bytes=1_000_000)
    sharp = Limits(ratio_from=1_000_000)
    for limits in (small, sharp):
        with pytest.raises(FileProblem) as caught:
            read_bytes(data, b"a.docx", limits=limits)
        assert caught.value.code == "too_large"


def test_members_together_are_limited() -> None:
    package = Package(documents.zipped(dict.fromkeys("abc", b"x" * 900)), Limits(max_unpacked_bytes=2000))
    assert len(package.read("a")) == len(package.read("b")) == 900
    with pytest.raises(FileProblem) as caught:
        package.read("c")
    assert caught.value.code == "too_large"


def test_a_lying_size_is_found_out() -> None:
    data = bytearray(documents.zipped({"word/document.xml": b"y" * 500_000}))
    true_size = (500_000).to_bytes(4, "little")
    for at in (data.find(true_size), data.rfind(true_size)):
        data[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(FileProblem) as caught:
        read_bytes(bytes(data), b"a.docx", limits=Limits(max_member_bytes=1000))
    assert caught.value.code in {"broken", "too_large"}


def test_names_that_climb_out_are_only_names() -> None:
    data = documents.docx(documents.paragraph("words"), extra={"../../evil.txt": "x", "/etc/evil": "y"})
    assert read_bytes(data, b"a.docx").text == "words"


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.epub", "a.xlsx", "a.pptx"])
def test_a_truncated_package_is_broken(name: str) -> None:
    whole = documents.docx(documents.paragraph("words " * 500))
    with pytest.raises(FileProblem) as caught:
        read_bytes(whole[: len(whole) // 2], name.encode())
    assert caught.value.code == "broken"


def test_an_archive_is_no_document() -> None:
    packed = io.BytesIO(documents.zipped({"a.txt": "words"})).getvalue()
    with pytest.raises(FileProblem) as caught:
        read_bytes(packed, b"a.docx")
    assert caught.value.code == "broken"
