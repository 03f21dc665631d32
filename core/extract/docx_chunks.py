"""Documents of other formats (HTML, MHT, RTF, text) that a Word document contains and Word joins when it is opened."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from lxml import etree

from core.errors import FileProblem
from core.extract.base import ExtractionInput, discard_partial
from core.extract.clean import clean
from core.extract.package import Package, attribute
from core.extract.read import read_source

MAX_CHUNKS = 100
_RELATIONSHIPS = "word/_rels/document.xml.rels"
_TEXT, _PARAGRAPH, _BREAK = "t", "p", "br"


def insert_chunks(body: etree._Element, package: Package, source: ExtractionInput) -> None:
    """Put the text of each contained document into the body, in place of the element that stands for it."""
    found = list(body.iter("{*}altChunk"))[:MAX_CHUNKS]
    if not found or source.depth:
        return
    targets = _targets(package)
    for element in found:
        element.tag = _PARAGRAPH
        for number, line in enumerate(_text(targets.get(attribute(element, "id"), ""), package, source).split("\n")):
            if number:
                etree.SubElement(element, _BREAK)
            etree.SubElement(element, _TEXT).text = line


def _targets(package: Package) -> dict[str, str]:
    """The members that the document refers to, by the id of the reference."""
    root = package.xml_or_none(_RELATIONSHIPS)
    if root is None:
        return {}
    return {
        attribute(element, "Id"): posixpath.normpath(posixpath.join("word", attribute(element, "Target"))).lstrip("/")
        for element in root.iter("{*}Relationship")
    }


def _text(name: str, package: Package, source: ExtractionInput) -> str:
    if name not in package:
        return ""
    try:
        data = package.read(name)
        inner = replace(source, name=posixpath.basename(name).encode(), data=data, on_partial=discard_partial, depth=1)
        return clean(read_source(inner).text)
    except FileProblem:
        return ""
