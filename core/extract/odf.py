"""OpenDocument: texts, presentations and spreadsheets, packed or flat."""

from __future__ import annotations

import re

from lxml import etree

from core.document import Document, Kind, Unit
from core.extract.base import ExtractionInput, TextBuilder, protected
from core.extract.clean import one_line, title_of
from core.extract.package import Package, attribute, first_text, local, parse_xml

PAGE_BREAK = "\f"

_SPACE = re.compile("[ \t\r\n]+")

_SKIPPED = {"tracked-changes", "sequence-decls", "forms", "scripts", "font-face-decls", "styles", "automatic-styles"}
_REPLACEMENTS = {"tab": "\t", "line-break": "\n", "soft-page-break": PAGE_BREAK}
_TERMINATORS = {"p": "\n\n", "h": "\n\n", "table-row": "\n"}
_PARTS: dict[str, tuple[str, Unit]] = {"presentation": ("page", "slide"), "spreadsheet": ("table", "sheet")}
_KINDS: dict[str, Kind] = {"presentation": "presentation", "spreadsheet": "spreadsheet"}


def read(source: ExtractionInput) -> Document:
    """The text of an .odt, .odp or .ods, with a part for each page (if saved), slide or sheet."""
    content, facts = _open(source)
    builder = TextBuilder(source.limits)
    body = next(content.iter("{*}body"), content)
    inner = local(body[0]) if len(body) else ""
    if inner in _PARTS:
        name, unit = _PARTS[inner]
        for number, element in enumerate(body[0].iterchildren(f"{{*}}{name}"), 1):
            label = attribute(element, "name")
            builder.add(text_of(element).replace(PAGE_BREAK, "\n"), unit, number, label)
    else:
        _add_pages(builder, text_of(body))
    title = title_of(first_text(facts, "title")) or title_of(_heading(body))
    author = first_text(facts, "creator") or first_text(facts, "initial-creator")
    return builder.document(_KINDS.get(inner, "document"), "odf", title=title, author=one_line(author)[:200])


def _open(source: ExtractionInput) -> tuple[etree._Element, etree._Element | None]:
    if not source.data.startswith(b"PK"):
        root = parse_xml(source.data)
        return root, next(root.iter("{*}meta"), None)
    package = Package(source.data, source.limits)
    manifest = package.xml_or_none("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise protected("encrypted package")
    return package.xml("content.xml"), package.xml_or_none("meta.xml")


def _add_pages(builder: TextBuilder, text: str) -> None:
    pages = text.split(PAGE_BREAK)
    for number, page in enumerate(pages, 1):
        builder.add(page, "page" if len(pages) > 1 else None, number)


def _heading(body: etree._Element) -> str:
    heading = next(body.iter("{*}h"), None)
    return text_of(heading).replace(PAGE_BREAK, "") if heading is not None else ""


def text_of(root: etree._Element) -> str:
    """The text of an element: blank lines between paragraphs, a table row on one line, PAGE_BREAK between pages."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if event == "end":
            _terminate(name, pieces)
            inside = element is not root and _holds_text(element.getparent())
            if inside and element.tail:
                pieces.append(_SPACE.sub(" ", element.tail))
        elif name in _SKIPPED:
            walk.skip_subtree()
        elif name == "s":
            pieces.append(_spaces(attribute(element, "c")))
        else:
            pieces.append(_REPLACEMENTS.get(name, ""))
            if _holds_text(element):
                pieces.append(_SPACE.sub(" ", element.text or ""))
    return "\n".join(line.strip(" ") for line in "".join(pieces).split("\n"))


def _spaces(count: str) -> str:
    return "\u00a0" * (min(int(count), 80) if count.isdecimal() else 1)


def _holds_text(element: etree._Element | None) -> bool:
    return element is not None and local(element) in {"p", "h", "span", "a", "ruby-base", "ruby", "meta", "meta-field"}


def _terminate(name: str, pieces: list[str]) -> None:
    if name in {"table-cell", "covered-table-cell"}:
        while pieces and not pieces[-1].strip("\n"):
            pieces.pop()
        pieces.append("\t")
    elif name in _TERMINATORS:
        pieces.append(_TERMINATORS[name])
