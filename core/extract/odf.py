"""OpenDocument: texts, presentations and spreadsheets, packed or flat."""

from __future__ import annotations

import re

from lxml import etree

from core.document import Document, Kind, Unit
from core.extract.base import ExtractionInput, TextBuilder, protected
from core.extract.clean import one_line, title_of
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text, local, parse_xml

PAGE_BREAK = "\f"

_SPACE = re.compile("[ \t\r\n]+")

_OBJECTS = re.compile(r"[^/]*Object[^/]*/content\.xml")
_TEXT_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_PARAGRAPHS = {"p", "h"}
# Containers of the text namespace, whose white space is not part of the text; all its other elements stand in lines.
_CONTAINER_NAMES = (
    "list list-item list-header numbered-paragraph section note note-body note-citation table-of-content "
    "illustration-index table-index object-index user-index alphabetical-index bibliography index-body index-title "
    "tracked-changes sequence-decls variable-decls user-field-decls dde-connection-decls page-sequence"
)
_CONTAINERS = frozenset(_CONTAINER_NAMES.split())
_OTHER_INLINE = {"a", "span", "meta", "meta-field", "ruby", "ruby-base"}
_ASIDES = {"note", "annotation", "text-box", "title", "desc"}  # what interrupts a paragraph

_TEMPLATES = re.compile(r"[a-z-]+-(?:source|entry-template)")  # how an index is made
_SKIPPED = {
    "note-citation",
    "annotation-end",
    "creator",
    "tracked-changes",
    "sequence-decls",
    "forms",
    "scripts",
    "font-face-decls",
    "styles",
    "automatic-styles",
}
_REPLACEMENTS = {"tab": "\t", "line-break": "\n", "soft-page-break": PAGE_BREAK}
_TERMINATORS = {"p": "\n\n", "h": "\n\n", "table-row": "\n"}
_PAGE_FIELDS = ("page-number", "page-count", "page-continuation", "sheet-name", "date", "time", "date-time")
MIN_LETTERS_BESIDE_FIELDS = 12  # of a header that is more than "Page 3 of 7"
_PARTS: dict[str, tuple[str, Unit]] = {
    "drawing": ("page", "page"),
    "presentation": ("page", "slide"),
    "spreadsheet": ("table", "sheet"),
}
_KINDS: dict[str, Kind] = {"presentation": "presentation", "spreadsheet": "spreadsheet"}


def read(source: ExtractionInput) -> Document:
    """The text of an .odt, .odp or .ods, with a part for each page (if saved), slide or sheet."""
    content, styles, facts, objects = _open(source)
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
    builder.add("\n\n".join(repeated_texts(content, styles)))
    for text in objects:
        builder.add(text)
    title = title_of(first_text(facts, "title")) or title_of(_heading(body))
    author = first_text(facts, "creator") or first_text(facts, "initial-creator")
    kind, own_date = _KINDS.get(inner, "document"), day_of(first_text(facts, "creation-date"))
    return builder.document(kind, "odf", title=title, author=one_line(author)[:200], own_date=own_date)


