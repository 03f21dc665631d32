"""EPUB books: their chapters in reading order."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from lxml import etree

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, TextBuilder, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.decode import decode
from core.extract.html import parse
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text

_FONT_OBFUSCATION = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read(source: ExtractionInput) -> Document:
    """The text of an .epub with a part for each chapter that has any, after what the book says of itself."""
    package = Package(source.data, source.limits)
    _check_drm(package)
    book_name = _book_name(package)
    book = package.xml(book_name)
    builder = TextBuilder(source.limits)
    about = (first_text(book, name) for name in ("creator", "description", "subject", "publisher"))
    builder.add(parse("<br>".join(filter(None, about))).text)
    failed: list[FileProblem] = []
    for number, name in enumerate(_chapters(book, book_name)[: source.limits.max_pages], 1):
        if name not in package:
            continue
        try:
            page = parse(decode(package.read(name)), xhtml=True)
        except FileProblem as problem:
            failed.append(problem)
            continue
        builder.add(page.text, "chapter", number, page.heading or title_of(page.title))
    if failed and not builder.pieces:
        raise failed[0]
    return builder.document(
        "book",
        "epub",
        title=title_of(first_text(book, "title")),
        author=one_line(first_text(book, "creator"))[:200],
        notes=("partial",) if failed else (),
        own_date=day_of(first_text(book, "date")),
    )


def _check_drm(package: Package) -> None:
    encryption = package.xml_or_none("META-INF/encryption.xml")
    if encryption is None:
        return
    methods = [attribute(method, "Algorithm") for method in encryption.iter("{*}EncryptionMethod")]
    if any(not method.startswith(_FONT_OBFUSCATION) for method in methods):
        raise protected("the book has DRM")


def _book_name(package: Package) -> str:
    container = package.xml_or_none("META-INF/container.xml")
    if container is not None:
        for root in container.iter("{*}rootfile"):
            name = posixpath.normpath(attribute(root, "full-path"))
            if name in package:
                return name
    for name in package.names():
        if name.endswith(".opf"):
            return name
    raise broken("no contents in the book")


def _chapters(book: etree._Element, book_name: str) -> list[str]:
    folder = posixpath.dirname(book_name)
    items = {
        attribute(item, "id"): posixpath.normpath(
            posixpath.join(folder, unquote(attribute(item, "href").partition("#")[0]))
        )
        for item in book.iter("{*}item")
        if "html" in attribute(item, "media-type") or attribute(item, "href").endswith(("html", ".htm", ".xml"))
    }
    order = [attribute(reference, "idref") for reference in book.iter("{*}itemref")]
    return list(dict.fromkeys(items[name] for name in order if name in items))
