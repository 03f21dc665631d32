"""Small pictures of the first pages of documents, drawn in a drawing process of their own and kept on disk."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import FileProblem
from core.preview.messages import Source
from core.preview.renderer import PagePart, PageRenderer
from core.private_files import private_folder

EDGE = 96  # pixels: the largest icon of a row, on a screen with three pixels a point
MAX_BYTES = 64_000_000  # on disk
ROOM_SHARE = 0.8  # of MAX_BYTES that is left after the oldest were deleted
MAX_UNDRAWN = 5_000
BYTES_PER_PIXEL = 4
_SIZE = struct.Struct("<HH")


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """Rows of four bytes a pixel: blue, green, red, alpha."""

    width: int
    height: int
    pixels: bytes


class Thumbnails:
    """Draws a document once for each state of its file; any thread may call it, and waits.

    The files of `folder` are for this user alone. Their names say nothing of the documents; the longest unused ones go
    when there are more than MAX_BYTES.
    """

    def __init__(self, folder: Path, renderer: PageRenderer | None = None) -> None:
        self._folder = folder
        self._renderer = renderer or PageRenderer()  # not that of the preview, which must not wait for it
        self._lock = threading.Lock()
        self._failed: set[str] = set()
        self._written = -1  # bytes in the folder; -1 until they are counted

    def get(self, path: str, source: Source) -> Thumbnail | None:
        """The picture of a document; None of one that cannot be drawn."""
        try:
            facts = os.stat(path)
        except (OSError, ValueError):
            return None
        state = (os.fsencode(path), facts.st_ino, facts.st_size, facts.st_mtime_ns, source, EDGE)
        name = hashlib.sha256(repr(state).encode()).hexdigest()
        with self._lock:
            if name in self._failed:
                return None
            kept = _read(self._folder / name)
            if kept is not None:
                return kept
            try:
                drawn = self._draw(path, source)
            except (FileProblem, OSError):
                if len(self._failed) < MAX_UNDRAWN:
                    self._failed.add(name)
                return None
            with suppress(OSError):  # a full disk: it is drawn again
                self._keep(name, drawn)
            return drawn

    def release(self) -> None:
        """End the drawing process until it is needed again."""
        self._renderer.release()

    def clear(self) -> None:
        """Delete all of them, and end the drawing process."""
        with self._lock:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._failed.clear()
            self._written = -1
        self.release()

    def close(self) -> None:
        """End the drawing process for good."""
        self._renderer.close()

    def _draw(self, path: str, source: Source) -> Thumbnail:
        document = self._renderer.open(path, source)
        width, height = document.size(0)
        scale = EDGE / max(width, height, 1.0)
        across, down = (max(1, min(EDGE, round(length * scale))) for length in (width, height))
        part = PagePart(0, scale, 0, 0, across, down)
        picture = self._renderer.draw(document, part)
        return Thumbnail(part.width, part.height, picture.pixels)

    def _keep(self, name: str, drawn: Thumbnail) -> None:
        data = _SIZE.pack(drawn.width, drawn.height) + zlib.compress(drawn.pixels)
        private_folder(self._folder)
        file, unfinished = self._folder / name, self._folder / f"{name}.part"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(unfinished, file)
        if self._written < 0:
            self._written = sum(entry.stat().st_size for entry in self._folder.iterdir())
        else:
            self._written += len(data)
        if self._written > MAX_BYTES:
            self._make_room()

    def _make_room(self) -> None:
        """Delete those that were not looked at for the longest time."""
        files = sorted(((entry.stat(), entry) for entry in self._folder.iterdir()), key=lambda pair: pair[0].st_mtime)
        self._written = sum(facts.st_size for facts, _ in files)
        for facts, file in files:
            if self._written <= MAX_BYTES * ROOM_SHARE:
                break
            file.unlink(missing_ok=True)
            self._written -= facts.st_size


def _read(file: Path) -> Thumbnail | None:
    """A kept picture; None of one that is missing or damaged."""
    try:
        data = file.read_bytes()
        width, height = _SIZE.unpack_from(data)
        if not (0 < width <= EDGE and 0 < height <= EDGE):
            return None
        expected = width * height * BYTES_PER_PIXEL
        pixels = zlib.decompressobj().decompress(data[_SIZE.size :], expected + 1)
    except (OSError, struct.error, zlib.error):
        return None
    if len(pixels) != expected:
        return None
    with suppress(OSError):
        now = time.time()
        os.utime(file, (now, now))  # says when it was used
    return Thumbnail(width, height, pixels)
