"""FictionBook books by chapter, and any other XML with a line per element."""

from __future__ import annotations

from lxml import etree

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.package import Package, first_text, local, parse_xml

_INLINE = {"emphasis", "strong", "a", "style", "sub", "sup", "code", "em", "b", "i", "span", "strikethrough"}


def read(source: ExtractionInput) -> Document:
    """The text of XML of an unknown document type."""
    root = _root(source.data)
    if local(root) == "FictionBook":
        return _book(root, source)
    builder = TextBuilder(source.limits)
    builder.add(_text(root))
    return builder.document("text", "xml", title=title_of(first_text(root, "title")))


def read_book(source: ExtractionInput) -> Document:
    """The text of an .fb2, also inside a ZIP file, with a part for each chapter that has any."""
    if not source.data.startswith(b"PK"):
        return _book(_root(source.data), source)
    package = Package(source.data, source.limits)
    name = next((name for name in package.names() if name.lower().endswith(".fb2")), "")
    return _book(_root(package.read(name)), source)


def _root(data: bytes) -> etree._Element:
    if data[:5].lower() == b"<?xml":
        return parse_xml(data)
    return parse_xml(decode(data).encode())


def _book(root: etree._Element, source: ExtractionInput) -> Document:
    builder = TextBuilder(source.limits)
    number = 0
    for body in root.iterchildren("{*}body"):
        for chapter in body.iterchildren("{*}section"):
            number += 1
            heading = next(chapter.iterchildren("{*}title"), None)
            builder.add(_text(chapter), "chapter", number, one_line(_text(heading)) if heading is not None else "")
    about = next(root.iter("{*}title-info"), None)
    author = next(about.iterchildren("{*}author"), None) if about is not None else None
    names = [first_text(author, part) for part in ("first-name", "middle-name", "last-name")]
    return builder.document(
        "book", "fb2", title=title_of(first_text(about, "book-title")), author=one_line(" ".join(names))[:200]
    )


def _text(root: etree._Element) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            pieces.append(element.text or "")
            continue
        if local(element) not in _INLINE:
            pieces.append("\n")
        if element is not root:
            pieces.append(element.tail or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)
