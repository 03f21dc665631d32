"""In the drawing process: a picture file as pages, by Pillow, turned as its camera was held."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, cast

import pi_heif
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from core.errors import FileProblem
from core.extract.base import broken
from core.preview.messages import MAX_SIZES, DocumentOpened, Draw, Drawn

MAX_PICTURE_PIXELS = 150_000_000
MAX_FRAMES = 500  # of a TIFF that are shown as pages
MAX_FACTS, MAX_FACT_CHARS = 60, 300
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "JPEG2000", "ICO", "PPM", "TGA", "PCX", "DDS", "HEIF")
FACTS = (
    "ImageDescription", "Make", "Model", "LensModel", "DateTimeOriginal", "DateTime", "ExposureTime", "FNumber",
    "ISOSpeedRatings", "FocalLength", "Flash", "Software", "Artist", "Copyright",
)  # fmt: skip
FAILURES = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, ZeroDivisionError, EOFError)
ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")


class PicturePages:
    """An open picture; the frames of a TIFF are its pages."""

    def __init__(self, file: Any) -> None:
        Image.MAX_IMAGE_PIXELS = None  # the limit below counts, and is no warning
        try:
            self._image = Image.open(file, formats=FORMATS)
            self._check(self._image)
            frames = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
        except UnidentifiedImageError as error:
            raise broken("no picture that is known") from error
        except FAILURES as error:
            raise broken(error) from error
        self._count = max(1, min(frames, MAX_FRAMES, MAX_SIZES))
        self._shown: tuple[int, Image.Image] | None = None
        self._facts = list(self._read_facts())[:MAX_FACTS]

    def close(self) -> None:
        """Close the picture."""
        self._image.close()

    def opened(self) -> DocumentOpened:
        """The number of frames, the size of the first in pixels, and what the camera wrote."""
        image = self._load(0)
        return DocumentOpened(self._count, [(float(image.width), float(image.height))], self._facts)

    def draw(self, what: Draw) -> tuple[Drawn, bytes]:
        """A part of a frame as pixels; the page's points are its own pixels."""
        image = self._load(what.page)
        size = float(image.width), float(image.height)
        left, top = what.left / what.scale, what.top / what.scale
        right = min(left + what.width / what.scale, size[0])
        bottom = min(top + what.height / what.scale, size[1])
        if right - left <= 0 or bottom - top <= 0:
            raise FileProblem("broken", "outside the picture")
        resample = Image.Resampling.NEAREST if what.scale > 2 else Image.Resampling.BILINEAR
        part = image.resize((what.width, what.height), resample, (left, top, right, bottom), reducing_gap=2.0)
        return Drawn(what.width, what.height, *size), part.convert("RGBA").tobytes("raw", "BGRA")

    def _load(self, index: int) -> Image.Image:
        if self._shown is None or self._shown[0] != index:
            self._shown = None
            try:
                frame = self._frame(index)
                self._check(frame)
                turned = ImageOps.exif_transpose(frame)
                self._shown = index, turned.convert("RGBA" if _has_alpha(turned) else "RGB")
            except MemoryError as error:
                raise FileProblem("too_large", "out of memory") from error
            except FAILURES as error:
                raise broken(error) from error
        return self._shown[1]

    def _frame(self, index: int) -> Image.Image:
        if index >= self._count:
            raise FileProblem("broken", f"no frame {index + 1}")
        if self._count > 1:
            self._image.seek(index)
        return self._image

    @staticmethod
    def _check(image: Image.Image) -> None:
        if image.width * image.height > MAX_PICTURE_PIXELS:
            raise FileProblem("too_large", f"{image.width} x {image.height} pixels")

    def _read_facts(self) -> Iterator[tuple[str, str]]:
        """What is said of the picture in its EXIF data, by EXIF's names, and "Position" in degrees."""
        image = self._image
        yield "Size", f"{image.width} × {image.height}"
        yield "Format", str(image.format or "")
        try:
            exif = image.getexif()
            said = dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif))
            position = _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
        except FAILURES:
            return
        named = {ExifTags.TAGS.get(number, ""): value for number, value in said.items()}
        for name in FACTS:
            if name in named and (text := _fact(named[name])):
                yield name, text
        if position:
            yield "Position", position


def load_decoders() -> None:
    """Import every decoder, as nothing can be imported once the process is confined."""
    pi_heif.register_heif_opener(thumbnails=False)
    Image.init()


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ALPHA or "transparency" in image.info


def _fact(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        return " ".join(value.replace("\x00", " ").split())[:MAX_FACT_CHARS]
    try:
        number = float(cast("float", value))
    except (TypeError, ValueError, ZeroDivisionError):
        return ""
    if not math.isfinite(number):
        return ""
    return f"1/{round(1 / number)}" if 0 < number < 0.5 else f"{number:g}"


def _position(gps: dict[int, Any]) -> str:
    """Latitude and longitude in degrees; "" if they are not there."""
    try:
        north, east = (
            sum(float(part) / 60**power for power, part in enumerate(gps[which]))
            * (-1 if gps[which - 1] in "SW" else 1)
            for which in (2, 4)
        )
    except FAILURES:
        return ""
    return f"{north:.5f}, {east:.5f}" if abs(north) <= 90 and abs(east) <= 180 else ""
