"""Documents that refer to another machine in every way that their formats know. All contain the word `harbour`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builders.documents import WORD, docx, epub, odf, paragraph, pdf_of, stream

FAR = "http://203.0.113.7"
TEXT = "@text@"  # replaced by a sentence of each document's own, or they would be shown as versions of one
SENTENCES = (
    "The harbour is closed in winter, and the ferry leaves from the other side.",
    "Grandmother kept a blue notebook about every ship that came into the harbour.",
    "Invoice for repairing the crane at the harbour, payable within thirty days.",
    "Recipe: mussels as they are cooked in the kitchens around the old harbour.",
    "Minutes of the meeting that voted against a motorway through the harbour.",
    "Dear Anna, from my window I see the harbour and eleven seagulls on a roof.",
    "Tide tables: high water at the harbour is at six in the morning on Monday.",
    "The insurance does not cover cars that roll into the harbour by themselves.",
    "A poem about fog, in which a lighthouse is jealous of the harbour at night.",
    "Measurements of salt and temperature, taken weekly at the harbour since May.",
    "Rules for children who learn to sail: nobody leaves the harbour alone.",
    "How a dredger works, and why each harbour on a sandy coast needs one.",
    "Lost and found: one red glove, size eight, on the stairs to the harbour.",
)

HTML = f"""<!DOCTYPE html SYSTEM "{FAR}/html.dtd">
<html><head><base href="{FAR}/"><meta http-equiv="refresh" content="0; url={FAR}/next">
<link rel="stylesheet" href="{FAR}/style.css"><link rel="icon" href="{FAR}/icon.png">
<link rel="preload" as="image" href="{FAR}/early.png"><script src="{FAR}/script.js"></script>
<style>@import url("{FAR}/more.css"); body {{ background: url({FAR}/back.png) }}
@font-face {{ font-family: far; src: url({FAR}/font.woff) }}</style>
<title><img src="{FAR}/title.png"></title></head>
<body onload="fetch('{FAR}/load')"><p>{TEXT}</p><img src="{FAR}/pixel.png" srcset="{FAR}/large.png 2x">
<iframe src="{FAR}/frame"></iframe><object data="{FAR}/object"></object><embed src="{FAR}/embed">
<video src="{FAR}/film" poster="{FAR}/poster.png"></video><a href="{FAR}/link" ping="{FAR}/ping">link</a>
<img src="//203.0.113.7/scheme.png"><img src="file:///dev/zero"></body></html>"""

XML = f"""<?xml version="1.0"?><?xml-stylesheet href="{FAR}/style.xsl" type="text/xsl"?>
<!DOCTYPE note SYSTEM "{FAR}/note.dtd" [<!ENTITY far SYSTEM "{FAR}/entity"><!ENTITY % more SYSTEM "{FAR}/more"> %more;]>
<note xmlns:xi="http://www.w3.org/2001/XInclude">{TEXT} &far; <xi:include href="{FAR}/included.xml"/></note>"""

SVG = f"""<!DOCTYPE svg SYSTEM "{FAR}/svg.dtd"><svg xmlns="http://www.w3.org/2000/svg"
xmlns:xlink="http://www.w3.org/1999/xlink"><style>@import "{FAR}/svg.css";</style>
<image xlink:href="{FAR}/picture.png" width="9" height="9"/><use href="{FAR}/use.svg#a"/><text>{TEXT}</text></svg>"""

MARKDOWN = f"# Notes\n\n{TEXT}\n\n![picture]({FAR}/picture.png)\n\n<img src='{FAR}/html.png'>\n\n[link]({FAR}/link)\n"

MAIL = f"""From: a@example.org
To: b@example.org
Subject: =?utf-8?q?harbour?=
List-Unsubscribe: <{FAR}/unsubscribe>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/html; charset=utf-8

{HTML}
--x
Content-Type: message/external-body; access-type=URL; URL="{FAR}/body"

--x--
"""

RTF = (
    r"{\rtf1{\*\template " + FAR + r"/template.dotx}{\field{\*\fldinst INCLUDEPICTURE "
    ""
    + f'"{FAR}/picture.png"'
    + r" \\d}{\fldrslt "
    + TEXT
    + r"}}{\field{\*\fldinst HYPERLINK "
    + f'"{FAR}"'
    + "}{\\fldrslt link}}}"
)

RELATIONS = f"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" TargetMode="External" Target="{FAR}/picture.png"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>
<Relationship Id="r2" TargetMode="External" Target="{FAR}/template.dotm"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>"""


def write(folder: Path) -> int:
    """Write them all; returns how many."""
    documents: dict[str, bytes] = {
        "page.html": HTML.encode(),
        "page.xhtml": HTML.encode(),
        "note.xml": XML.encode(),
        "picture.svg": SVG.encode(),
        "notes.md": MARKDOWN.encode(),
        "letter.eml": MAIL.encode(),
        "letter.rtf": RTF.encode(),
        "letter.docx": _word(SENTENCES[7]),
        "letter.odt": odf("text", _odf_body(SENTENCES[8])),
        "book.epub": epub({"one.xhtml": HTML.replace(TEXT, SENTENCES[9])}),
        "report.pdf": _pdf(SENTENCES[10]),
        "notebook.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": [MARKDOWN]}]}).encode(),
        "plain.txt": f"{TEXT}\n{FAR}/link\n".encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for (name, content), sentence in zip(documents.items(), SENTENCES, strict=True):
        (folder / name).write_bytes(content.replace(TEXT.encode(), sentence.encode()))
    return len(documents)


def _word(text: str) -> bytes:
    picture = '<w:p><w:r><w:drawing><a:blip xmlns:a="a" xmlns:r="r" r:link="r1"/></w:drawing></w:r></w:p>'
    settings = f'<w:settings xmlns:w="{WORD}" xmlns:r="r"><w:attachedTemplate r:id="r2"/></w:settings>'
    extra = {
        "word/_rels/document.xml.rels": RELATIONS,
        "word/_rels/settings.xml.rels": RELATIONS,
        "word/settings.xml": settings,
    }
    return docx(paragraph(text) + picture, extra=extra)


def _odf_body(text: str) -> str:
    frame = (
        f'<draw:frame><draw:image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{FAR}/p.png"/></draw:frame>'
    )
    return f"<text:p>{text}</text:p><text:p>{frame}</text:p>"


def _pdf(text: str) -> bytes:
    """Opens an address when it is opened, runs a script, and has a page's picture in a file elsewhere."""
    shown = f"BT /F1 12 Tf 10 700 Td ({text}) Tj ET /Far Do".encode()
    link = f"<</Type/Annot/Subtype/Link/Rect[0 0 600 700]/A<</S/URI/URI({FAR}/link)>>>>".encode()
    elsewhere = f"/Type/XObject/Subtype/Image/Width 9/Height 9/F<</FS/URL/F({FAR}/picture.jpg)>>/FFilter/DCTDecode"
    return pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R/OpenAction 6 0 R/AA<</WC 6 0 R>>>>",
            b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            (
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R/Annots[7 0 R]"
                b"/Resources<</Font<</F1 3 0 R>>/XObject<</Far 8 0 R>>>>>>"
            ),
            stream(shown),
            f"<</S/JavaScript/JS(app.launchURL\\('{FAR}/script'\\); this.submitForm\\('{FAR}'\\))"
            f"/Next<</S/URI/URI({FAR}/open)>>>>".encode(),
            link,
            stream(b"", elsewhere),
        ]
    )
