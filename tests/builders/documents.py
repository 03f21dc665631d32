"""Small documents of every format, generated."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "</cp:coreProperties>"
)


def zipped(members: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            kind = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            package.writestr(name, content, compress_type=kind)
    return packed.getvalue()


def stream(content: bytes, extra: str = "", *, flate: bool = False) -> bytes:
    if flate:
        content, extra = zlib.compress(content, 9), extra + "/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n" % (len(content), extra.encode()) + content + b"\nendstream"


def pdf_of(objects: list[bytes], trailer: str = "") -> bytes:
    """A PDF of numbered objects, the first of them its catalogue."""
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + head + table + end.encode()


def pdf(pages: list[str], *, title: str = "", author: str = "", annotation: str = "") -> bytes:
    """A PDF with a line of text a page; an annotation's text is drawn by its own appearance on the first page."""
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    last = 5 + 2 * len(pages)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<</Title({title})/Author({author})>>".encode("latin-1"),
    ]
    for index, text in enumerate(pages):
        notes = f"/Annots[{last} 0 R]" if annotation and index == 0 else ""
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {6 + 2 * index} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>>>{notes}>>".encode(),
            stream(_shown(text, 700)),
        ]
    if annotation:
        form = "/Type/XObject/Subtype/Form/BBox[0 0 300 30]/Resources<</Font<</F1 3 0 R>>>>"
        objects += [
            f"<</Type/Annot/Subtype/FreeText/Rect[50 500 350 530]/Contents({annotation})/F 4"
            f"/DA(/F1 12 Tf)/AP<</N {last + 1} 0 R>>>>".encode(),
            stream(_shown(annotation, 10), form),
        ]
    return pdf_of(objects, "/Info 4 0 R")


def placed_pdf(runs: list[tuple[str, float, float]]) -> bytes:
    """A PDF of a page with runs of letters from right to left, each from a place; squares stand for the letters.

    A letter is 6 points wide, a vowel sign 2.
    """
    letters = sorted({letter for text, _, _ in runs for letter in text})
    codes = {letter: code for code, letter in enumerate(letters, 33)}
    shown = "".join(
        f"1 0 0 1 {x - 6 * at} {y} Tm <{codes[letter]:02x}> Tj "
        for text, x, y in runs
        for at, letter in enumerate(text)
    )
    signs = [unicodedata.category(letter) == "Mn" for letter in letters]
    names = " ".join(f"/g{code}" for code in codes.values())
    drawn = " ".join(f"/g{code} {6 if sign else 5} 0 R" for code, sign in zip(codes.values(), signs, strict=True))
    widths = " ".join("167" if sign else "500" for sign in signs)
    known = "\n".join(f"<{code:02x}> <{ord(letter):04x}>" for letter, code in codes.items())
    unicode_map = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def "
        f"1 begincodespacerange <00> <ff> endcodespacerange {len(codes)} beginbfchar\n{known}\nendbfchar "
        "endcmap end end"
    )
    font = (
        f"<</Type/Font/Subtype/Type3/FontBBox[0 -200 500 1000]/FontMatrix[.001 0 0 .001 0 0]/CharProcs<<{drawn}>>"
        f"/Encoding<</Type/Encoding/Differences[33 {names}]>>/FirstChar 33/LastChar {32 + len(codes)}"
        f"/Widths[{widths}]/ToUnicode 7 0 R/Resources<<>>>>"
    )
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 8 0 R>>>>>>",
            stream(f"BT /F1 12 Tf {shown} ET".encode()),
            stream(b"500 0 0 -200 500 1000 d1 0 0 400 700 re f"),
            stream(b"167 0 0 -200 167 1000 d1 0 800 167 100 re f"),
            stream(unicode_map.encode()),
            font.encode(),
        ]
    )


def _shown(text: str, y: int) -> bytes:
    return f"BT /F1 12 Tf 10 {y} Td ({text}) Tj ET".encode("cp1252") if text else b""


def paragraph(text: str, *, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, *, title: str = "", author: str = "", extra: dict[str, str] | None = None) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        "docProps/core.xml": CORE.format(title=title, author=author),
    }
    return zipped(members | (extra or {}))


ODF_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("meta", "meta"),
    )
)


def odf(kind: str, body: str, *, title: str = "", author: str = "", extra: dict[str, str] | None = None) -> bytes:
    """An OpenDocument file; kind is "text", "presentation" or "spreadsheet"."""
    members: dict[str, str | bytes] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"<office:document-content {ODF_SPACES}><office:body><office:{kind}>{body}</office:{kind}>"
        "</office:body></office:document-content>",
        "meta.xml": f'<office:document-meta {ODF_SPACES} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator></office:meta></office:document-meta>",
    }
    return zipped(members | (extra or {}), stored=("mimetype",))


def epub(chapters: dict[str, str], *, title: str = "", author: str = "", extra: dict[str, str] | None = None) -> bytes:
    items = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    order = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfile full-path="OEBPS/book.opf"/></container>',
        "OEBPS/book.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator></metadata>"
        f"<manifest>{items}</manifest><spine>{order}</spine></package>",
    }
    pages = {f"OEBPS/{name}": content for name, content in chapters.items()}
    return zipped(members | pages | (extra or {}), stored=("mimetype",))
