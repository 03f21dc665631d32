"""The vectors of texts that outlive the program: found again, bounded, and harmless when the file is damaged."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.store import text_vectors
from core.store.text_vectors import TextVectors, Vectors

DIMENSION = 4


class Model:
    """Embeds a text by its length, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return np.array([[len(text), 1, 0, 0] for text in texts], np.float32)


def opened(root: Path, *, writable: bool = True) -> TextVectors:
    return TextVectors(root, "fingerprint", DIMENSION, writable=writable)


def file_in(root: Path) -> Path:
    (path,) = (root / text_vectors.FOLDER).iterdir()
    return path


def test_a_text_is_embedded_once_also_after_a_restart(tmp_path: Path) -> None:
    model = Model()
    first = opened(tmp_path).get(["a", "bb", "a"], model.embed)
    assert first.tolist() == [[1, 1, 0, 0], [2, 1, 0, 0], [1, 1, 0, 0]]
    again = opened(tmp_path)
    assert again.get(["bb", "ccc"], model.embed).tolist() == [[2, 1, 0, 0], [3, 1, 0, 0]]
    again.release()
    assert again.known(["a", "ccc", "dddd"]) == [True, True, False]
    assert model.asked == ["a", "bb", "ccc"]
    assert stat.S_IMODE(file_in(tmp_path).parent.stat().st_mode) == 0o700


def test_one_that_is_only_read_writes_nothing(tmp_path: Path) -> None:
    model = Model()
    reader = opened(tmp_path, writable=False)
    reader.get(["a"], model.embed)
    reader.release()
    assert reader.known(["a"]) == [True]
    assert list(tmp_path.iterdir()) == []


def test_the_older_half_goes_when_the_file_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = text_vectors.DIGEST_BYTES + 2 * DIMENSION + 4
    monkeypatch.setattr(text_vectors, "MAX_BYTES", 8 * record)
    model, vectors = Model(), opened(tmp_path)
    for number in range(1, 10):
        vectors.get(["x" * number], model.embed)
    assert file_in(tmp_path).stat().st_size == 4 * record
    assert opened(tmp_path).known(["x" * number for number in range(1, 10)]) == 5 * [False] + 4 * [True]


def test_damaged_records_are_embedded_again(tmp_path: Path) -> None:
    model = Model()
    opened(tmp_path).get(["a", "bb", "ccc"], model.embed)
    path = file_in(tmp_path)
    data = bytearray(path.read_bytes())
    data[text_vectors.DIGEST_BYTES + 3] ^= 8
    path.write_bytes(bytes(data[:-5]))  # the last one is torn, too
    vectors = opened(tmp_path)
    assert vectors.known(["a", "bb", "ccc"]) == [False, True, False]
    vectors.get(["a", "ccc"], model.embed)
    assert opened(tmp_path).known(["a", "bb", "ccc"]) == [True, True, True]
