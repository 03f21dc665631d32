"""XPS: documents that are printed to a file; their glyphs by page, in the order in which they are drawn."""

from __future__ import annotations

import re

from lxml import etree

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.clean import one_line, title_of
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text
from core.extract.pages import PartialReporter

SAME_LINE = 0.5  # of the size of the letters: how far glyphs of one line may be above each other
GAP = 0.25  # of the size of the letters: from here on a gap is a space
_NUMBERS = re.compile(r"(\d+)")


def read(source: ExtractionInput) -> Document:
    """The text of an .xps or .oxps with a part for each page that has any."""
    package = Package(source.data, source.limits)
    pages = _pages(package)
    if not pages:
        raise broken("no pages")
    builder = TextBuilder(source.limits)
    reporter = PartialReporter(source, builder)
    for number, name in enumerate(pages[: source.limits.max_pages], 1):
        builder.add(_text(package.xml(name)), "page", number)
        reporter.page_read()
    facts = package.xml_or_none("docProps/core.xml")
    return builder.document(
        "document", "xps", title=title_of(first_text(facts, "title")),
        author=one_line(first_text(facts, "creator"))[:200], own_date=day_of(first_text(facts, "created")),
        notes=("truncated",) if len(pages) > source.limits.max_pages else (),
    )  # fmt: skip


def _pages(package: Package) -> list[str]:
    """The pages by their numbers, which is the order of all programs that write the format."""
    names = [name for name in package.names() if name.lower().endswith(".fpage")]
    return sorted(names, key=lambda name: [int(number) for number in _NUMBERS.findall(name)])


def _text(page: etree._Element) -> str:
    pieces: list[str] = []
    line, end = None, 0.0
    for glyphs in page.iter("{*}Glyphs"):
        text = attribute(glyphs, "UnicodeString").removeprefix("{}")
        size = _number(glyphs, "FontRenderingEmSize") or 10.0
        x, y = _number(glyphs, "OriginX"), _number(glyphs, "OriginY")
        if line is not None:
            is_new_line = abs(y - line) > SAME_LINE * size or x < end - 4 * size
            pieces.append("\n" if is_new_line else " " if x - end > GAP * size else "")
        pieces.append(text)
        line, end = y, x + _width(attribute(glyphs, "Indices"), text, size)
    return "".join(pieces)


def _width(indices: str, text: str, size: float) -> float:
    """How far a run of glyphs goes: by their advances, in hundredths of their size, as far as these are given."""
    advances = [entry.split(",")[1:2] for entry in indices.split(";")]
    known = [_float(advance[0]) for advance in advances if advance]
    missing = max(0, len(text) - len(known))
    return (sum(known) + 50 * missing) / 100 * size


def _number(element: etree._Element, name: str) -> float:
    return _float(attribute(element, name))


def _float(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
