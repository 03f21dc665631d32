"""Tesseract: whether the system has it, with which languages, and what its process needs."""

from __future__ import annotations

import os
from pathlib import Path

from core.ocr.base import OcrInstallation, Recogniser
from core.ocr.tesseract.library import TesseractLibraryError, TesseractRecogniser, load

ENDING = ".traineddata"
NO_LANGUAGES = frozenset(("osd", "equ", "snum"))  # trained for the direction of a page, formulas, and numbers alone
# Where Debian, Fedora, Arch, openSUSE, Homebrew and sources put the languages.
FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tesseract/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/app/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def installation() -> OcrInstallation:
    """Whether the library is there, its version, and the languages installed for it."""
    try:
        version = load().TessVersion().decode()
    except TesseractLibraryError:
        return OcrInstallation(is_installed=False)
    folder = _folder()
    names = sorted(path.name.removesuffix(ENDING) for path in folder.glob(f"*{ENDING}")) if folder else []
    return OcrInstallation(
        is_installed=True, version=version, languages=tuple(name for name in names if name not in NO_LANGUAGES)
    )


def readable_folders() -> tuple[str, ...]:
    """The folder of the languages."""
    folder = _folder()
    return (str(folder),) if folder else ()


def open_recogniser(languages: tuple[str, ...]) -> Recogniser:
    """Load the library and its languages; raises OSError."""
    os.environ["OMP_THREAD_LIMIT"] = "1"  # several threads a page take more processor time and hardly less of the clock
    folder = _folder()
    if folder is None:
        raise TesseractLibraryError("no languages are installed for Tesseract")
    return TesseractRecogniser(str(folder), languages)


def _folder() -> Path | None:
    """The folder with the most languages, as `TESSDATA_PREFIX` or the system say; None without any."""
    own = os.environ.get("TESSDATA_PREFIX", "")
    folders = [Path(own)] if own else [Path(name) for name in FOLDERS]
    counted = [(len(list(folder.glob(f"*{ENDING}"))), folder) for folder in folders if folder.is_dir()]
    count, folder = max(counted, key=lambda pair: pair[0], default=(0, None))
    return folder if count else None
