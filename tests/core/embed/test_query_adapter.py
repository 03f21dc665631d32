"""The map of query vectors: it learns a direction, does nothing where there is nothing to learn, and is kept safely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.embed.query_adapter import NAME, Example, QueryAdapter, forget

DIMENSION = 32
Rng = np.random.Generator


def unit(rng: Rng) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    vector = rng.standard_normal(DIMENSION).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def test_it_moves_new_queries_the_way_that_the_examples_went() -> None:
    """Whatever is asked, what was opened has more of the first axis."""
    rng = np.random.default_rng(14)
    axis = np.eye(DIMENSION, dtype=np.float32)[0]
    common = unit(rng)  # as vectors of one model have much in common

    def query() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        mixed = common + 0.5 * unit(rng)
        return (mixed / np.linalg.norm(mixed)).astype(np.float32)

    examples = [Example(one := query(), one + 0.3 * axis, one - 0.3 * axis) for _ in range(120)]
    adapter = QueryAdapter.fitted(examples, "model")
    for _ in range(20):
        new = query()
        mapped = adapter.apply(new)
        assert float(mapped @ axis) > float(new @ axis) + 0.1
        assert float(np.linalg.norm(mapped)) == pytest.approx(1, abs=1e-5)


def test_it_does_nothing_where_what_was_opened_is_as_what_was_not() -> None:
    rng = np.random.default_rng(14)
    examples = [Example(unit(rng), one := unit(rng), one) for _ in range(120)]
    adapter = QueryAdapter.fitted(examples, "model")
    query = unit(rng)
    assert np.allclose(adapter.apply(query), query, atol=1e-5)


def test_it_is_kept_for_its_model_and_a_damaged_file_is_none(tmp_path: Path) -> None:
    rng = np.random.default_rng(14)
    adapter = QueryAdapter.fitted([Example(unit(rng), unit(rng), unit(rng)) for _ in range(9)], "model")
    assert QueryAdapter.load(tmp_path, "model") is None
    adapter.save(tmp_path)
    loaded = QueryAdapter.load(tmp_path, "model")
    assert loaded is not None
    query = unit(rng)
    assert np.allclose(loaded.apply(query), adapter.apply(query), atol=1e-2)
    assert QueryAdapter.load(tmp_path, "another") is None
    data = (tmp_path / NAME).read_bytes()
    for damaged in (b"", data[:100], b"no archive", data[:400] + b"????" + data[404:]):
        (tmp_path / NAME).write_bytes(damaged)
        assert QueryAdapter.load(tmp_path, "model") is None
    forget(tmp_path)
    forget(tmp_path)
    assert list(tmp_path.iterdir()) == []
