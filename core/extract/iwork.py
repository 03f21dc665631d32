"""Pages, Keynote and Numbers: the XML of iWork '09, and the archives of later versions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from core.document import Document, Kind
from core.errors import FileProblem
from core.extract.base import ExtractionInput, TextBuilder, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.iwork_archive import texts_of
from core.extract.package import Package, attribute, local

_KINDS: dict[str, Kind] = {"key": "presentation", "numbers": "spreadsheet"}
_TEXTS = {"p", "ct", "so"}  # a paragraph, a cell, an entry of a menu
_SKIPPED = {
    "stylesheet",
    "metadata",
    "master-slides",
    "prototypes",
    "version-history",
    "table-of-contents",
    "theme-list",
}
_OWN = re.compile(r"(?:^|/)Index/(?!.*(?:Master|Template|Stylesheet|Metadata|Annotation|ViewState|CalculationEngine))")


def read(source: ExtractionInput) -> Document:
    """The texts of a document, a table or slides; the numbers in tables of later versions are left out."""
    package = Package(source.data, source.limits)
    if any(name.endswith((".iwpv2", ".iwph")) for name in package.names()):
        raise protected("encrypted by its program")
    kind = _KINDS.get(source.name.rpartition(b".")[2].decode("ascii", "replace").lower(), "document")
    for name in ("index.xml", "index.apxl"):
        if name in package:
            return _read_xml(_root(package, name), source, kind)
    return _read_archives(package, source, kind)


def _root(package: Package, name: str) -> etree._Element:
    try:
        return package.xml(name)
    except FileProblem as problem:
        if "compression method" in problem.detail:  # that of a document with a password
            raise protected("encrypted by its program") from problem
        raise


def _read_xml(root: etree._Element, source: ExtractionInput, kind: Kind) -> Document:
    builder = TextBuilder(source.limits)
    slides = [slide for found in root.iter("{*}slide-list") for slide in found.iterchildren("{*}slide")]
    for number, slide in enumerate(slides, 1):
        builder.add("\n".join(_texts(slide)), "slide", number)
    if not slides:
        builder.add("\n".join(_texts(root)))
    tables = [table for master in root.iter("{*}master-slide") for table in master.iter("{*}tabular-info")]
    builder.add("\n".join(dict.fromkeys(text for table in tables for text in _texts(table))))
    about = next(root.iter("{*}metadata"), None)
    return builder.document(
        kind, "iwork", title=title_of(_property(about, "title")), author=one_line(_property(about, "authors"))[:200]
    )


def _texts(root: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        name = local(element)
        if name in _SKIPPED:
            walk.skip_subtree()
        elif name in _TEXTS:
            text = attribute(element, "s") or "".join(str(piece) for piece in element.itertext())
            if text.strip():
                yield " ".join(text.split())
            walk.skip_subtree()
        elif name in {"tabular-model", "tabular-info"}:
            label = attribute(element, "name")
            if label:
                yield label
        elif name == "n" and attribute(element, "v"):
            yield attribute(element, "v")


def _property(about: etree._Element | None, name: str) -> str:
    found = next(about.iterchildren(f"{{*}}{name}"), None) if about is not None else None
    if found is None:
        return ""
    return next((attribute(inner, "string") for inner in found.iter() if attribute(inner, "string")), "")


def _read_archives(package: Package, source: ExtractionInput, kind: Kind) -> Document:
    inner = next((name for name in package.names() if name.endswith("Index.zip")), "")
    if inner:
        package = Package(package.read(inner), source.limits)
    names = [name for name in package.names() if name.endswith(".iwa") and (inner or _OWN.search(name))]
    names = [name for name in names if _OWN.search(f"Index/{name}")]
    if not names:
        raise broken("no archives in the package")
    builder = TextBuilder(source.limits)
    damaged: list[FileProblem] = []
    for name in sorted(names, key=_position)[: source.limits.max_pages]:
        try:
            builder.add("\n".join(texts_of(package.read(name), source.limits.max_member_bytes)))
        except FileProblem as problem:
            damaged.append(problem)
    if damaged and not builder.pieces:
        raise damaged[0]
    return builder.document(kind, "iwork", notes=("partial",) if damaged else ())


def _position(name: str) -> tuple[bool, list[int], str]:
    """The document itself first, then the rest by number."""
    return not name.endswith("Document.iwa"), [int(number) for number in re.findall(r"\d{1,9}", name)], name
