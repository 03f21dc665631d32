"""Word documents (Office Open XML): the body, then headers, notes, comments, charts and diagrams."""

from __future__ import annotations

import re

from lxml import etree

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.docx_chunks import insert_chunks
from core.extract.drawings import alternative_text, drawings_text
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text, local

PAGE_BREAK = "\f"

_REPLACEMENTS = {
    "tab": "\t",
    "ptab": "\t",
    "br": "\n",
    "cr": "\n",
    "noBreakHyphen": "-",
    "lastRenderedPageBreak": PAGE_BREAK,
}
_TERMINATORS = {"p": "\n\n", "tr": "\n"}
_SKIPPED = {"Fallback", "delText", "instrText", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "pPr", "del", "moveFrom"}
_HEADINGS = {"Title", "Titel", "Titre", "Heading1", "berschrift1"}
_EXTRA_MEMBERS = re.compile(r"word/(?:header|footer|footnotes|endnotes|comments)\d*\.xml")
_BODY_MEMBER = re.compile(r"word/document\d*\.xml")


def read(source: ExtractionInput) -> Document:
    """The text of a .docx, with a part for each page if Word saved its page breaks."""
    package = Package(source.data, source.limits)
    body = package.xml(_body_name(package))
    insert_chunks(body, package, source)
    builder = TextBuilder(source.limits)
    pages = text_of(body).split(PAGE_BREAK)
    for number, page in enumerate(pages, 1):
        builder.add(page, "page" if len(pages) > 1 else None, number)
    builder.add("\n\n".join(dict.fromkeys(_extras(package))))
    facts = package.xml_or_none("docProps/core.xml")
    title = title_of(first_text(facts, "title")) or title_of(_heading(body))
    author = one_line(first_text(facts, "creator"))[:200]
    own_date = day_of(first_text(facts, "created"))
    return builder.document("document", "docx", title=title, author=author, own_date=own_date)


def _body_name(package: Package) -> str:
    for name in ("word/document.xml", *package.names()):
        if name in package and _BODY_MEMBER.fullmatch(name):
            return name
    raise broken("no document in the package")


def _extras(package: Package) -> list[str]:
    roots = (package.xml_or_none(name) for name in sorted(package.names()) if _EXTRA_MEMBERS.fullmatch(name))
    texts = [text_of(root).replace(PAGE_BREAK, "").strip() for root in roots if root is not None]
    return [text for text in (*texts, drawings_text(package)) if text]


def _heading(body: etree._Element) -> str:
    for style in body.iter("{*}pStyle"):
        paragraph = style.getparent()
        paragraph = paragraph.getparent() if paragraph is not None else None
        if attribute(style, "val") in _HEADINGS and paragraph is not None:
            return text_of(paragraph).replace(PAGE_BREAK, "")
    return ""


def text_of(root: etree._Element) -> str:
    """The text of an element: blank lines between paragraphs, a table row on one line, PAGE_BREAK between pages.

    What a paragraph is interrupted by (text boxes, alternative texts) stands below it, and so does how its words are
    pronounced (ruby).
    """
    pieces: list[str] = []
    asides: list[str] = []
    readings: list[str] = []
    depth = 0  # of paragraphs in one another
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if name == "p":
            depth += 1 if event == "start" else -1
        if event == "end":
            _terminate(name, pieces)
            if name == "p" and not depth:
                pieces += (f"{aside}\n\n" for aside in (*asides, " ".join(readings)) if aside)
                asides.clear()
                readings.clear()
        elif name in _SKIPPED:
            walk.skip_subtree()
        elif name == "txbxContent" and element is not root:
            asides.append(text_of(element).strip())
            walk.skip_subtree()
        elif name == "rt" and element is not root:
            readings.append(text_of(element).strip())
            walk.skip_subtree()
        elif name == "docPr":
            asides += filter(None, [alternative_text(element)])
        elif name == "t":
            pieces.append(element.text or "")
        elif name in _REPLACEMENTS and not _in_properties(element):
            pieces.append(_REPLACEMENTS[name])
    return "".join(pieces)


def _in_properties(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == "tabs"


def _terminate(name: str, pieces: list[str]) -> None:
    if name == "tc":
        while pieces and not pieces[-1].strip("\n"):
            pieces.pop()
        pieces.append("\t")
    elif name in _TERMINATORS:
        pieces.append(_TERMINATORS[name])
