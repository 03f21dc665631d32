"""Tables out of text: the rows and cells of sheets and of files with separated values, each with its offset."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.document import Document, Part

MAX_ROWS, MAX_COLUMNS = 50_000, 500
SAMPLE_CHARS = 8_000
DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and where it stands in the document's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a sheet, or of the whole file."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def columns(self) -> int:
        """The cells of the longest row."""
        return max((len(row) for row in self.rows), default=0)


def sheets_of(document: Document, suffix: str) -> list[Sheet]:
    """The sheets of a spreadsheet, or the one table of a .csv or .tsv file."""
    if document.kind != "spreadsheet":
        delimiter = "\t" if suffix == ".tsv" else _delimiter(document.text[:SAMPLE_CHARS])
        return [Sheet("", tuple(_separated(document.text, delimiter)))]
    parts = [part for part in document.parts if part.unit == "sheet"] or [Part(0, len(document.text), "sheet", 1, "")]
    return [Sheet(part.label, tuple(_tabbed(document.text, part))) for part in parts]


def _delimiter(sample: str) -> str:
    try:
        return csv.Sniffer().sniff(sample, DELIMITERS).delimiter
    except csv.Error:
        first = sample.split("\n", 1)[0]
        return max(DELIMITERS, key=first.count)


def _tabbed(text: str, part: Part) -> Iterator[tuple[Cell, ...]]:
    """The rows of a sheet, without the first line if it is the sheet's name."""
    at = part.start
    if part.label and text.startswith(part.label, at) and text[at + len(part.label) : at + len(part.label) + 1] == "\n":
        at += len(part.label) + 1
    count = 0
    while at < part.end and count < MAX_ROWS:
        end = text.find("\n", at, part.end)
        end = part.end if end < 0 else end
        yield tuple(_cells(text, at, end))
        at, count = end + 1, count + 1


def _cells(text: str, at: int, end: int) -> Iterator[Cell]:
    for _ in range(MAX_COLUMNS):
        tab = text.find("\t", at, end)
        stop = end if tab < 0 else tab
        yield Cell(text[at:stop], at, stop)
        if tab < 0:
            return
        at = tab + 1


def _separated(text: str, delimiter: str) -> Iterator[tuple[Cell, ...]]:
    mark = re.escape(delimiter)
    cell = re.compile(rf'(?:"((?:[^"]|"")*+)"[^{mark}\n]*|([^{mark}\n]*))({mark}|\n|\Z)')
    row: list[Cell] = []
    at = count = 0
    while at <= len(text) and count < MAX_ROWS:
        found = cell.match(text, at)
        if found is None:
            return
        group = 1 if found[1] is not None else 2
        if len(row) < MAX_COLUMNS:
            row.append(Cell(found[group].replace('""', '"') if group == 1 else found[2], *found.span(group)))
        at = found.end()
        if found[3] != delimiter:
            if len(row) > 1 or row[0].text:
                yield tuple(row)
                count += 1
            row = []
            if not found[3]:
                return
