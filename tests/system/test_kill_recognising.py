"""kill -9 while the pages of a scan are recognised: the next run goes on with the next page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from core import paths, settings
from core.library import Library
from core.settings import Settings
from tests.builders.large_trees import NO_SERVER
from tests.system.catalogue_state import connected, damage
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
PAGES = 6


def _page(number: int) -> Image.Image:
    lines = "\n".join(f"Line {line} of the inventory of the harbour office, page {number}." for line in range(14))
    image = Image.new("L", (1700, 1000), "white")
    ImageDraw.Draw(image).multiline_text((80, 80), lines, "black", ImageFont.load_default(44), spacing=16)
    return image


def _recognised(library: Path) -> dict[int, tuple[int, str]]:
    """The row's number and the text by page."""
    if not (library / "catalogue.sqlite").is_file():
        return {}
    with connected(library) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'recognised'").fetchone():
            return {}
        rows = database.execute("SELECT page, number, text FROM recognised").fetchall()
    return {page: (number, text) for page, number, text in rows}


def test_a_killed_recognition_goes_on_with_the_next_page(tmp_path: Path) -> None:
    scan = tmp_path / "documents" / "scan.pdf"
    scan.parent.mkdir()
    first, *others = [_page(number) for number in range(1, PAGES + 1)]
    first.save(scan, save_all=True, append_images=others, resolution=200)
    library = tmp_path / "library"
    library.mkdir()
    choice = Settings(engine="remote", remote_url=NO_SERVER, read_scans=True, ocr_languages=("eng",))
    settings.save(choice, library / settings.SETTINGS_NAME)
    with Library.open(library, watch=False) as opened:
        opened.add_folder(scan.parent)
        opened.wait("words")

    command = [sys.executable, "-m", "tests.system.indexing_process", str(library)]
    process = subprocess.Popen(command, cwd=paths.resources().parent, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    children: list[psutil.Process] = []
    try:
        wait_until(lambda: len(_recognised(library)) >= 2)
        children = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
    assert not psutil.wait_procs(children, timeout=60)[1]

    before = _recognised(library)
    assert 2 <= len(before) < PAGES, "it was killed too late to interrupt anything"
    assert damage(library) == []
    with Library.open(library) as opened:
        wait_until(lambda: opened.progress().ocr.done == PAGES)
        wait_until(lambda: opened.search('"page 6"', lanes=("words",)))
        assert [hit.page for hit in opened.search('"page 6"', lanes=("words",))] == [6]
    after = _recognised(library)
    assert sorted(after) == list(range(1, PAGES + 1))
    assert {page: after[page] for page in before} == before  # the same rows: these pages were not read again
