"""PowerPoint files (.pptx and .ppt) and old Word documents (.doc), through office-oxide.

See .github/decisions/0605-office-oxide.md.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import office_oxide

from core.document import Document, Kind
from core.extract.base import ExtractionInput, TextBuilder, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.doc_fields import formula_texts
from core.extract.own_date import day_of
from core.extract.package import Package, first_text
from core.extract.ppt_comments import ppt_comments

OfficeKind = Literal["docx", "xlsx", "pptx", "doc", "xls", "ppt"]

_ENCRYPTION_WORDS = ("encrypt", "password")
_SKIPPED_MEMBERS = ("/media/", "/embeddings/", "/fonts/", "thumbnail")
_LEAVES = {"heading", "paragraph"}
_CHILD_KEYS = (
    "elements", "content", "items", "nested", "speaker_notes", "header", "first_page_header", "even_page_header",
    "footer", "first_page_footer", "even_page_footer",
)  # fmt: skip


def read_pptx(source: ExtractionInput) -> Document:
    """The text of a .pptx with a part for each slide that has any, its notes and comments with it."""
    document = _slides(source, _without_media(source), "pptx")
    facts = Package(source.data, source.limits).xml_or_none("docProps/core.xml")
    return replace(document, own_date=day_of(first_text(facts, "created")))


def read_ppt(source: ExtractionInput) -> Document:
    """The text of a .ppt with a part for each slide that has any, then the comments."""
    return _slides(source, source.data, "ppt", after="\n\n".join(ppt_comments(source.data)))


def read_doc(source: ExtractionInput) -> Document:
    """The text of a .doc."""
    tree = document_tree(source.data, "doc")
    builder = TextBuilder(source.limits)
    for section in tree["sections"]:
        builder.add("\n\n".join(_lines(section)))
    builder.add("\n".join(formula_texts(source.data)))
    return _finished(builder, tree, "document")


def _slides(source: ExtractionInput, data: bytes, kind: OfficeKind, *, after: str = "") -> Document:
    tree = document_tree(data, kind)
    builder = TextBuilder(source.limits)
    for number, section in enumerate(tree["sections"], 1):
        label = section.get("title") or ""
        builder.add("\n".join(_lines(section)), "slide", number, "" if label == f"Slide {number}" else label)
    builder.add(after)
    return _finished(builder, tree, "presentation")


def _finished(builder: TextBuilder, tree: dict[str, Any], kind: Kind) -> Document:
    facts = tree.get("metadata") or {}
    title, author = fix_mojibake(facts.get("title") or ""), fix_mojibake(facts.get("author") or "")
    return builder.document(kind, "office-oxide", title=title_of(title), author=one_line(author)[:200])


def fix_mojibake(text: str) -> str:
    """Decode a property again that office-oxide decoded as Latin-1 although it is UTF-8."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _without_media(source: ExtractionInput) -> bytes:
    """The package without its media, of which office-oxide would make three copies."""
    package = Package(source.data, source.limits)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as slim:
        for name in package.names():
            if not name.endswith("/") and not any(part in f"/{name}" for part in _SKIPPED_MEMBERS):
                slim.writestr(name, package.read(name))
    return packed.getvalue()


def document_tree(data: bytes, kind: OfficeKind) -> dict[str, Any]:
    """The document tree that office-oxide parses; raises FileProblem "protected" or "broken"."""
    try:
        with office_oxide.Document.from_bytes(data, kind) as document:
            tree: dict[str, Any] = document.to_ir()
    except office_oxide.OfficeOxideError as error:
        raise problem_of(error) from error
    return tree


def problem_of(error: office_oxide.OfficeOxideError) -> Exception:
    """The FileProblem for an error of office-oxide."""
    return protected(error) if any(word in str(error) for word in _ENCRYPTION_WORDS) else broken(error)


def _lines(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for child in node:
            yield from _lines(child)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind in _LEAVES:
            yield _inline(node.get("content") or [])
        elif kind == "table":
            yield "\n".join(_row(row) for row in node["rows"])
        elif kind == "image":
            yield node.get("alt_text") or ""
        elif kind == "text":
            yield node["text"]
        else:
            for key in _CHILD_KEYS:
                yield from _lines(node.get(key) or [])


def _row(row: dict[str, Any]) -> str:
    return "\t".join(" ".join(filter(None, _lines(cell["content"]))) for cell in row["cells"])


def _inline(content: list[dict[str, Any]]) -> str:
    pieces: list[str] = []
    for node in content:
        if node.get("type") == "text":
            pieces.append(node["text"])
        elif node.get("type") == "line_break":
            pieces.append("\n")
        elif node.get("type") != "image":
            pieces.append(" ".join(filter(None, _lines(node))))
    return "".join(pieces)
