"""Spreadsheets: a part for each sheet, a line for each row, tabs between cells."""

from __future__ import annotations

import io
from collections.abc import Iterable

import office_oxide
import python_calamine

from core.document import Document
from core.extract import large_sheets
from core.extract.base import ExtractionInput, TextBuilder, broken, protected
from core.extract.clean import one_line, title_of
from core.extract.office import OfficeKind, problem_of
from core.extract.own_date import day_of
from core.extract.package import Package, attribute, first_text


def read_xlsx(source: ExtractionInput) -> Document:
    """The text of an .xlsx through office-oxide."""
    package = Package(source.data, source.limits)
    facts = package.xml_or_none("docProps/core.xml")
    if large_sheets.is_large(package):
        builder = TextBuilder(source.limits)
        for number, name, text in large_sheets.sheet_texts(package, lambda data: _plain_text(data, "xlsx")):
            builder.add(text, "sheet", number, name)
            if builder.full:
                break
    else:
        for name in package.names():
            if name.endswith(".xml"):
                package.read(name)
        book = package.xml("xl/workbook.xml") if "xl/workbook.xml" in package else None
        names = [attribute(sheet, "name") for sheet in book.iter("{*}sheet")] if book is not None else []
        builder = _split_sheets(source, _plain_text(source.data, "xlsx"), names)
    title, author = title_of(first_text(facts, "title")), one_line(first_text(facts, "creator"))[:200]
    own_date = day_of(first_text(facts, "created"))
    return builder.document("spreadsheet", "office-oxide", title=title, author=author, own_date=own_date)


def read_xls(source: ExtractionInput) -> Document:
    """The text of an .xls through office-oxide."""
    text = _plain_text(source.data, "xls")
    return _split_sheets(source, text, _sheet_names(source)).document("spreadsheet", "office-oxide")


def read_any(source: ExtractionInput) -> Document:
    """The text of any spreadsheet through calamine."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        builder = TextBuilder(source.limits)
        for number, name in enumerate(book.sheet_names, 1):
            builder.add(_rows(book.get_sheet_by_name(name).iter_rows(), name), "sheet", number, name)
            if builder.full:
                break
    except python_calamine.PasswordError as error:
        raise protected(error) from error
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise broken(error) from error
    return builder.document("spreadsheet", "calamine")


def _rows(rows: Iterable[Iterable[object]], name: str) -> str:
    lines = ("\t".join(_cell(cell) for cell in row).rstrip("\t") for row in rows)
    return "\n".join((name, *(line for line in lines if line)))


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _plain_text(data: bytes, kind: OfficeKind) -> str:
    try:
        with office_oxide.Document.from_bytes(data, kind) as document:
            text: str = document.plain_text()
    except office_oxide.OfficeOxideError as error:
        raise problem_of(error) from error
    return text


def _sheet_names(source: ExtractionInput) -> list[str]:
    try:
        names: list[str] = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data)).sheet_names
    except (python_calamine.CalamineError, ValueError, OSError):
        return []
    return names


def _split_sheets(source: ExtractionInput, text: str, names: list[str]) -> TextBuilder:
    """Split a text of all sheets, each headed by its name, into parts."""
    builder = TextBuilder(source.limits)
    starts: list[tuple[int, str]] = []
    at = 0
    for name in names:
        found = 0 if not starts and text.startswith(name) else text.find(f"\n{name}\n", at)
        if found < 0 and text.endswith(f"\n{name}"):
            found = len(text) - len(name) - 1
        if found >= 0:
            starts.append((found, name))
            at = found + len(name)
    if not starts:
        builder.add(text)
    ends = [start for start, _ in starts[1:]] + [len(text)]
    for (start, name), end in zip(starts, ends, strict=False):
        builder.add(text[start:end], "sheet", names.index(name) + 1, name)
    return builder
