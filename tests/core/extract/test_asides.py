"""What interrupts a paragraph (notes, comments, text boxes, alternative texts) does not glue its words together."""

from __future__ import annotations

import base64
import struct

import pytest

from core.extract import read_bytes
from core.extract.ppt_comments import comments_in
from tests.builders import documents

WORD_BOX = (
    '<w:drawing><wp:inline xmlns:wp="urn:wp"><wp:docPr id="1" name="Picture 1" title="The quay" descr="A heron waits"/>'
    "<w:txbxContent>{}</w:txbxContent></wp:inline></w:drawing>"
)


NOTE = (
    "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body>"
    "</text:note>"
)
REMARK = (
    "<office:annotation><dc:creator xmlns:dc='urn:dc'>Ann</dc:creator><text:p>a remark</text:p></office:annotation>"
)
BOX = "<draw:frame><draw:text-box><text:p>a box</text:p></draw:text-box></draw:frame>"
PICTURE = "<draw:frame xmlns:svg='urn:svg'><svg:title>Quay</svg:title><svg:desc>Two herons</svg:desc></draw:frame>"


@pytest.mark.parametrize(
    ("inside", "below"),
    [(NOTE, "a note"), (REMARK, "a remark"), (BOX, "a box"), (PICTURE, "Quay\n\nTwo herons")],
)
def test_odt_puts_below_a_paragraph_what_interrupts_it(inside: str, below: str) -> None:
    body = f"<text:p>It is rather{inside} difficult.</text:p><text:p>Next</text:p>"
    assert read_bytes(documents.odf("text", body), b"a.odt").text == f"It is rather difficult.\n\n{below}\n\nNext"


def test_odt_cross_references_bibliography_marks_and_charts() -> None:
    body = (
        "<text:p>See <text:bookmark-ref>Chapter 3</text:bookmark-ref> and <text:bibliography-mark>[Knuth]"
        "</text:bibliography-mark>, page <text:page-number>7</text:page-number>.</text:p><text:bibliography>"
        "<text:bibliography-source><text:bibliography-entry-template>: , </text:bibliography-entry-template>"
        "</text:bibliography-source><text:index-body><text:p>Knuth 1968</text:p></text:index-body></text:bibliography>"
    )
    chart = (
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text="
        "'urn:oasis:names:tc:opendocument:xmlns:text:1.0'><office:body><text:p>Herons by month</text:p></office:body>"
        "</office:document-content>"
    )
    text = read_bytes(documents.odf("text", body, extra={"Object 1/content.xml": chart}), b"a.odt").text
    assert text == "See Chapter 3 and [Knuth], page 7.\n\nKnuth 1968\n\nHerons by month"


def test_docx_text_boxes_pictures_charts_and_diagrams() -> None:
    box = WORD_BOX.format(documents.paragraph("a box"))
    body = f"<w:p><w:r><w:t>It is rather</w:t>{box}<w:t> difficult.</w:t></w:r></w:p>" + documents.paragraph("Next")
    chart = (
        '<c:chartSpace xmlns:c="urn:c" xmlns:a="urn:a"><c:title><a:p><a:t>Herons by month</a:t></a:p></c:title><c:ser>'
        "<c:cat><c:pt><c:v>January</c:v></c:pt><c:pt><c:v>May</c:v></c:pt></c:cat><c:val><c:f>Sheet1!B2</c:f><c:pt>"
        "<c:v>4.4000000000000004</c:v></c:pt><c:pt><c:v>7</c:v></c:pt></c:val></c:ser></c:chartSpace>"
    )
    diagram = '<d:dataModel xmlns:d="urn:d" xmlns:a="urn:a"><a:p><a:t>From here</a:t></a:p></d:dataModel>'
    extra = {"word/charts/chart1.xml": chart, "word/diagrams/data1.xml": diagram}
    assert read_bytes(documents.docx(body, extra=extra), b"a.docx").text == (
        "It is rather difficult.\n\nThe quay\nA heron waits\n\na box\n\nNext\n\n"
        "Herons by month\nJanuary\tMay\n4.4\t7\n\nFrom here"
    )


@pytest.mark.parametrize(
    ("inside", "below"),
    [
        (r"{\footnote\pard\plain{\super\chftn} in advance}", "in advance"),
        (r"{\*\atnauthor Ann}\chatn{\*\annotation a remark}", "a remark"),
        (r"{\shp{\*\shpinst{\shptxt a box\par}}}", "a box"),
        (r"{\*\shppict{\pict{\*\picprop{\sp{\sn wzName}{\sv P1}}{\sp{\sn wzDescription}{\sv two herons}}}00ff}}",
         "two herons"),
    ],
)  # fmt: skip
def test_rtf_puts_below_a_paragraph_what_interrupts_it(inside: str, below: str) -> None:
    data = rf"{{\rtf1\ansi The rent is due{inside} each month.\par Next}}".encode()
    assert read_bytes(data, b"a.rtf").text.split() == f"The rent is due each month. {below} Next".split()


def test_comments_of_an_old_presentation() -> None:
    def record(kind: int, body: bytes, *, version: int = 0, instance: int = 0) -> bytes:
        return struct.pack("<HHI", instance << 4 | version, kind, len(body)) + body

    author, text = (record(0x0FBA, word.encode("utf-16-le"), instance=at) for at, word in ((0, "Ann"), (1, "A remark")))
    slide = record(0x03EE, record(0x138B, record(0x2EE0, author + text, version=15)), version=15)
    assert list(comments_in(slide, 0, len(slide))) == ["Ann: A remark"]
    assert list(comments_in(slide[:-4], 0, len(slide) - 4)) == ["Ann: A rema"]


@pytest.mark.parametrize("line", [0, 76])
def test_text_behind_a_large_embedded_picture(line: int) -> None:
    data = base64.b64encode(bytes(range(256)) * 32_000).decode()  # 11 MB; the parser stops at a text of 10 MB
    data = "\n".join(data[at : at + line] for at in range(0, len(data), line)) if line else data
    flat = (
        "<?xml version='1.0'?><office:document xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
        "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' office:mimetype="
        "'application/vnd.oasis.opendocument.text'><office:body><office:text><text:p>before</text:p>"
        f"<office:binary-data>{data}</office:binary-data><text:p>after</text:p></office:text></office:body>"
        "</office:document>"
    )
    assert read_bytes(flat.encode(), b"a.fodt").text == "before\n\nafter"
