"""Diagrams, printed documents, Apple's office and PostScript; what they claim falsely."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from urllib.parse import quote

import pytest

from core.errors import FileProblem
from core.extract import Limits, read_bytes
from tests.builders.documents import odf, zipped

MODEL = (
    "<mxGraphModel><root><mxCell id='0'/><mxCell value='&lt;b&gt;Lamp&lt;/b&gt; room'/>"
    "<UserObject label='Oil &amp;amp; wick'><mxCell/></UserObject></root></mxGraphModel>"
)
CORE = (
    "<cp:p xmlns:cp='a' xmlns:dc='b' xmlns:t='c'><dc:title>Lamp plan</dc:title><dc:creator>Ann</dc:creator>"
    "<t:created>2024-05-06T10:00:00Z</t:created></cp:p>"
)


def packed(model: str) -> str:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(compressor.compress(quote(model).encode()) + compressor.flush()).decode()


@pytest.mark.parametrize("name", [b"a.drawio", b"unnamed", b"a.xml"])
def test_labels_of_a_drawio_diagram_packed_or_not(name: bytes) -> None:
    data = f"<mxfile><diagram name='Tower'>{MODEL}</diagram><diagram name='Cellar'>{packed(MODEL)}</diagram></mxfile>"
    found = read_bytes(data.encode(), name)
    assert [found.text[part.start : part.end] for part in found.parts] == [
        "Tower\nLamp room\nOil & wick", "Cellar\nLamp room\nOil & wick",
    ]  # fmt: skip
    assert [part.label for part in found.parts] == ["Tower", "Cellar"]


def test_a_diagram_that_unpacks_to_too_much_is_refused() -> None:
    data = f"<mxfile><diagram>{packed('a' * 1_000_000)}</diagram></mxfile>".encode()
    with pytest.raises(FileProblem, match="too_large"):
        read_bytes(data, b"a.drawio", limits=Limits(max_member_bytes=100_000))


def test_pages_of_visio_have_their_names() -> None:
    shape = (
        "<PageContents xmlns='v'><Shapes><Shape><Text>Text <cp IX='0'/>here\r\n</Text></Shape></Shapes></PageContents>"
    )
    found = read_bytes(
        zipped({
            "visio/document.xml": "<a/>", "visio/pages/page2.xml": shape.replace("here", "there"),
            "visio/pages/page1.xml": shape, "docProps/core.xml": CORE,
            "visio/pages/pages.xml": "<Pages xmlns='v' xmlns:r='r'><Page Name='Tower'><Rel r:id='one'/></Page></Pages>",
            "visio/pages/_rels/pages.xml.rels": "<R xmlns='p'><Relationship Id='one' Target='page1.xml'/></R>",
        }), b"a.vsdx",
    )  # fmt: skip
    assert [found.text[part.start : part.end] for part in found.parts] == ["Tower\nText here", "Text there"]
    assert (found.title, found.author, found.own_date) == ("Lamp plan", "Ann", "2024-05-06")


def test_glyphs_of_xps_are_joined_to_lines() -> None:
    def glyphs(text: str, x: int, y: int) -> str:
        return f"<Glyphs UnicodeString='{text}' OriginX='{x}' OriginY='{y}' FontRenderingEmSize='10'/>"

    page = "<FixedPage xmlns='x'>{}</FixedPage>"
    found = read_bytes(
        zipped({
            "Documents/1/Pages/10.fpage": page.format(glyphs("last", 0, 10)),
            "Documents/1/Pages/2.fpage": page.format(
                glyphs("The", 0, 10) + glyphs("lamp", 20, 10) + glyphs("s", 40, 10) + glyphs("{}{below}", 0, 30)
            ),
        }), b"a.xps",
    )  # fmt: skip
    assert [found.text[part.start : part.end] for part in found.parts] == ["The lamps\n{below}", "last"]


def test_a_drawing_of_opendocument_has_pages() -> None:
    content = (
        "<o:document-content xmlns:o='o' xmlns:d='d' xmlns:t='t'><o:body><o:drawing><d:page d:name='Plan'><d:frame>"
        "<t:p>Lamp</t:p></d:frame></d:page></o:drawing></o:body></o:document-content>"
    )
    found = read_bytes(odf("graphics", "", extra={"content.xml": content}), b"a.odg")
    assert [(part.unit, part.number, part.label) for part in found.parts] == [("page", 1, "Plan")]


def test_the_xml_of_iwork_09() -> None:
    slide = "<key:slide><sf:p>Lamp <sf:span>room</sf:span></sf:p><sf:ct sfa:s='oil'/></key:slide>"
    slides = f"<k:slide-list>{slide * 2}</k:slide-list>"
    deck = f"<k:show xmlns:k='k' xmlns:key='k' xmlns:sf='s' xmlns:sfa='a'>{slides}</k:show>"
    found = read_bytes(zipped({"index.apxl": deck}), b"a.key")
    assert (found.kind, found.text) == ("presentation", "Lamp room\noil\n\nLamp room\noil")
    assert [part.number for part in found.parts] == [1, 2]


def varint(value: int) -> bytes:
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def field(number: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def archive(text: bytes, *, snappy: bytes | None = None) -> bytes:
    message = field(1, 1) + field(3, text)
    header = field(1, 7) + field(2, field(1, 2001) + field(3, len(message)))
    plain = varint(len(header)) + header + message
    literal = varint(len(plain)) + bytes([61 << 2]) + (len(plain) - 1).to_bytes(2, "little") + plain
    chunk = literal if snappy is None else snappy
    return b"\0" + len(chunk).to_bytes(3, "little") + chunk


def iwork(content: bytes) -> bytes:
    return zipped({"Index/Document.iwa": content, "Index/MasterSlide-1.iwa": archive(b"of the theme")})


def test_the_archives_of_later_iwork() -> None:
    found = read_bytes(iwork(archive("The lamp is lit, \ufffcbriefly.".encode())), b"a.pages")
    assert (found.kind, found.text) == ("document", "The lamp is lit,  briefly.")


@pytest.mark.parametrize(
    "snappy",
    [
        varint(1 << 62) + b"\0a", b"\xff" * 12, varint(9) + b"\0a" + bytes([1, 200]),
        varint(3) + bytes([20 << 2]) + b"abc" * 7, varint(90) + b"\0a" + bytes([1, 0]), varint(4) + b"\0",
    ],
    ids=["a bomb by its header", "no end", "from before the start", "longer than said", "from nowhere", "cut"],
)  # fmt: skip
def test_an_archive_that_lies_is_refused(snappy: bytes) -> None:
    with pytest.raises(FileProblem):
        read_bytes(iwork(archive(b"", snappy=snappy)), b"a.pages")


def test_an_archive_of_many_copies_ends_at_its_limit() -> None:
    copies = varint(50_000_000) + b"\0a" + b"\xfe\1\0" * 781_250
    with pytest.raises(FileProblem, match="too_large"):
        read_bytes(iwork(archive(b"", snappy=copies)), b"a.pages", limits=Limits(max_member_bytes=10_000_000))


def test_a_document_of_iwork_with_a_password() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("Index/Document.iwa", b"x")
        package.writestr(".iwpv2", b"x")
    with pytest.raises(FileProblem, match="protected"):
        read_bytes(packed.getvalue(), b"a.numbers")


def test_postscript_says_what_it_is() -> None:
    data = b"%!PS-Adobe-3.0\n%%Title: (Lamp plan)\n%%For: Ann Keeper\n%%CreationDate: 2024-05-06\n(x) show\n"
    found = read_bytes(data, b"a.ps")
    assert (found.text, found.title, found.author) == ("Lamp plan\nAnn Keeper", "Lamp plan", "Ann Keeper")
    assert (found.own_date, found.notes) == ("2024-05-06", ("partial",))
    wrapped = b"\xc5\xd0\xd3\xc6" + (30).to_bytes(4, "little") + bytes(22) + data
    assert read_bytes(wrapped, b"a.eps").title == "Lamp plan"
    assert read_bytes(b"%!PS\n1 2 add", b"a.ps").notes == ("no_text",)
