"""Small pictures of documents: drawn once, kept for this user alone, within a bound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from core.preview import thumbnails
from core.preview.renderer import PageRenderer
from core.preview.thumbnails import EDGE, Thumbnails

pytestmark = pytest.mark.slow


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Thumbnails]:
    made = Thumbnails(tmp_path / "cache" / "thumbnails")
    yield made
    made.close()


def red_picture(path: Path) -> Path:
    Image.new("RGB", (400, 200), (255, 0, 0)).save(path)
    return path


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "thumbnails").glob("*"))


def test_pictures_and_pdfs_are_drawn_and_kept(
    kept: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = red_picture(tmp_path / "red.png")
    pdf = pypdfium2.PdfDocument.new()
    pdf.new_page(300, 600)
    pdf.save(tmp_path / "page.pdf")
    red, page = kept.get(str(picture), "picture"), kept.get(str(tmp_path / "page.pdf"), "pdf")
    assert red is not None
    assert page is not None
    assert (red.width, red.height, red.pixels[:4]) == (EDGE, EDGE // 2, bytes((0, 0, 255, 255)))
    assert (page.width, page.height, page.pixels[:3]) == (EDGE // 2, EDGE, bytes((255, 255, 255)))
    assert [stat.S_IMODE(file.stat().st_mode) for file in files(tmp_path)] == [0o600, 0o600]
    assert stat.S_IMODE((tmp_path / "cache" / "thumbnails").stat().st_mode) == 0o700
    assert not any("red" in file.name for file in files(tmp_path))
    monkeypatch.setattr(PageRenderer, "draw", None)
    assert kept.get(str(picture), "picture") == red
    monkeypatch.undo()
    Image.new("RGB", (200, 400), (0, 0, 255)).save(picture)
    blue = kept.get(str(picture), "picture")
    assert blue is not None
    assert (blue.width, blue.pixels[:4]) == (EDGE // 2, bytes((255, 0, 0, 255)))
    for file in files(tmp_path):
        file.write_bytes(b"\xff\xff damaged")
    assert kept.get(str(picture), "picture") == blue
    kept.clear()
    assert files(tmp_path) == []
    assert kept.get(str(picture), "picture") == blue


def test_what_cannot_be_drawn_has_none_and_is_not_tried_again(
    kept: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    assert kept.get(str(tmp_path / "missing.png"), "picture") is None
    assert kept.get(str(broken), "picture") is None
    monkeypatch.setattr(PageRenderer, "open", None)
    assert kept.get(str(broken), "picture") is None


def test_the_longest_unused_go_when_there_are_too_many(
    kept: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        kept.get(str(red_picture(tmp_path / f"{number}.png")), "picture")
    by_age = files(tmp_path)
    for age, file in enumerate(by_age):
        os.utime(file, (1_000 + age, 1_000 + age))
    size = by_age[0].stat().st_size
    monkeypatch.setattr(thumbnails, "MAX_BYTES", 4 * size)
    kept.get(str(red_picture(tmp_path / "new.png")), "picture")
    left = files(tmp_path)
    assert sum(file.stat().st_size for file in left) <= 4 * size * thumbnails.ROOM_SHARE
    assert by_age[0] not in left
    assert by_age[-1] in left
