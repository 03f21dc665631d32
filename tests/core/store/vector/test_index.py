"""Vectors: separate by model in the catalogue, and an index that is repaired from it."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from core.store.catalogue import vectors_table
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import STORED_DTYPE
from core.store.vector import files, segments
from core.store.vector.index import VectorIndex
from tests.builders.catalogues import model_spec, put_text, unit_vectors

DIMENSION = 16


@pytest.fixture
def filled_catalogue(catalogue: Catalogue) -> tuple[Catalogue, int, list[int]]:
    """(catalogue with 40 vectors, model id, passage ids)."""
    chunking = catalogue.passages.chunking_id("one")
    model = catalogue.vectors.model_id(model_spec(), chunking)
    content = put_text(catalogue, "/made/a.txt", "\n".join(f"line {n}" for n in range(40)), chunking)
    ids = [row.id for row in catalogue.passages.of_content(content, chunking)]
    catalogue.vectors.put(model, ids, unit_vectors(ids, DIMENSION))
    return catalogue, model, ids


def open_index(root: Path, filled_catalogue: tuple[Catalogue, int, list[int]]) -> VectorIndex:
    index = VectorIndex(root / "vectors" / "one.vectors", DIMENSION)
    index.sync(filled_catalogue[0].vectors, filled_catalogue[1])
    return index


def check_indexed(index: VectorIndex, ids: list[int]) -> None:
    """Check that each passage is indexed once, nearest to its own vector."""
    assert sorted(index.ids().tolist()) == sorted(ids)
    for number, vector in zip(ids, unit_vectors(ids, DIMENSION), strict=True):
        (best,) = index.search(vector, 1)
        assert best[0] == number
        assert best[1] == pytest.approx(1.0, abs=0.002)


def test_vectors_come_back_in_half_precision(filled_catalogue: tuple[Catalogue, int, list[int]]) -> None:
    catalogue, model, ids = filled_catalogue
    requested = np.array([*ids[3:7], 999])
    ((found, vectors),) = catalogue.vectors.read(model, requested)
    assert found.tolist() == ids[3:7]
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, unit_vectors(ids[3:7], DIMENSION), atol=0.001)
    assert list(catalogue.vectors.read(model, np.array([], np.int64))) == []


def test_vectors_of_two_models_stay_apart(filled_catalogue: tuple[Catalogue, int, list[int]]) -> None:
    catalogue, model, ids = filled_catalogue
    chunking = catalogue.passages.chunking_id("one")
    other = catalogue.vectors.model_id(model_spec("another", 8), chunking)
    assert catalogue.vectors.ids(other).tolist() == []
    catalogue.vectors.put(other, ids[:3], unit_vectors(ids[:3], 8, seed=5))
    assert catalogue.vectors.ids(other).tolist() == ids[:3]
    assert catalogue.vectors.ids(model).tolist() == ids
    ((_, vectors),) = catalogue.vectors.read(other, np.array(ids))
    assert vectors.shape == (3, 8)
    assert catalogue.vectors.model_id(model_spec(), catalogue.passages.chunking_id("two")) not in (model, other)


def test_what_waits_is_what_has_no_vector(filled_catalogue: tuple[Catalogue, int, list[int]]) -> None:
    catalogue, model, ids = filled_catalogue
    chunking = catalogue.passages.chunking_id("one")
    other = catalogue.vectors.model_id(model_spec("another"), chunking)
    empty = put_text(catalogue, "/made/empty.txt", " ", chunking)
    assert catalogue.vectors.waiting(model, chunking) == []
    assert [row[0] for row in catalogue.vectors.waiting(other, chunking)] == ids
    catalogue.vectors.put(other, ids[:10], unit_vectors(ids[:10], DIMENSION))
    catalogue.vectors.mark_complete(other, chunking)
    assert [row[0] for row in catalogue.vectors.waiting(other, chunking)] == ids[10:]
    catalogue.vectors.mark_complete(model, chunking)
    assert catalogue.counts(model).embedded == 2
    assert catalogue.counts(other).embedded == 1
    assert catalogue.passages.of_content(empty, chunking) == []


def test_a_vector_of_a_passage_that_is_gone_is_left_out(filled_catalogue: tuple[Catalogue, int, list[int]]) -> None:
    catalogue, model, ids = filled_catalogue
    catalogue.vectors.put(model, [ids[0], 9999], unit_vectors([1, 2], DIMENSION))
    catalogue.vectors.mark_embedded(model, [9999])
    assert catalogue.vectors.ids(model).tolist() == ids


def test_what_was_sent_to_an_engine_is_counted_for_good(catalogue: Catalogue) -> None:
    assert catalogue.vectors.sent_count() == 0
    catalogue.vectors.count_sent(5)
    catalogue.vectors.count_sent(7)
    assert catalogue.vectors.sent_count() == 12


def test_an_index_is_filled_from_the_catalogue_and_kept(
    tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]
) -> None:
    index = open_index(tmp_path, filled_catalogue)
    check_indexed(index, filled_catalogue[2])
    assert index.changed
    index.save()
    assert not index.changed
    again = VectorIndex(index.path, DIMENSION)
    check_indexed(again, filled_catalogue[2])
    again.sync(filled_catalogue[0].vectors, filled_catalogue[1])
    assert not again.changed
    assert [file.suffix for file in sorted(index.path.parent.iterdir())] == [".codes", ".vectors"]


@pytest.mark.parametrize("is_full", [False, True])
def test_an_index_that_is_made_anew_is_saved_meanwhile_if_the_disk_has_room(
    tmp_path: Path,
    filled_catalogue: tuple[Catalogue, int, list[int]],
    monkeypatch: pytest.MonkeyPatch,
    is_full: bool,
) -> None:
    """Otherwise a million vectors would be in memory at once."""
    monkeypatch.setattr(segments, "SEGMENT_ROWS", 16)
    monkeypatch.setattr(vectors_table, "READ_BATCH", 8)
    catalogue, model, ids = filled_catalogue
    index = VectorIndex(tmp_path / "vectors" / "one.vectors", DIMENSION, writable=True)
    with monkeypatch.context() as patch:
        if is_full:
            patch.setattr(files, "append", Mock(side_effect=OSError(errno.ENOSPC, "No space left on device")))
        index.sync(catalogue.vectors, model)
    check_indexed(index, ids)
    assert len(VectorIndex(index.path, DIMENSION)) == (0 if is_full else 32)
    index.save()
    check_indexed(VectorIndex(index.path, DIMENSION), ids)


def test_surplus_vectors_are_reported_and_removed(
    tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]
) -> None:
    index = open_index(tmp_path, filled_catalogue)
    assert index.sync(filled_catalogue[0].vectors, filled_catalogue[1]) is False
    index.add(np.array([70_001]), unit_vectors([5], DIMENSION), 1)
    index.save()
    assert index.sync(filled_catalogue[0].vectors, filled_catalogue[1]) is True
    index.save()
    check_indexed(VectorIndex(index.path, DIMENSION), filled_catalogue[2])
    index.delete_files()
    assert (len(index), list(index.path.parent.iterdir())) == (0, [])
    index.sync(filled_catalogue[0].vectors, filled_catalogue[1])
    index.save()
    check_indexed(VectorIndex(index.path, DIMENSION), filled_catalogue[2])


def test_a_vector_that_is_added_again_replaces_the_one_before(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "one.vectors", DIMENSION)
    for seed in (1, 2, 3):
        index.add(np.array([4, 5]), unit_vectors([4, 5], DIMENSION, seed), 1)
        if seed != 2:
            index.save()
    again = VectorIndex(index.path, DIMENSION)
    assert again.ids().tolist() == index.ids().tolist() == [4, 5]
    assert again.search(unit_vectors([5], DIMENSION, 3)[0], 1) == [(5, pytest.approx(1.0, abs=0.002))]


def test_an_index_has_the_vectors_that_the_catalogue_has(tmp_path: Path) -> None:
    ids = list(range(1, 4001))  # enough for some components that FAISS rounds otherwise
    vectors = unit_vectors(ids, DIMENSION)
    index = VectorIndex(tmp_path / "one.vectors", DIMENSION)
    index.add(np.array(ids), vectors, 1)
    scores = dict(index.search(vectors[0], len(ids)))
    stored = vectors.astype(STORED_DTYPE).astype(np.float32)
    assert scores == pytest.approx(dict(zip(ids, (stored @ vectors[0]).tolist(), strict=True)), abs=1e-6)


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "none.vectors", DIMENSION)
    assert index.search(unit_vectors([1], DIMENSION)[0], 5) == []
    index.remove(np.array([1, 2]))
    index.save()
    assert len(index) == 0


def test_a_limit_over_the_number_of_vectors(tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]) -> None:
    index = open_index(tmp_path, filled_catalogue)
    found = index.search(unit_vectors([filled_catalogue[2][0]], DIMENSION)[0], 1000)
    assert sorted(number for number, _ in found) == filled_catalogue[2]
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)


def test_a_row_of_zeros_is_near_to_nothing(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "one.vectors", DIMENSION)
    index.add(np.array([1, 2]), np.vstack([np.zeros(DIMENSION, np.float32), unit_vectors([2], DIMENSION)[0]]), 1)
    assert [number for number, _ in index.search(unit_vectors([2], DIMENSION)[0], 2)] == [2]


def test_searching_while_another_thread_adds_and_removes(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "one.vectors", DIMENSION)
    kept = list(range(100))
    index.add(np.array(kept), unit_vectors(kept, DIMENSION), 1)
    stop, wrong = threading.Event(), []

    def search() -> None:
        query = unit_vectors([42], DIMENSION)[0]
        while not stop.is_set():
            found = index.search(query, 3)
            if not found or found[0][0] != 42:
                wrong.append(found)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for start in range(1000, 3000, 100):
        more = list(range(start, start + 100))
        index.add(np.array(more), unit_vectors(more, DIMENSION), 1)
        index.remove(np.array(more[::2]))
        index.save()
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(index) == 100 + 20 * 50


def test_the_cosines_of_some_passages_are_those_of_a_search(
    tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]
) -> None:
    index, ids = open_index(tmp_path, filled_catalogue), filled_catalogue[2]
    query = unit_vectors([7], DIMENSION, seed=3)[0]
    searched = dict(index.search(query, len(ids)))
    assert index.cosines(query, [*ids[::3], 999, -1]) == pytest.approx({n: searched[n] for n in ids[::3]}, abs=1e-5)
    gone, new = np.array(ids[:5]), np.array([501, 502])
    index.remove(gone)
    index.add(new, unit_vectors([501, 502], DIMENSION), 1)
    requested_ids = [*ids[:8], 501, 502]
    assert index.cosines(query, requested_ids) == pytest.approx(
        {n: s for n, s in index.search(query, 99) if n in requested_ids}, abs=1e-5
    )
    assert index.cosines(query, []) == {}
    assert VectorIndex(tmp_path / "none.vectors", DIMENSION).cosines(query, [1, 2]) == {}


def test_unloaded_vectors_are_loaded_when_they_are_needed(
    tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]
) -> None:
    index, ids = open_index(tmp_path, filled_catalogue), filled_catalogue[2]
    index.unload()
    check_indexed(index, ids)  # nothing is saved yet, so nothing was unloaded
    index.save()
    index.unload()
    assert not index.is_loaded
    index.path.rename(tmp_path / "aside")
    assert len(index) == len(ids)  # which needs no file
    (tmp_path / "aside").rename(index.path)
    check_indexed(index, ids)
    index.unload()
    index.unload()
    vector = unit_vectors(ids[:1], DIMENSION)[0]
    assert index.cosines(vector, ids[:2])[ids[0]] == pytest.approx(1.0, abs=0.002)
    index.unload()
    index.remove(np.array(ids[:5]))
    index.unload()
    check_indexed(index, ids[5:])


def test_a_file_that_was_damaged_while_unloaded_is_rebuilt_at_the_next_start(
    tmp_path: Path, filled_catalogue: tuple[Catalogue, int, list[int]]
) -> None:
    index, ids = open_index(tmp_path, filled_catalogue), filled_catalogue[2]
    index.save()
    index.unload()
    index.path.write_bytes(b"damaged")
    assert index.search(unit_vectors(ids[:1], DIMENSION)[0], 1) == []
    check_indexed(open_index(tmp_path, filled_catalogue), ids)
