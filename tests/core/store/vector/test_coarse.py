"""Codes that find candidates: the same best passages, whatever is added, removed, damaged or compacted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.store.candidates import Candidates, PassageOwners
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import STORED_DTYPE, Ids, Vectors
from core.store.vector import coarse, saved, scan, segments
from core.store.vector.index import VectorIndex

DIMENSION = 128
SEGMENT_ROWS = 256
ROWS = 5 * SEGMENT_ROWS + 40  # three groups of two segments, the last one half full, and a segment without codes
NEAREST = 5


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "SEGMENT_ROWS", SEGMENT_ROWS)
    monkeypatch.setattr(coarse, "GROUP_SEGMENTS", 2)
    monkeypatch.setattr(coarse, "REFINED", 40)  # so few rows would be too few candidates
    _say_crossing(monkeypatch, 0.0)


def _say_crossing(monkeypatch: pytest.MonkeyPatch, rows: float) -> None:
    """Let the measurement say that codes are worth it from so many rows on."""
    monkeypatch.setattr(coarse, "crossing", lambda *_: rows)


def _vectors(count: int, seed: int) -> Vectors:
    """Vectors around twenty centres, as those of texts are."""
    source = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((20, DIMENSION))
    found = centres[source.integers(0, 20, count)] + 0.7 * source.standard_normal((count, DIMENSION))
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def _encode(index: VectorIndex) -> int:
    """Make all codes; returns the number of steps."""
    steps = 0
    while index.encode_next():
        steps += 1
    return steps


def _files(index: VectorIndex) -> list[Path]:
    return sorted(index.path.parent.glob("*.coarse*"))


class Known:
    """An index, and the vectors that it should have."""

    def __init__(self, path: Path) -> None:
        self.index = VectorIndex(path, DIMENSION)
        self.vectors: dict[int, Vectors] = {}

    def add(self, first: int, count: int) -> None:
        ids, vectors = np.arange(first, first + count), _vectors(count, first)
        self.index.add(ids, vectors, ids)
        self.vectors.update(zip(ids.tolist(), vectors, strict=True))

    def remove(self, ids: Ids) -> None:
        self.index.remove(ids)
        for number in ids.tolist():
            del self.vectors[number]

    def check(self) -> None:
        """Check that the nearest are those of a comparison of all, with exact scores."""
        ids = list(self.vectors)
        rows = np.array([self.vectors[number] for number in ids])
        for query in _vectors(12, 999):
            scores = dict(zip(ids, (rows @ query).tolist(), strict=True))
            found = self.index.search(query, NEAREST)
            assert dict(found) == pytest.approx({number: scores[number] for number, _ in found}, abs=0.001)
            best = sorted(scores.values(), reverse=True)[:NEAREST]
            assert [score for _, score in found] == pytest.approx(best, abs=0.001)


@pytest.fixture
def known(tmp_path: Path) -> Known:
    """An index with codes."""
    known = Known(tmp_path / "one.vectors")
    known.add(1, ROWS)
    known.index.save()
    assert _encode(known.index) == 1 + 5  # the measurement, and five full segments
    return known


def test_the_nearest_stay_the_same_while_passages_come_and_go(known: Known) -> None:
    known.check()
    known.add(5000, 30)  # in memory
    known.check()
    known.remove(np.arange(1, 400, 3))
    known.check()
    known.index.save()
    known.check()
    known.add(6000, 2 * SEGMENT_ROWS)
    known.index.save()
    known.check()  # half of them without codes
    assert _encode(known.index) == 2
    known.check()
    reopened = VectorIndex(known.index.path, DIMENSION)
    known.index = reopened
    known.check()
    assert _encode(reopened) == 1  # it measures, and finds all codes in their files
    reopened.unload()
    assert not reopened.encode_next()
    known.check()


def test_a_filter_compares_all_that_it_leaves(known: Known, catalogue: Catalogue) -> None:
    left = np.arange(1, ROWS, 7)
    scope = Candidates(left, left, PassageOwners(catalogue.passages), np.zeros(0, np.int64))
    query = _vectors(1, 5)[0]
    scores = np.array([known.vectors[number] for number in left.tolist()]) @ query
    expected = left[np.argsort(-scores)[:40]].tolist()
    assert [number for number, _ in known.index.search(query, 40, scope)] == expected


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "gone", "of another group"])
def test_damaged_codes_are_made_anew(known: Known, damage: str) -> None:
    first, second, third = _files(known.index)
    data = bytearray(first.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    first.write_bytes({"cut": data[:-7], "empty": b"", "of another group": third.read_bytes()}.get(damage, bytes(data)))
    if damage == "gone":
        first.unlink()
    index = VectorIndex(known.index.path, DIMENSION)
    known.index = index
    known.check()
    assert _encode(index) == 1 + 5
    known.check()
    assert _files(index) == [first, second, third]
    known.index = VectorIndex(index.path, DIMENSION)
    assert _encode(known.index) == 1


def test_vectors_that_bit_rot_changed_spoil_no_codes(known: Known) -> None:
    (codes,) = known.index.path.parent.glob("*.codes")
    data = bytearray(codes.read_bytes())
    data[segments.PAGE : segments.PAGE + 2 * DIMENSION] = b"\xff\x7b" * DIMENSION  # 65,504 in half precision
    codes.write_bytes(data)
    for path in _files(known.index):
        path.unlink()
    known.index = VectorIndex(known.index.path, DIMENSION)
    _encode(known.index)
    del known.vectors[1]  # its score is impossible, so that it is left out until the scrub
    known.check()


def test_compaction_makes_other_codes_and_deletes_the_old_ones(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MIN_DELETED", 100)
    before = _files(known.index)
    known.remove(np.arange(1, 700))
    known.index.save()
    assert known.index.compact()
    assert _files(known.index) == []
    known.check()
    assert _encode(known.index) == 2
    known.check()
    assert len(_files(known.index)) == 1
    assert not set(_files(known.index)) & set(before)


def test_few_vectors_have_no_codes(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go where another machine compares all faster; a little fewer than worth it are left as they are."""
    for worth, files_kept in ((ROWS + 100, 3), (3 * ROWS, 0)):
        _say_crossing(monkeypatch, worth)
        known.index = VectorIndex(known.index.path, DIMENSION)
        assert _encode(known.index) == 1
        assert len(_files(known.index)) == files_kept
        known.check()


def test_a_full_disk_leaves_codes_in_memory(known: Known) -> None:
    for path in _files(known.index):
        path.unlink()
        path.with_suffix(".coarse-new").mkdir()
    known.index = VectorIndex(known.index.path, DIMENSION)
    assert _encode(known.index) == 1 + 5
    known.check()
    for path in known.index.path.parent.glob("*.coarse-new"):
        path.rmdir()


def test_the_crossing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    codes = _vectors(4000, 1).astype(STORED_DTYPE).view(np.uint8)
    flat = scan.empty(DIMENSION)
    flat.add_sa_codes(codes)
    assert coarse.crossing(flat, codes) > 0
