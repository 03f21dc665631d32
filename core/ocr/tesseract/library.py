"""Tesseract's library (its C interface, capi.h): only what reads a picture."""

from __future__ import annotations

import ctypes
import ctypes.util
import functools

from PIL import Image

from core.errors import FileProblem
from core.ocr.base import Word
from core.ocr.tesseract import turned

SONAMES = ("libtesseract.so.5", "libtesseract.so.4", "libtesseract.5.dylib")
LSTM_ONLY = 1  # of the engine modes: the traineddata files of today have no other
DEFAULT_ENGINE = 3  # what the file has: that of directions is of the old engine
DIRECTIONS = b"osd"  # the file that tells how a page is turned
AUTO = 3  # of the page segmentation modes
WORD_LEVEL = 5  # of the rows of its table
COLUMNS = 12  # level, page, block, paragraph, line, word, left, top, width, height, confidence, text


class TesseractLibraryError(OSError):
    """The library is not there, or does not take the languages."""


@functools.cache
def load() -> ctypes.CDLL:
    """The library; raises TesseractLibraryError."""
    for name in dict.fromkeys((*SONAMES, ctypes.util.find_library("tesseract") or "")):
        if name:
            try:
                return _declared(ctypes.CDLL(name))
            except (OSError, AttributeError):
                continue
    raise TesseractLibraryError("libtesseract is not installed")


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    handle, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    real_at = ctypes.POINTER(ctypes.c_float)
    for name, result, arguments in (
        ("TessVersion", text, ()),
        ("TessBaseAPICreate", handle, ()),
        ("TessBaseAPIInit2", number, (handle, text, text, number)),
        ("TessBaseAPISetVariable", number, (handle, text, text)),
        ("TessBaseAPISetPageSegMode", None, (handle, number)),
        ("TessBaseAPISetImage", None, (handle, text, number, number, number, number)),
        ("TessBaseAPISetSourceResolution", None, (handle, number)),
        ("TessBaseAPIRecognize", number, (handle, handle)),
        ("TessBaseAPIGetTsvText", handle, (handle, number)),
        (
            "TessBaseAPIDetectOrientationScript",
            number,
            (handle, ctypes.POINTER(number), real_at, ctypes.POINTER(text), real_at),
        ),
        ("TessBaseAPIClear", None, (handle,)),
        ("TessDeleteText", None, (handle,)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, list(arguments)
    return library


class TesseractRecogniser:
    """Reads pictures with the languages of `folder` (Tesseract's tessdata); raises TesseractLibraryError."""

    def __init__(self, folder: str, languages: tuple[str, ...]) -> None:
        self._library = load()
        self._handle = self._library.TessBaseAPICreate()
        requested = "+".join(languages).encode()
        if self._library.TessBaseAPIInit2(self._handle, folder.encode(), requested, LSTM_ONLY) != 0:
            raise TesseractLibraryError(f"Tesseract cannot load {requested.decode()} from {folder}")
        self._library.TessBaseAPISetPageSegMode(self._handle, AUTO)
        self._directions: int | None = self._library.TessBaseAPICreate()
        if self._library.TessBaseAPIInit2(self._directions, folder.encode(), DIRECTIONS, DEFAULT_ENGINE) != 0:
            self._directions = None  # its file is not installed everywhere

    def words(self, picture: Image.Image, dpi: int) -> list[Word]:
        """The words of a picture in shades of grey, also of one that was turned; raises FileProblem."""
        found = self._read(picture, dpi)
        if self._directions is not None and turned.is_doubtful(found):
            turn = self._turn(picture, dpi)
            upright = (
                turned.back(self._read(picture.rotate(turn, expand=True), dpi), picture.size, turn) if turn else []
            )
            if turned.weight(upright) > turned.weight(found):
                return upright
        return found

    def _turn(self, picture: Image.Image, dpi: int) -> int:
        """By how many degrees, against the clock, a picture must be turned to be upright: 0, 90, 180 or 270."""
        library, handle = self._library, self._directions
        degrees, script = ctypes.c_int(), ctypes.c_char_p()
        trust, script_trust = ctypes.c_float(), ctypes.c_float()
        self._set_picture(handle, picture, dpi)
        is_found = library.TessBaseAPIDetectOrientationScript(
            handle, ctypes.byref(degrees), ctypes.byref(trust), ctypes.byref(script), ctypes.byref(script_trust)
        )
        library.TessBaseAPIClear(handle)
        return degrees.value % 360 if is_found and degrees.value % 90 == 0 else 0

    def _set_picture(self, handle: int | None, picture: Image.Image, dpi: int) -> None:
        self._library.TessBaseAPISetImage(handle, picture.tobytes(), picture.width, picture.height, 1, picture.width)
        self._library.TessBaseAPISetSourceResolution(handle, dpi)

    def _read(self, picture: Image.Image, dpi: int) -> list[Word]:
        library, handle = self._library, self._handle
        self._set_picture(handle, picture, dpi)
        try:
            if library.TessBaseAPIRecognize(handle, None) != 0:
                raise FileProblem("crashed", "Tesseract gave up")
            table = library.TessBaseAPIGetTsvText(handle, 0)
            try:
                rows = ctypes.string_at(table).decode("utf-8", "replace").splitlines() if table else []
            finally:
                library.TessDeleteText(table)
        finally:
            library.TessBaseAPIClear(handle)
        return _words(rows)


def _words(rows: list[str]) -> list[Word]:
    found: list[Word] = []
    paragraphs: dict[tuple[str, ...], int] = {}
    lines: dict[tuple[str, ...], int] = {}
    for row in rows:
        cells = row.split("\t", COLUMNS - 1)
        if len(cells) < COLUMNS or cells[0] != str(WORD_LEVEL) or not cells[-1].strip():
            continue
        paragraph = paragraphs.setdefault(tuple(cells[1:4]), len(paragraphs))
        line = lines.setdefault(tuple(cells[1:5]), len(lines))
        left, top, width, height = map(int, cells[6:10])
        found.append(Word(cells[-1].strip(), float(cells[10]), paragraph, line, left, top, left + width, top + height))
    return found
