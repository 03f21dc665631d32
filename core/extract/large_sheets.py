"""Large sheets of .xlsx, some rows at a time: read at once, they take seven times the memory of their XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator

from lxml import etree

from core.extract.base import broken
from core.extract.package import Package, attribute

SLICE_BYTES = 12_000_000  # of a sheet's XML that are read at a time
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEETS = "xl/worksheets/"
_DATA_START = re.compile(rb"<(\w+:)?sheetData[^>]*(?<!/)>")
_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")


def is_large(package: Package) -> bool:
    """Whether a workbook has a sheet of more XML than is read at a time."""
    return any(name.startswith(SHEETS) and package.size(name) > SLICE_BYTES for name in package.names())


def sheet_texts(package: Package, plain_text: Callable[[bytes], str]) -> Iterator[tuple[int, str, str]]:
    """(number from 1, name, text) of each sheet in order, the texts headed by the name.

    `plain_text` makes the text of a workbook from its bytes. Raises FileProblem.
    """
    book, relations = package.xml(WORKBOOK), package.xml(RELATIONS)
    targets = {attribute(relation, "Id"): attribute(relation, "Target") for relation in relations}
    sheets = list(book.iter("{*}sheet"))
    for sheet in sheets:
        sheet.getparent().remove(sheet)  # type: ignore[union-attr]
    parent = next(book.iter("{*}sheets"), None)
    if parent is None:
        raise broken("no sheets in the workbook")
    others = {name: package.read(name) for name in package.names() if name != WORKBOOK and _is_beside_rows(name)}
    for number, sheet in enumerate(sheets, 1):
        target = targets.get(attribute(sheet, "id"), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path not in package:
            continue
        parent.append(sheet)
        parts = others | {WORKBOOK: etree.tostring(book)}
        parent.remove(sheet)
        of_rows = {part: data for part, data in parts.items() if "/" not in part.removeprefix("xl/")}
        of_rows |= {part: data for part, data in parts.items() if part in ("_rels/.rels", RELATIONS)}
        name = attribute(sheet, "name")
        texts: list[str] = []
        for rows, is_last in _slices(package, path):
            text = plain_text(_packed((parts if is_last else of_rows) | {path: rows}))
            texts.append(text.removeprefix(name).removeprefix("\n") if texts else text)
        yield number, name, "\n".join(filter(None, texts))


def _is_beside_rows(name: str) -> bool:
    """Whether a part is read besides the rows: formats, shared texts, comments, drawings; not pictures."""
    is_sheet = name.startswith(SHEETS) and name.count("/") == SHEETS.count("/")
    return name.endswith((".xml", ".rels")) and not is_sheet


def _slices(package: Package, name: str) -> Iterator[tuple[bytes, bool]]:
    """The XML of a sheet, as sheets of some of its rows each; the last has what follows the rows."""
    start = end = row_end = rest = b""
    for piece in package.pieces(name, SLICE_BYTES):
        rest += piece
        if not start:
            found, root = _DATA_START.search(rest), _ROOT.search(rest)
            if found is None or root is None:
                continue
            start, prefix = rest[: found.end()], found[1] or b""
            end = b"</%ssheetData></%sworksheet>" % (prefix, root[1] or b"")
            row_end = b"</%srow>" % prefix
            rest = rest[found.end() :]
        if (at := rest.rfind(row_end)) >= 0:
            yield start + rest[: at + len(row_end)] + end, False
            rest = rest[at + len(row_end) :]
    yield start + rest, True


def _packed(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return packed.getvalue()
