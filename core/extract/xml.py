"""FictionBook books by chapter, and any other XML with a line per element."""

from __future__ import annotations

from lxml import etree

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.package import Package, first_text, local, parse_xml

_INLINE = {
    "emphasis", "strong", "a", "style", "sub", "sup", "code", "em", "b", "i", "span", "strikethrough",
    "bold", "italic", "underline", "monospace", "sc", "xref", "ext-link", "named-content", "email",
}  # fmt: skip
_SVG_TEXTS = {"title", "desc", "text"}
_OUTLINE_TEXTS = ("text", "title", "description", "_note", "htmlUrl", "xmlUrl")


def read(source: ExtractionInput) -> Document:
    """The text of XML of an unknown document type."""
    root = root_of(source.data)
    if local(root) == "FictionBook":
        return _book(root, source)
    builder = TextBuilder(source.limits)
    builder.add_up_to_data(element_text(root), source)
    return builder.document("text", "xml", title=title_of(first_text(root, "title")))


def read_svg(source: ExtractionInput) -> Document:
    """The texts, title and description of a drawing."""
    root = root_of(source.data)
    builder = TextBuilder(source.limits)
    texts = (element for element in root.iter() if local(element) in _SVG_TEXTS)
    builder.add("\n".join(element_text(element) for element in texts))
    return builder.document("image", "svg", title=title_of(first_text(root, "title")))


def read_outline(source: ExtractionInput) -> Document:
    """The entries of an outline or a list of feeds (OPML), which are attributes."""
    root = root_of(source.data)
    lines = (
        "\n".join(filter(None, (element.get(name) for name in _OUTLINE_TEXTS)))
        for element in root.iter()
        if local(element) == "outline"
    )
    builder = TextBuilder(source.limits)
    builder.add("\n".join(lines))
    return builder.document("text", "opml", title=title_of(first_text(root, "title")))


def read_book(source: ExtractionInput) -> Document:
    """The text of an .fb2, also inside a ZIP file, with a part for each chapter that has any."""
    if not source.data.startswith(b"PK"):
        return _book(root_of(source.data), source)
    package = Package(source.data, source.limits)
    name = next((name for name in package.names() if name.lower().endswith(".fb2")), "")
    return _book(root_of(package.read(name)), source)


def root_of(data: bytes) -> etree._Element:
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
            builder.add(
                element_text(chapter), "chapter", number, one_line(element_text(heading)) if heading is not None else ""
            )
    about = next(root.iter("{*}title-info"), None)
    author = next(about.iterchildren("{*}author"), None) if about is not None else None
    names = [first_text(author, part) for part in ("first-name", "middle-name", "last-name")]
    return builder.document(
        "book", "fb2", title=title_of(first_text(about, "book-title")), author=one_line(" ".join(names))[:200]
    )


def element_text(root: etree._Element) -> str:
    """The text of an element, a line for each element in it that is not a part of a sentence."""
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