def _open(
    source: ExtractionInput,
) -> tuple[etree._Element, etree._Element | None, etree._Element | None, list[str]]:
    """The content, the styles, the facts about the document, and the texts of its charts."""
    if not source.data.startswith(b"PK"):
        root = parse_xml(source.data)
        return root, root, next(root.iter("{*}meta"), None), []
    package = Package(source.data, source.limits)
    manifest = package.xml_or_none("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise protected("encrypted package")
    charts = (package.xml_or_none(name) for name in package.names() if _OBJECTS.fullmatch(name))
    texts = [text_of(chart).strip() for chart in charts if chart is not None]
    facts = package.xml_or_none("meta.xml")
    return package.xml("content.xml"), package.xml_or_none("styles.xml"), facts, texts


def repeated_texts(content: etree._Element, styles: etree._Element | None) -> list[str]:
    """What is shown on many pages or slides: headers and footers, and texts on the masters of slides, each once."""
    masters = styles.iter("{*}master-page") if styles is not None else iter(())
    shown = [*content.iter("{*}header-decl", "{*}footer-decl")]
    for master in masters:
        for element in master.iterchildren():
            is_prompt = attribute(element, "placeholder") == "true"
            if not is_prompt and local(element).startswith(("header", "footer", "frame", "custom-shape", "g")):
                shown.append(element)
    return list(dict.fromkeys(filter(None, map(_repeated, shown))))


def _repeated(element: etree._Element) -> str:
    """The text of a header or the like without page numbers; "" if it has hardly more than those."""
    fields = list(element.iter(*(f"{{*}}{name}" for name in _PAGE_FIELDS)))
    for field in fields:
        field.text = ""
    text = text_of(element).replace(PAGE_BREAK, "").strip() or one_line(element.text or "")
    least = MIN_LETTERS_BESIDE_FIELDS if fields else 1
    return text if sum(map(str.isalpha, text)) >= least else ""


def _add_pages(builder: TextBuilder, text: str) -> None:
    pages = text.split(PAGE_BREAK)
    for number, page in enumerate(pages, 1):
        builder.add(page, "page" if len(pages) > 1 else None, number)


def _heading(body: etree._Element) -> str:
    heading = next(body.iter("{*}h"), None)
    return text_of(heading).replace(PAGE_BREAK, "") if heading is not None else ""


def text_of(root: etree._Element) -> str:
    """The text of an element: blank lines between paragraphs, a table row on one line, PAGE_BREAK between pages.

    What a paragraph is interrupted by (notes, comments, text boxes, alternative texts) stands below it, and so does how
    its words are pronounced (ruby).
    """
    pieces: list[str] = []
    asides: list[str] = []
    readings: list[str] = []
    depth = 0  # of paragraphs in one another
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = local(element)
        if name in _PARAGRAPHS:
            depth += 1 if event == "start" else -1
        if event == "end":
            _terminate(name, pieces)
            if name in _PARAGRAPHS and not depth:
                pieces += (f"{aside}\n\n" for aside in (*asides, " ".join(readings)) if aside)
                asides.clear()
                readings.clear()
            if element is not root and element.tail and _holds_text(element.getparent()):
                pieces.append(_SPACE.sub(" ", element.tail))
        elif name in _ASIDES and element is not root and not _is_inline(element):
            aside = text_of(element).strip("\n")
            if depth:
                asides.append(aside)
            elif aside:
                pieces.append(f"{aside}\n\n")
            walk.skip_subtree()
        elif _is_skipped(element, name):
            readings += [one_line(element.text or "")] if name == "ruby-text" else []
            walk.skip_subtree()
        elif name == "s":
            pieces.append(_spaces(attribute(element, "c")))
        else:
            pieces.append(_REPLACEMENTS.get(name, ""))
            if _holds_text(element) or (element is root and name in _ASIDES):
                pieces.append(_SPACE.sub(" ", element.text or ""))
    return "\n".join(line.strip(" ") for line in "".join(pieces).split("\n"))


def _is_skipped(element: etree._Element, name: str) -> bool:
    return name == "ruby-text" or (name in _SKIPPED and not _is_inline(element)) or bool(_TEMPLATES.fullmatch(name))


def _spaces(count: str) -> str:
    return "\u00a0" * (min(int(count), 80) if count.isdecimal() else 1)


def _holds_text(element: etree._Element | None) -> bool:
    return element is not None and (local(element) in _PARAGRAPHS or _is_inline(element))


def _is_inline(element: etree._Element) -> bool:
    """Whether an element is part of a line: a span, a link, a field, a cross-reference."""
    name = local(element)
    in_namespace = str(element.tag).startswith(_TEXT_NAMESPACE) and name not in _CONTAINERS | _PARAGRAPHS
    return name in _OTHER_INLINE or in_namespace


def _terminate(name: str, pieces: list[str]) -> None:
    if name in {"table-cell", "covered-table-cell"}:
        while pieces and not pieces[-1].strip("\n"):
            pieces.pop()
        pieces.append("\t")
    elif name in _TERMINATORS:
        pieces.append(_TERMINATORS[name])
