"""What an OCR engine is: what is installed of it, and how it reads a picture in the confined process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PIL import Image


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: `confidence` is 0 to 100; the box is in pixels of the picture. Words of one line share `line`.

    `paragraph` and `line` count up in reading order.
    """

    text: str
    confidence: float
    paragraph: int
    line: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class OcrInstallation:
    """What is there of an engine.

    `languages` are the codes that the user can choose from; none if the engine has no choice.
    """

    is_installed: bool
    version: str = ""
    languages: tuple[str, ...] = ()


class Recogniser(Protocol):
    """Reads pictures, in the confined process."""

    def words(self, picture: Image.Image, dpi: int) -> list[Word]:
        """The words of a picture in shades of grey, in reading order; raises FileProblem."""
        ...


class OcrEngine(Protocol):
    """An engine: a module of its own folder has these functions."""

    def installation(self) -> OcrInstallation:
        """What is installed; looks at some files, and starts nothing."""
        ...

    def readable_folders(self) -> tuple[str, ...]:
        """The folders that the confined process must read besides Python's and the system's libraries."""
        ...

    def open_recogniser(self, languages: tuple[str, ...]) -> Recogniser:
        """In the process, before it is confined: load what it needs. Raises OSError."""
        ...
