"""Pictures, audio and video are read by seeking in them, by real confined workers: little of them is read."""

from __future__ import annotations

import os
import queue
from pathlib import Path

import pytest
from PIL import Image

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool
from core.extract_workers.source_file import SAMPLE, SourceFile
from tests.builders import documents
from tests.core.extract.test_pictures import exif, mp3, picture


def read(folder: Path, *names: str) -> list[ExtractionResult]:
    results: queue.Queue[ExtractionResult] = queue.Queue()
    limits = Limits(max_file_bytes=1_000_000)
    pool = WorkerPool(1, ChunkingConfig("multilingual", 100, 10), results.put, limits=limits)
    try:
        for token, name in enumerate(names):
            pool.submit(ExtractionJob(token, os.fsencode(folder / name), 5))
        found = [results.get(timeout=60) for _ in names]
    finally:
        pool.close()
    return sorted(found, key=lambda result: result.token)


@pytest.mark.slow
def test_words_of_a_sound_larger_than_the_limit_and_of_pictures(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_bytes(mp3(TIT2="Lamp song") + bytes(3_000_000))
    (tmp_path / "photo.jpg").write_bytes(picture("JPEG", exif=exif(ImageDescription="Tower at dusk")))
    (tmp_path / "icon.png").write_bytes(picture("PNG"))
    (tmp_path / "page.jpg").write_bytes(documents.pdf(["Invoice 17"]) + b"%" * 600_000)
    Image.new("RGB", (700, 700)).save(tmp_path / "plain.tif")
    song, photo, icon, page, plain = read(tmp_path, "song.mp3", "photo.jpg", "icon.png", "page.jpg", "plain.tif")
    assert song.document is not None
    assert (song.document.title, song.document.text) == ("Lamp song", "Lamp song")
    assert photo.document is not None
    assert photo.document.text == "Tower at dusk"
    assert page.document is not None
    assert (page.document.kind, page.document.text) == ("pdf", "Invoice 17")
    assert icon.is_unrecognised
    assert plain.is_unrecognised


def test_the_hash_of_a_sound_is_of_its_size_beginning_and_end(tmp_path: Path) -> None:
    def hash_of(data: bytes, name: str = "a.mp3") -> bytes:
        (tmp_path / name).write_bytes(data)
        with SourceFile.open(os.fsencode(tmp_path / name)) as file:
            return file.hash(lambda: None)

    data = bytes(3 * SAMPLE)
    first = hash_of(data)
    assert hash_of(data[: SAMPLE + 9] + b"x" + data[SAMPLE + 10 :]) == first
    assert hash_of(b"x" + data[1:]) != first
    assert hash_of(data[:-1] + b"x") != first
    assert hash_of(data + b"\0") != first
    assert hash_of(data, "a.txt") != first
