"""In the drawing process: an SVG file as one page, by resvg, which runs no scripts and fetches nothing."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from functools import lru_cache

from PIL import Image
from resvg import render, usvg

from core.errors import FileProblem
from core.extract.base import broken
from core.preview.messages import MAX_SIDE, DocumentOpened, Draw, Drawn

FONTS = "/usr/share/fonts"
MAX_BYTES = 50_000_000  # of an SVG file, unpacked
GZIP = b"\x1f\x8b"
NOT_OURS = (KeyboardInterrupt, MemoryError, SystemExit)  # say nothing of the picture


class VectorPages:
    """An open SVG file. What it names by address, such as pictures, is left out."""

    def __init__(self, data: bytes) -> None:
        self._tree = _parsed(_text(data))
        width, height = self._tree.int_size()
        if max(width, height) > MAX_SIDE:
            raise FileProblem("too_large", f"{width} x {height}")
        self._size = float(width), float(height)

    def close(self) -> None:
        """Nothing is open."""

    def opened(self) -> DocumentOpened:
        """One page, of the size that the file says, in pixels."""
        width, height = self._size
        return DocumentOpened(1, [self._size], [("Size", f"{width:g} × {height:g}"), ("Format", "SVG")])

    def draw(self, what: Draw) -> tuple[Drawn, bytes]:
        """A part of the picture as pixels, drawn at its scale."""
        if what.page:
            raise FileProblem("broken", f"no page {what.page + 1}")
        transform = (what.scale, 0.0, -float(what.left), 0.0, what.scale, -float(what.top))
        try:
            png = render(self._tree, transform, bg_size=(what.width, what.height))
        except NOT_OURS:
            raise
        except BaseException as error:  # noqa: BLE001  a panic of Rust's is no Exception
            raise broken(error) from None
        pixels = Image.open(io.BytesIO(bytes(png)), formats=("PNG",)).convert("RGBA").tobytes("raw", "BGRA")
        return Drawn(what.width, what.height, *self._size), pixels


def is_vector_picture(head: bytes) -> bool:
    """Whether a file is an SVG, plain or packed, by its first bytes."""
    return head.startswith(GZIP) or b"<svg" in head.replace(b"\0", b"")  # also in UTF-16


def _text(data: bytes) -> str:
    if data.startswith(GZIP):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise broken(error) from error
    if len(data) > MAX_BYTES:
        raise FileProblem("too_large", f"{math.ceil(len(data) / 1e6)} MB")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding, "replace")


def _parsed(text: str) -> usvg.Tree:
    try:
        return usvg.Tree.from_str(text, _options())
    except NOT_OURS:
        raise
    except BaseException as error:  # noqa: BLE001  a panic of Rust's is no Exception
        raise broken(error) from None


@lru_cache(maxsize=1)
def _options() -> usvg.Options:
    """With the fonts of the system, which the confined process may read; they are listed when a picture needs them."""
    options = usvg.Options.default()
    options.load_fonts_dir(FONTS)
    return options
