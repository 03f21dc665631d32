"""The pages of real PDFs and pictures, drawn in the real process; and processes that misbehave."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

import core
from core.errors import FileProblem
from core.extract import read_bytes
from core.preview.page_text import PageSpans
from core.preview.renderer import PageDocument, PagePart, PageRenderer
from core.processes.sandbox import available
from tests.builders.documents import pdf, pdf_of, placed_pdf, stream
from tests.processes import lives, running
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

FAKE = (sys.executable, "-m", "tests.fakes.fake_drawing_worker")
LETTER = (612.0, 792.0)


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    made = PageRenderer()
    made.warm()
    yield made
    made.close()


def whole(page: int, scale: float, size: tuple[float, float] = LETTER) -> PagePart:
    return PagePart(page, scale, 0, 0, round(size[0] * scale), round(size[1] * scale))


def grey(pixels: bytes, width: int, x: int, y: int) -> int:
    return pixels[4 * (y * width + x) + 1]


def dark_rows(pixels: bytes, width: int) -> list[int]:
    """The rows of a picture that have a dark pixel."""
    rows = [pixels[start : start + 4 * width] for start in range(0, len(pixels), 4 * width)]
    return [number for number, row in enumerate(rows) if min(row[1::4]) < 128]


def test_a_page_is_drawn_and_its_words_stand_where_they_are_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "two.pdf"
    path.write_bytes(pdf(["The first page", "Second"]))
    document = renderer.open(str(path), "pdf")
    assert (document.pages, document.sizes) == (2, (LETTER, LETTER))
    picture = renderer.draw(document, whole(1, 1.0))
    assert len(picture.pixels) == 612 * 792 * 4
    rows = dark_rows(picture.pixels, 612)
    text = renderer.measure(document, 1)
    assert text.text.strip() == "Second"
    [(left, top, right, bottom)] = text.rectangles([(0, 6)])
    assert top <= min(rows) <= max(rows) <= bottom
    assert bottom - top < 25
    assert 8 < left < 12
    assert 40 < right < 60
    assert text.word_at(text.index_at(left + 20, (top + bottom) / 2)) == (0, 6)
    assert text.index_at(500, 20) == -1


def test_a_word_from_right_to_left_stands_where_it_is_drawn(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "books.pdf"
    path.write_bytes(placed_pdf([("هذه كتب قديمة", 500, 700), ("\u064f", 472, 701.2)]))
    page = renderer.measure(renderer.open(str(path), "pdf"), 0)
    assert page.text.strip() == "هذه كتُب قديمة"
    text = read_bytes(path.read_bytes(), b"books.pdf")
    spans = PageSpans(text, 1, page)
    start = text.text.index("كتُب")
    [(left, top, right, bottom)] = spans.rectangles((start, start + 4))
    assert (left, right) == pytest.approx((464, 482), abs=1)
    assert top < 92 < bottom
    assert page.word_at(page.index_at(467, 92)) == (page.text.index("كتُب"), page.text.index("كتُب") + 4)


def test_a_part_of_a_page_is_the_same_part_of_the_whole_page(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "part.pdf"
    path.write_bytes(pdf(["A line of text to look at closely"]))
    document = renderer.open(str(path), "pdf")
    large = renderer.draw(document, whole(0, 2.0)).pixels
    part = renderer.draw(document, PagePart(0, 2.0, 20, 150, 200, 60)).pixels
    assert part == b"".join(large[4 * (1224 * row + 20) :][:800] for row in range(150, 210))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_has_its_words_where_they_are_drawn(
    renderer: PageRenderer, tmp_path: Path, rotation: int
) -> None:
    path = tmp_path / f"turned-{rotation}.pdf"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/CropBox[20 30 380 590]/Rotate %d" % rotation
    path.write_bytes(
        pdf_of(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[5 0 R]/Count 1>>",
                b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
                stream(b"BT /F1 30 Tf 100 400 Td (Wwww) Tj ET"),
                page + b"/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            ]
        )
    )
    document = renderer.open(str(path), "pdf")
    size = document.size(0)
    assert size == ((360, 560) if rotation in (0, 180) else (560, 360))
    pixels = renderer.draw(document, whole(0, 1.0, size)).pixels
    width, height = round(size[0]), round(size[1])
    ink = [(x, y) for y in range(height) for x in range(width) if grey(pixels, width, x, y) < 100]
    boxes = renderer.measure(document, 0).boxes
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    assert all(left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1 for x, y in ink)
    assert right - left < 1.6 * (max(x for x, _ in ink) - min(x for x, _ in ink)) + 20
    assert bottom - top < 1.6 * (max(y for _, y in ink) - min(y for _, y in ink)) + 20


def test_a_huge_page_is_drawn_small(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    path.write_bytes(pdf(["Far away"]).replace(b"[0 0 612 792]", b"[0 0 90000 60000]"))
    document = renderer.open(str(path), "pdf")
    width, height = document.size(0)
    assert width > 10_000
    picture = renderer.draw(document, whole(0, 500 / width, (width, height)))
    assert picture.part.width == 500


def test_notes_are_drawn_and_can_be_marked(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "note.pdf"
    path.write_bytes(pdf(["Printed"], annotation="Written by hand"))
    document = renderer.open(str(path), "pdf")
    text = renderer.measure(document, 0)
    start = text.text.index("Written")
    [(_, top, _, bottom)] = text.rectangles([(start, start + 7)])
    rows = dark_rows(renderer.draw(document, whole(0, 1.0)).pixels, 612)
    assert any(top <= row <= bottom for row in rows)


def test_a_changed_file_is_drawn_anew(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "changing.pdf"
    path.write_bytes(pdf(["One"]))
    document = renderer.open(str(path), "pdf")
    renderer.draw(document, whole(0, 0.1))
    path.write_bytes(pdf(["Another text", "Two"]))
    assert renderer.measure(document, 0).text.strip() == "Another text"
    assert renderer.open(str(path), "pdf").pages == 2


@pytest.mark.parametrize(
    ("content", "source", "code"),
    [
        (b"%PDF-1.4 and nothing else", "pdf", "broken"),
        (b"", "pdf", "broken"),
        (b"no picture", "picture", "broken"),
        (b"\x89PNG\r\n\x1a\n damaged", "picture", "broken"),
    ],
)
def test_a_damaged_file_is_a_problem(
    renderer: PageRenderer, tmp_path: Path, content: bytes, source: str, code: str
) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(content)
    with pytest.raises(FileProblem) as raised:
        renderer.open(str(path), source)  # type: ignore[arg-type]
    assert raised.value.code == code


def test_what_is_gone_or_no_file_is_a_problem(renderer: PageRenderer, tmp_path: Path) -> None:
    for path, code in ((tmp_path / "gone.pdf", "vanished"), (tmp_path, "unreadable")):
        with pytest.raises(FileProblem) as raised:
            renderer.open(str(path), "pdf")
        assert raised.value.code == code


def test_a_picture_is_turned_as_its_camera_was_held(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Pocket\x00 camera"
    exif.get_ifd(0x8769)[0x829A] = 0.004
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 30.0, 0.0), 3: "W", 4: (9.0, 0.0, 36.0)})
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 10, 20))
    image.save(path, exif=exif, quality=95)
    document = renderer.open(str(path), "picture")
    assert (document.pages, document.sizes) == (1, ((20.0, 40.0),))
    facts = dict(document.facts)
    assert facts["Model"] == "Pocket camera"
    assert facts["ExposureTime"] == "1/250"
    assert facts["Position"] == "48.50000, -9.01000"
    pixels = renderer.draw(document, PagePart(0, 1.0, 0, 0, 20, 40)).pixels
    assert grey(pixels, 20, 10, 2) < 60
    assert grey(pixels, 20, 10, 30) > 200
    assert renderer.measure(document, 0).text == ""


def test_the_frames_of_a_tiff_are_pages(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "scan.tiff"
    frames = [Image.new("L", (30, 30), shade) for shade in (0, 120, 240)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    document = renderer.open(str(path), "picture")
    assert document.pages == 3
    shades = [grey(renderer.draw(document, PagePart(page, 1.0, 0, 0, 30, 30)).pixels, 30, 5, 5) for page in (0, 2, 1)]
    assert shades == [0, 240, 120]


def test_a_picture_of_too_many_pixels_is_a_problem(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    small = io.BytesIO()
    Image.new("1", (8, 8)).save(small, "PNG")
    data = bytearray(small.getvalue())
    import struct
    import zlib

    data[16:24] = struct.pack(">II", 60_000, 60_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(FileProblem) as raised:
        renderer.open(str(path), "picture")
    assert raised.value.code == "too_large"


def test_a_web_page_is_its_blocks(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        "<title>T</title><script>alert(1)</script><h2>Bread &amp; <em>butter</em></h2><p>Some  text <b>here</b>.</p>"
        "<ul><li>one<ul><li>two</li></ul></li></ul><pre>a  b\n c</pre><table><tr><th>k</th><td>v</td></tr></table>"
        "<p hidden>secret</p><img src='http://example.org/x.png'><blockquote>said</blockquote>"
    )
    blocks = [
        (block.kind, block.level, [(run.text, run.style) for run in block.runs])
        for block in renderer.structure(str(path))
    ]
    assert blocks == [
        ("heading", 2, [("Bread & ", ""), ("butter", "i")]),
        ("text", 0, [("Some text ", ""), ("here", "b"), (".", "")]),
        ("item", 1, [("one", "")]),
        ("item", 2, [("two", "")]),
        ("code", 0, [("a  b\n c", "c")]),
        ("row", 0, [("k", "b"), ("v", "")]),
        ("quote", 0, [("said", "")]),
    ]


@pytest.mark.parametrize("way", ["hang", "crash", "short", "huge", "noise", "other"])
def test_a_page_that_misbehaves_costs_only_itself(tmp_path: Path, way: str) -> None:
    path = tmp_path / "any.pdf"
    path.write_bytes(b"any")
    renderer = PageRenderer((*FAKE, way), page_seconds=60.0)
    try:
        document = renderer.open(str(path), "pdf")
        part = PagePart(0, 0.1, 0, 0, 10, 20)
        renderer.draw(document, part)
        renderer._page_seconds = 0.5 if way == "hang" else 60.0
        for _ in range(2):
            with pytest.raises(FileProblem) as raised:
                renderer.draw(document, PagePart(1, 0.1, 0, 0, 10, 20))
            assert raised.value.code == ("timed_out" if way == "hang" else "crashed")
        renderer._page_seconds = 60.0
        assert renderer.draw(document, part).pixels == bytes(800)
        assert renderer.draw(document, PagePart(2, 0.1, 0, 0, 10, 20)).size == (100.0, 200.0)
    finally:
        renderer.close()


def test_nobody_waits_for_a_page_that_is_not_wanted_any_more(tmp_path: Path) -> None:
    path = tmp_path / "any.pdf"
    path.write_bytes(b"any")
    renderer = PageRenderer((*FAKE, "hang"), page_seconds=3600)
    try:
        document = renderer.open(str(path), "pdf")
        with pytest.raises(FileProblem):
            renderer.draw(document, PagePart(1, 0.1, 0, 0, 10, 20), lambda: True)
        assert renderer.draw(document, PagePart(0, 0.1, 0, 0, 10, 20)).pixels
    finally:
        renderer.close()


def test_a_page_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """A real page that PDFium draws for longer than is waited: millions of curves."""
    path = tmp_path / "endless.pdf"
    curves = b"q 1 0 0 1 0 0 cm " + b"0 0 m 600 800 10 20 600 0 c S " * 40_000
    path.write_bytes(
        pdf_of(
            [
                b"<</Type/Catalog/Pages 2 0 R>>",
                b"<</Type/Pages/Kids[4 0 R 5 0 R]/Count 2>>",
                stream(curves * 40, flate=True),
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 3 0 R>>",
                b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>",
            ]
        )
    )
    renderer = PageRenderer(page_seconds=2.0)
    try:
        document = renderer.open(str(path), "pdf")
        with pytest.raises(FileProblem):
            renderer.draw(document, whole(0, 2.0))
        renderer._page_seconds = 60.0  # on a busy machine an empty page may take a while, too
        assert len(renderer.draw(document, whole(1, 0.1)).pixels) == 61 * 79 * 4
    finally:
        renderer.close()


def test_the_process_ends_when_it_is_released_and_when_the_renderer_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["One"]))
    renderer = PageRenderer()

    def own() -> set[int]:
        return {one.pid for one in running("core.preview.worker")}

    before = own()
    renderer.open(str(path), "pdf")
    assert own() - before
    renderer.release()
    assert not own() - before
    assert renderer.open(str(path), "pdf").pages == 1
    renderer.close()
    assert not own() - before
    with pytest.raises(FileProblem):
        renderer.open(str(path), "pdf")


def test_a_protected_file_opens_with_its_password(renderer: PageRenderer, tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    path = tmp_path / "locked.pdf"
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Secret", "More"]))))
    writer.encrypt("open sesame", algorithm="AES-256")
    writer.write(path)
    with pytest.raises(FileProblem) as raised:
        renderer.open(str(path), "pdf")
    assert raised.value.code == "protected"
    with pytest.raises(FileProblem):
        renderer.open(str(path), "pdf", "wrong")
    document = renderer.open(str(path), "pdf", "open sesame")
    assert renderer.measure(document, 0).text.strip() == "Secret"
    assert renderer.open(str(path), "pdf").pages == 2
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Only the owner may print"]))))
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(tmp_path / "owner.pdf")
    assert renderer.open(str(tmp_path / "owner.pdf"), "pdf").pages == 1


def test_the_process_reads_no_file_but_the_one_it_is_handed(tmp_path: Path) -> None:
    """What it opens after it is confined, by a script that takes the place of a document."""
    if not available().is_complete:
        pytest.skip("this system cannot confine a process")
    (tmp_path / "letter.txt").write_text("private")
    script = (
        "import socket, sys\nfrom core.preview.confinement import confine_drawing\nconfine_drawing()\n"
        "for what in (lambda: open(sys.argv[1]), lambda: open(sys.argv[1] + 'x', 'w'), lambda: socket.socket()):\n"
        "    try:\n        what()\n    except OSError as error:\n        print(type(error).__name__)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "letter.txt")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(core.__file__).parents[1])
    assert answer.stdout.split() == ["PermissionError"] * 3


def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom core.preview.renderer import PageRenderer\nr = PageRenderer()\nr.warm()\n"
        "print(r._process.pid, flush=True)\nsys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    wait_until(lambda: not lives(child))


def test_a_document_says_the_size_of_pages_that_are_not_measured_yet() -> None:
    document = PageDocument("/a.pdf", "pdf", 3, ((10.0, 20.0), (30.0, 40.0)))
    assert [document.size(page) for page in range(3)] == [(10.0, 20.0), (30.0, 40.0), (30.0, 40.0)]
