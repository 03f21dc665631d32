"""The real Tesseract in its confined process, and a library that reads a scan with it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import psutil
import pypdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from core.errors import FileProblem
from core.library import Library
from core.ocr.process import RecognisingProcess
from tests.builders import documents
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
TEXT = "The brass diaphragm of the foghorn\nwas replaced in November."


def page(text: str) -> Image.Image:
    """A page with large letters, as a picture."""
    image = Image.new("RGB", (1700, 700), "white")
    ImageDraw.Draw(image).multiline_text((100, 100), text, "black", ImageFont.load_default(60), spacing=30)
    return image


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    """A fake engine."""
    with fake() as started:
        yield started


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A PDF of two scanned pages."""
    path = tmp_path / "documents" / "scan.pdf"
    path.parent.mkdir()
    page(TEXT).save(path, save_all=True, append_images=[page("The second page is about herring.")], resolution=200)
    return path


def test_a_page_is_read_with_the_places_of_its_words(scan: Path) -> None:
    process = RecognisingProcess("tesseract", ("eng",), lambda: False)
    try:
        found = process.read_page(bytes(scan), "pdf", 1)
        assert found.text == TEXT
        first = found.places[0]
        assert found.text[first.start : first.end] == "The"
        left, top, right, bottom = first.box
        assert 30 < left < right < 100  # points: the picture has 200 pixels an inch
        assert 30 < top < bottom < 80
        with pytest.raises(FileProblem, match="no page 9"):
            process.read_page(bytes(scan), "pdf", 9)
        assert process.read_page(bytes(scan), "pdf", 2).text == "The second page is about herring."
        assert process.pid is not None
        reader = psutil.Process(process.pid)
        assert (reader.children(), reader.net_connections("inet")) == ([], [])
    finally:
        process.close()


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_with_the_places_of_its_words(tmp_path: Path, degrees: int) -> None:
    path, turned = tmp_path / "turned.png", page(TEXT).rotate(degrees, expand=True)
    turned.save(path)
    process = RecognisingProcess("tesseract", ("eng",), lambda: False)
    try:
        found = process.read_page(bytes(path), "picture", 1)
    finally:
        process.close()
    assert found.text == TEXT
    for place in found.places:  # all that is dark is in the boxes of the words
        left, top, right, bottom = map(round, place.box)
        turned.paste("white", (left - 8, top - 8, right + 8, bottom + 8))
    darkest, _ = ImageStat.Stat(turned.convert("L")).extrema[0]
    assert darkest > 100


def test_a_page_with_the_noise_of_a_camera_is_read(tmp_path: Path) -> None:
    path, clear = tmp_path / "photo.png", page(TEXT).convert("L")
    noise = Image.effect_noise(clear.size, 60).point(lambda value: min(255, value + 60))
    ImageChops.multiply(clear, noise).save(path)
    process = RecognisingProcess("tesseract", ("eng",), lambda: False)
    try:
        assert process.read_page(bytes(path), "picture", 1).text == TEXT
    finally:
        process.close()


def test_a_scan_is_read_found_and_not_read_again(scan: Path, tmp_path: Path, engine: Running) -> None:
    settings = remote(engine, read_scans=True, ocr_languages=("eng",))
    with Library.open(tmp_path / "library", settings) as library:
        library.add_folder(scan.parent)
        wait_until(lambda: library.progress().ocr.done == 2)
        wait_until(lambda: library.search("herring", lanes=("words",)))
        hit = library.search("herring", lanes=("words",))[0]
        assert (hit.page, hit.passages[0].unit, hit.unread_pages) == (2, "scan", 0)
        assert library.problems() == []
        drawn = library.pages.open(str(scan), "pdf")
        shown = library.ocr.with_recognised(str(scan), 2, library.pages.measure(drawn, 1))
        start = shown.text.index("herring")
        assert len(shown.rectangles([(start, start + 7)])) == 1
        library.indexing.read_again([str(scan)])
        library.wait("words")
        document = library.queries.document(str(scan))
        assert document is not None
        assert "herring" in document.text
        assert library.progress().ocr.done == 2


def test_without_ocr_the_pages_are_counted_and_read_on_demand(scan: Path, tmp_path: Path, engine: Running) -> None:
    with Library.open(tmp_path / "library", remote(engine, ocr_languages=("eng",))) as library:
        library.add_folder(scan.parent)
        library.wait("words")
        assert library.progress().ocr.unread == 2
        assert [(problem.code, problem.detail) for problem in library.problems()] == [
            ("no_text", "2 pages without text")
        ]
        library.ocr.recognise(str(scan), [2])
        wait_until(lambda: library.ocr.unread_pages(str(scan)) == (1,))
        wait_until(lambda: library.search("herring", lanes=("words",)))
        assert [problem.code for problem in library.problems()] == ["scanned_pages"]


def test_a_page_whose_text_is_garbled_is_recognised(tmp_path: Path, engine: Running) -> None:
    path = tmp_path / "documents" / "garbled.pdf"
    path.parent.mkdir()
    path.write_bytes(with_private_letters(documents.pdf(["The heron waits on the quay for the herring fleet."])))
    with Library.open(tmp_path / "library", remote(engine, ocr_languages=("eng",))) as library:
        library.add_folder(path.parent)
        library.wait("words")
        assert [problem.code for problem in library.problems()] == ["garbled"]
        assert not library.search("heron", lanes=("words",))
        library.ocr.recognise(str(path), [1])
        wait_until(lambda: library.search("heron quay", lanes=("words",)))
        assert library.problems() == []


def with_private_letters(data: bytes) -> bytes:
    """A PDF whose fonts say that each letter is a sign of private use."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    table = pypdf.generic.DecodedStreamObject()
    table.set_data(
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Private def /CMapType 2 def "
        b"1 begincodespacerange <00> <ff> endcodespacerange "
        b"1 beginbfrange <21> <7e> <e021> endbfrange endcmap end end"
    )
    reference = writer._add_object(table)
    for sheet in writer.pages:
        for font in sheet["/Resources"]["/Font"].values():
            font.get_object()[pypdf.generic.NameObject("/ToUnicode")] = reference
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
