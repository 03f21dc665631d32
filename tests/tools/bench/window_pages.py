"""Benchmark of the preview: from the key that chooses a PDF to its page as a picture, marked, on the screen."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.builders.desktop import press, wait_until, xdotool
from tests.builders.documents import pdf

if TYPE_CHECKING:
    from tests.tools.bench.window import Program

WORD = "harbour"  # which all have
QUERY = f"sort:name {WORD}"  # in an order that stays when they can be found by meaning, too
PDFS, PAGES = 12, 8
WORDS = 70  # of a page; all different, as near-duplicates share one row


def make(home: Path) -> Path:
    """A library of ordinary PDFs that are on the disk; returns its folder. It needs no model."""
    from core.library import Library

    folder = home / "Pages"
    folder.mkdir()
    for number in range(PDFS):
        chance = random.Random(number)
        pages = [f"{WORD} {' '.join(f'ferry{chance.randrange(10**6)}' for _ in range(WORDS))}" for _ in range(PAGES)]
        (folder / f"ferry {number}.pdf").write_bytes(pdf(pages))
    library = home / "library of pages"
    with Library.open(library) as opened:
        opened.add_folder(folder)
        opened.wait("words")
    return library


def pictures(program: Program, display: str, print_: Callable[[str, list[float]], None]) -> None:
    """Go through the PDFs by keys, and print how long each needs; the first starts the process that draws."""
    program.wait_for("usable")
    start = time.monotonic()
    press(display, "ctrl+f")
    xdotool(display, "type", "--delay", "30", QUERY)
    first = program.wait_for("page painted", start)
    time.sleep(2.0)
    press(display, "Down")  # into the list, on the row that is shown
    time.sleep(1.0)
    seconds = []
    for _ in range(PDFS - 1):
        before = program.since("page painted", first)[-1]["path"]
        start = time.monotonic()
        press(display, "Down")

        def others(start: float = start, before: object = before) -> list[float]:
            return [one["at"] for one in program.since("page painted", start) if one["path"] != before]

        wait_until(others, "the page of the next document")
        seconds.append(others()[0] - start)
        time.sleep(0.5)
    print_("page picture", seconds)
