"""Data that is written as letters is left out of texts; long words are not."""

from __future__ import annotations

import base64
import random

import pytest

from core.extract.encoded import ELLIPSIS, without_encoded_data
from core.extract.read import read_bytes

DATA = random.Random(7).randbytes(60_000)


@pytest.mark.parametrize(
    "data",
    [
        base64.b64encode(DATA).decode(),
        base64.urlsafe_b64encode(DATA).decode(),
        base64.encodebytes(DATA).decode().strip(),
        "\n  ".join(base64.encodebytes(DATA[:700]).decode().splitlines()),
        base64.b64encode(DATA).decode().replace("/", "\\/"),
        base64.b64encode(DATA).decode().replace("/", "%2F").replace("+", "%2B"),
        "\n> ".join(base64.encodebytes(DATA[:700]).decode().splitlines()),
        DATA.hex(),
        DATA[:600].hex().upper(),
    ],
)
def test_data_is_left_out(data: str) -> None:
    assert without_encoded_data(f"before {data} after") == f"before {ELLIPSIS} after"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000, "ACGT" * 500, "/srv/projects/2024/harbourMasterplan" * 20, "A1b2" * 15, "word\n" * 100,
        "Donaudampfschifffahrtsgesellschaft" * 20, "图书馆" * 500,
        "\n".join(f"https://example.org/Harbour/page{number}/the-harbour-is-closed-in-winter" for number in range(9)),
    ],
)  # fmt: skip
def test_text_stays(text: str) -> None:
    assert without_encoded_data(text) == text


def test_a_note_with_a_picture_keeps_its_words() -> None:
    note = f"# Walk\n\nA heron.\n\n![](data:image/png;base64,{base64.b64encode(DATA * 40).decode()})\n\nA stork."
    assert read_bytes(note.encode(), b"walk.md").text == (
        f"# Walk\n\nA heron.\n\n![](data:image/png;base64,{ELLIPSIS})\n\nA stork."
    )
