"""Diagrams: draw.io, and Visio's .vsdx; each page a part with its name."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, Limits, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.html import parse
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text, local, parse_xml

_LABELS = ("value", "label", "tooltip")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&\w+;")
_PAGE_NUMBER = re.compile(r"(\d+)\.xml$")


def read_drawio(source: ExtractionInput) -> Document:
    """The labels of a draw.io diagram, also of one whose pages are packed."""
    root = parse_xml(source.data)
    builder = TextBuilder(source.limits)
    for number, diagram in enumerate(root.iter("{*}diagram"), 1):
        name = one_line(attribute(diagram, "name"))
        page = diagram if len(diagram) else _unpacked(diagram.text or "", source.limits)
        builder.add("\n".join([name, *_labels(page)]), "page", number, name)
    if not builder.pieces:
        builder.add("\n".join(_labels(root)))
    return builder.document("document", "drawio")


def _unpacked(text: str, limits: Limits) -> etree._Element:
    """A page that is deflated, quoted and in base64."""
    try:
        unpacker = zlib.decompressobj(-15)
        data = unpacker.decompress(base64.b64decode(text), limits.max_member_bytes)
    except (zlib.error, binascii.Error, ValueError) as error:
        raise broken(error) from error
    if unpacker.unconsumed_tail:
        raise FileProblem("too_large", f"a page unpacks to more than {limits.max_member_bytes} bytes")
    return parse_xml(unquote(data.decode("utf-8", "replace")).encode())


def _labels(page: etree._Element) -> Iterator[str]:
    for element in page.iter():
        for name in _LABELS:
            label = element.get(name)
            if label and isinstance(element.tag, str) and local(element) in {"mxCell", "UserObject", "object"}:
                yield parse(label).text if _MARKUP.search(label) else label


def read_visio(source: ExtractionInput) -> Document:
    """The texts of the shapes of a .vsdx, a part for each page that has any."""
    package = Package(source.data, source.limits)
    names = _page_names(package)
    pages = sorted(
        (int(found[1]), name)
        for name in package.names()
        if name.startswith("visio/pages/page") and (found := _PAGE_NUMBER.search(name))
    )
    builder = TextBuilder(source.limits)
    for number, (_, name) in enumerate(pages[: source.limits.max_pages], 1):
        page = package.xml(name)
        texts = ("".join(str(piece) for piece in text.itertext()).strip() for text in page.iter("{*}Text"))
        label = names.get(posixpath.basename(name), "")
        builder.add("\n".join(filter(None, (label, *texts))), "page", number, label)
    facts = package.xml_or_none("docProps/core.xml")
    return builder.document(
        "document", "visio", title=title_of(first_text(facts, "title")),
        author=one_line(first_text(facts, "creator"))[:200], own_date=day_of(first_text(facts, "created")),
    )  # fmt: skip


def _page_names(package: Package) -> dict[str, str]:
    """The names that their author gave to pages, by the names of their files."""
    pages = package.xml_or_none("visio/pages/pages.xml")
    relations = package.xml_or_none("visio/pages/_rels/pages.xml.rels")
    if pages is None or relations is None:
        return {}
    files = {attribute(found, "Id"): posixpath.basename(attribute(found, "Target")) for found in relations}
    found: dict[str, str] = {}
    for page in pages.iter("{*}Page"):
        relation = next(page.iterchildren("{*}Rel"), None)
        if relation is not None:
            found[files.get(attribute(relation, "id"), "")] = one_line(attribute(page, "Name"))
    return found
