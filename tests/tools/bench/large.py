"""Benchmark: single very long files, each in a library of its own: what of them is found, processor time and memory.

The main process is a new one for each file, as its peak of memory counts; the readers are its children.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.library import Library
from core.messages import amounts
from tests.builders.large_trees import Memory, load, without_engine

MB = 1e6
WORDS = ("harbour", "winter", "keeper", "tower", "lamp", "wind", "water", "boat", "log", "stone", "gull", "storm")
# The words that are looked for, at the beginning, in the middle and at the end of a file.
BEGINNING, MIDDLE, END = "pelican", "walrus", "narwhal"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW = "{name:14}{size:7.0f}  {found:26}{told:28}{cpu:8.1f}{wall:8.1f}{main:9.0f}{readers:12.0f}"
Write = Callable[[Path], None]


def run(only: Sequence[str]) -> None:
    """Make each file (or those named), index it to its words, and print a line for it."""
    print(load())
    print(f"{'file':14}{'MB':>7}  {'found':26}{'told':28}{'CPU s':>8}{'wall s':>8}{'main MB':>9}{'readers MB':>12}")
    for name, write in FILES.items():
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory(prefix="findling-large-") as place:
            file = Path(place, "docs", name)
            file.parent.mkdir()
            write(file)
            command = [sys.executable, "-m", "tests.tools.bench.large", place]
            figures = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
            figures["size"] = file.stat().st_size / MB
            print(ROW.format(name=name, **figures), flush=True)


def measure(place: Path) -> dict[str, Any]:
    """Index the folder `docs` of a place to its words; what is found of its file, and what that took."""
    memory = Memory()
    start = time.monotonic()
    with Library.open(place / "library", without_engine(), watch=False) as library:
        library.add_folder(place / "docs")
        library.wait("words", timeout=3600)
        wall = time.monotonic() - start
        found = [word for word in (BEGINNING, MIDDLE, END) if library.search(f"={word}", lanes=("words",))]
        extents = {hit.extent for hit in library.search(f"={BEGINNING}", lanes=("words",)) if hit.extent}
        told = [amounts.read_to(extent.unit, extent.read, extent.total) for extent in extents]
        told += [problem.code for problem in library.problems() if not told]
    memory.end()
    used = os.times()
    return {
        "found": ", ".join(found) or "nothing", "told": ", ".join(told) or "-", "wall": wall,
        "cpu": used.user + used.system + used.children_user + used.children_system,
        "main": memory.own / MB, "readers": memory.children / MB,
    }  # fmt: skip


def _words(size: int) -> Iterator[str]:
    """Sentences of so many bytes in all, with the words that are looked for."""
    written, number, middle = 0, 0, False
    yield f"The {BEGINNING} is back. "
    while written < size:
        sentence = " ".join(WORDS[(number * 7 + step * step) % len(WORDS)] for step in range(12)) + f" {number}. "
        if written > size / 2 and not middle:
            sentence, middle = f"The {MIDDLE} swims. {sentence}", True
        yield sentence
        written, number = written + len(sentence), number + 1
    yield f"The {END} is the last."


def _text(size: int, separator: str) -> Write:
    def write(path: Path) -> None:
        with path.open("w") as file:
            for number, sentence in enumerate(_words(size)):
                file.write(sentence + (separator if number % 8 == 7 else ""))

    return write


def _rows(count: int) -> Iterator[tuple[str, str]]:
    for number in range(count):
        word = {0: BEGINNING, count // 2: MIDDLE, count - 1: END}.get(number, WORDS[number % len(WORDS)])
        yield str(number), f"{word} {number * 7919 % 100_003}"


def _csv(path: Path) -> None:
    with path.open("w") as file:
        file.writelines(f"{number},{text}\n" for number, text in _rows(1_000_000))


def _xlsx(path: Path) -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{SHEET}" xmlns:r="{relations}"><sheets><sheet name="Rows" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relations}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{SHEET}"><sheetData>'.encode())
            for number, text in _rows(1_000_000):
                sheet.write(f'<row><c><v>{number}</v></c><c t="inlineStr"><is><t>{text}</t></is></c></row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


FILES: dict[str, Write] = {
    "prose.txt": _text(25_000_000, "\n\n"),
    "line.txt": _text(60_000_000, ""),
    "service.log": _text(200_000_000, "\n"),
    "rows.csv": _csv,
    "rows.xlsx": _xlsx,
}

if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]))))
