"""python -m tests.tools.ocr LANGUAGES=FILE.pdf...: how well text is recognised on pages drawn from real documents.

    python -m tests.tools.ocr eng=reference.en.pdf deu=reference.de.pdf chi_sim=reference.zh-cn.pdf

Pages with a text of their own are drawn at 200 dpi, once as they are and once as bad scans of them, put into PDFs
without text, and read by the real engine in its confined process. A line for each says the F1 of its characters against
the page's own text (those in the same order count, white space does not), and processor seconds and memory.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import statistics
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil
import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from core.document import Document
from core.extract import read_bytes
from core.ocr.process import RecognisingProcess
from core.settings import OCR_ENGINES
from tests.builders.large_trees import load

DPI = 200
MIN_CHARACTERS = 600  # of a page that is read
SPACE = re.compile(r"\s+")
Change = Callable[[Image.Image], Image.Image]


def degraded(page: Image.Image) -> Image.Image:
    """A page as a bad scan: askew by 1.3 degrees, blurred, with noise and a shadow, and the traces of JPEG."""
    page = page.rotate(1.3, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.8))
    shadow = Image.linear_gradient("L").resize(page.size).point(lambda value: 200 + value * 55 // 255)
    noise = Image.effect_noise(page.size, 25).point(lambda value: min(255, value + 110))
    page = ImageChops.multiply(ImageChops.multiply(page, shadow), noise)
    packed = io.BytesIO()
    page.save(packed, "JPEG", quality=55)
    return Image.open(packed).convert("L")


CHANGES: dict[str, Change] = {
    "clean": lambda page: page,
    "degraded": degraded,
    "turned right": lambda page: page.transpose(Image.Transpose.ROTATE_270),
    "turned left": lambda page: page.transpose(Image.Transpose.ROTATE_90),
    "upside down": lambda page: page.transpose(Image.Transpose.ROTATE_180),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line for each document and change."""
    parser = argparse.ArgumentParser(prog="tests.tools.ocr", description="Measure; nothing is asserted.")
    parser.add_argument("documents", nargs="+", metavar="LANGUAGES=FILE", help="such as deu+eng=handbook.pdf")
    parser.add_argument("--pages", type=int, default=6, help="of each document")
    parser.add_argument("--engine", choices=OCR_ENGINES, default=OCR_ENGINES[0])
    parser.add_argument("--only", choices=tuple(CHANGES), nargs="+", default=list(CHANGES))
    options = parser.parse_args(argv)
    print(load())
    print(f"{'document':32}{'pages':>6} {'change':14}{'F1':>7}{'worst':>7}{'CPU s/page':>12}{'peak MB':>9}")
    for document in options.documents:
        languages, _, name = document.partition("=")
        pages = list(_pages(Path(name), options.pages))
        for change in options.only:
            _measure(Path(name).name, pages, change, options.engine, tuple(languages.split("+")))
    return 0


def f1(expected: str, found: str) -> float:
    """The F1 of the characters that both texts have in the same order, without white space."""
    one, other = (SPACE.sub("", unicodedata.normalize("NFKC", text)) for text in (expected, found))
    return 2 * _common(one, other) / max(len(one) + len(other), 1)


def _common(one: str, other: str) -> int:
    """The length of the longest common subsequence (Hyyrö, "Bit-parallel LCS-length computation revisited", 2004)."""
    places: dict[str, int] = {}
    for place, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << place
    everything = (1 << len(one)) - 1
    state = everything
    for character in other:
        matches = state & places.get(character, 0)
        state = (state + matches | state - matches) & everything
    return len(one) - state.bit_count()


def _pages(path: Path, count: int) -> Iterator[tuple[str, Image.Image]]:
    """(text, image) of some pages, from the whole of the document."""
    document: Document = read_bytes(path.read_bytes(), path.name.encode())
    texts = [(part.number, document.text[part.start : part.end]) for part in document.parts]
    texts = [(number, text) for number, text in texts if len(text) >= MIN_CHARACTERS]
    pdf = pypdfium2.PdfDocument(path)
    for number, text in random.Random(1).sample(texts, min(count, len(texts))):
        yield text, pdf[number - 1].render(scale=DPI / 72).to_pil().convert("L")
    pdf.close()


def _measure(
    name: str, pages: Sequence[tuple[str, Image.Image]], change: str, engine: str, languages: tuple[str, ...]
) -> None:
    images = [CHANGES[change](image) for _, image in pages]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scan.pdf")
        images[0].save(path, save_all=True, append_images=images[1:], resolution=DPI)
        process = RecognisingProcess(engine, languages, lambda: False)
        try:
            found = [process.read_page(bytes(path), "pdf", number + 1).text for number in range(len(pages))]
            assert process.pid is not None
            times, peak = psutil.Process(process.pid).cpu_times(), _peak(process.pid)
        finally:
            process.close()
    scores = [f1(text, one) for (text, _), one in zip(pages, found, strict=True)]
    seconds = (times.user + times.system) / len(pages)
    print(
        f"{name[:31]:32}{len(pages):6} {change:14}{statistics.fmean(scores):7.3f}{min(scores):7.3f}{seconds:12.2f}"
        f"{peak / 1e6:9.0f}",
        flush=True,
    )


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


if __name__ == "__main__":
    raise SystemExit(main())
