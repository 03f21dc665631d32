"""SVG and HEIC pictures, drawn in the real process."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from core.errors import FileProblem
from core.preview.renderer import PagePart, PageRenderer

pytestmark = pytest.mark.slow

# 64 x 48 pixels, red on the left and blue on the right.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABoQABAAAAAAAAADoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAA"
    "AADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAE"
    "JtZGF0AAAANigBr1jm9Oq//+Pyv/6uTIfLB59f/lz1X7TPz/sg1UktsDPjHjUM10hC0gYJ8yxOZ+cGXJaxwA=="
)
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
<rect width="100" height="50" fill="red"/><rect x="100" y="50" width="100" height="50" fill="blue"/>{inner}</svg>"""


@pytest.fixture(scope="module")
def renderer() -> Iterator[PageRenderer]:
    made = PageRenderer()
    made.warm()
    yield made
    made.close()


def drawn(renderer: PageRenderer, path: Path, part: PagePart) -> tuple[list[tuple[float, float]], Image.Image]:
    """(sizes of the pages, a part of the first as it is drawn)."""
    document = renderer.open(str(path), "picture")
    picture = renderer.draw(document, part)
    image = Image.frombytes("RGBA", (part.width, part.height), picture.pixels, "raw", "BGRA")
    return list(document.sizes), image


def test_a_heic_picture(renderer: PageRenderer, tmp_path: Path) -> None:
    path = tmp_path / "photo.heic"
    path.write_bytes(HEIC)
    sizes, image = drawn(renderer, path, PagePart(0, 1.0, 0, 0, 64, 48))
    assert sizes == [(64.0, 48.0)]
    left, right = image.convert("RGB").getpixel((10, 20)), image.convert("RGB").getpixel((54, 20))
    assert left[0] > 150 > left[2]  # type: ignore[index]
    assert right[2] > 150 > right[0]  # type: ignore[index]


@pytest.mark.parametrize("packed", [False, True])
def test_a_vector_picture_is_sharp_at_each_scale(renderer: PageRenderer, tmp_path: Path, *, packed: bool) -> None:
    path = tmp_path / "plan.svg"
    data = SVG.format(inner="").encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    sizes, image = drawn(renderer, path, PagePart(0, 4.0, 380, 180, 60, 40))
    assert sizes == [(200.0, 100.0)]
    assert image.getpixel((19, 19)) == (255, 0, 0, 255)
    assert image.getpixel((20, 20)) == (0, 0, 255, 255)
    assert image.getpixel((40, 5)) == (0, 0, 0, 0)


def test_a_vector_picture_shows_no_other_file(renderer: PageRenderer, tmp_path: Path) -> None:
    other = tmp_path / "secret.png"
    Image.new("RGB", (50, 50), "#00ff00").save(other)
    inner = f'<image href="{other}" width="200" height="100"/><image href="{other.as_uri()}" width="200" height="100"/>'
    path = tmp_path / "curious.svg"
    path.write_text(SVG.format(inner=inner))
    _, image = drawn(renderer, path, PagePart(0, 1.0, 0, 0, 200, 100))
    assert (0, 255, 0, 255) not in {colour for _, colour in image.getcolors() or []}
    assert image.getpixel((10, 10)) == (255, 0, 0, 255)


@pytest.mark.parametrize(
    ("text", "code"),
    [("<svg", "broken"), (SVG.replace('viewBox="0 0 200 100"', 'width="1e9" height="1e9"'), "too_large")],
)
def test_what_cannot_be_drawn_is_a_problem(renderer: PageRenderer, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "bad.svg"
    path.write_text(text)
    with pytest.raises(FileProblem) as problem:
        renderer.open(str(path), "picture")
    assert problem.value.code == code
