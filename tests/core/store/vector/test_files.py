"""The files of a vector index: whatever was cut off, damaged or left by an older version, the index is right again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import blake3
import faiss
import numpy as np
import pytest

from core.store.catalogue.catalogue import Catalogue
from core.store.vector import files, saved, segments
from core.store.vector.index import VectorIndex
from tests.builders.catalogues import model_spec, put_text, unit_vectors

DIMENSION = 16
LINES = 40
SEGMENT_ROWS = 16


@pytest.fixture(autouse=True)
def _small_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three segments, of three blocks each, and two threads for a question."""
    monkeypatch.setattr(segments, "SEGMENT_ROWS", SEGMENT_ROWS)
    monkeypatch.setattr(saved, "SEGMENTS_PER_THREAD", 1)
    monkeypatch.setattr(segments, "BLOCK_ROWS", 6)


class Filled:
    """A catalogue with a vector for each of `ids`, and the place of an index of them."""

    def __init__(self, catalogue: Catalogue, root: Path) -> None:
        self.catalogue = catalogue
        self.path = root / "vectors" / "one.vectors"
        self.chunking = catalogue.passages.chunking_id("one")
        self.model = catalogue.vectors.model_id(model_spec(), self.chunking)
        self.ids: list[int] = []
        self.put("a", LINES)

    def put(self, name: str, lines: int) -> list[int]:
        """Add a document, and vectors for its lines."""
        text = "\n".join(f"{name} {number}" for number in range(lines))
        content = put_text(self.catalogue, f"/made/{name}.txt", text, self.chunking)
        ids = [row.id for row in self.catalogue.passages.of_content(content, self.chunking)]
        self.catalogue.vectors.put(self.model, ids, unit_vectors(ids, DIMENSION))
        self.ids += ids
        return ids

    def forget(self, ids: list[int]) -> None:
        """Delete the vectors of some passages from the catalogue."""
        self.catalogue.database.executemany("DELETE FROM vectors WHERE passage_id = ?", [(number,) for number in ids])
        self.ids = [number for number in self.ids if number not in ids]

    def open(self) -> VectorIndex:
        index = VectorIndex(self.path, DIMENSION)
        index.sync(self.catalogue.vectors, self.model)
        return index

    def saved(self) -> VectorIndex:
        index = self.open()
        index.save()
        return index

    def codes(self) -> Path:
        (path,) = self.path.parent.glob("*.codes")
        return path

    def check(self, index: VectorIndex) -> None:
        """Check that each passage is found once, and with the cosine of its own vector."""
        assert index.ids().tolist() == index.sound_ids().tolist() == self.ids
        vectors = unit_vectors(self.ids, DIMENSION)
        query = unit_vectors([9999], DIMENSION)[0]
        expected = dict(zip(self.ids, (vectors @ query).tolist(), strict=True))
        assert index.cosines(query, self.ids) == pytest.approx(expected, abs=0.002)
        found = index.search(query, len(self.ids))
        assert dict(found) == pytest.approx(expected, abs=0.002)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.fixture
def filled(catalogue: Catalogue, tmp_path: Path) -> Filled:
    return Filled(catalogue, tmp_path)


def test_saving_appends_only_what_is_new(filled: Filled) -> None:
    filled.saved()
    files_before = {path: path.read_bytes() for path in filled.path.parent.iterdir()}
    filled.put("b", 21)
    index = filled.saved()
    for path, before in files_before.items():
        after = path.read_bytes()
        assert after.startswith(before)
        assert len(after) > len(before)
    filled.forget(filled.ids[10:30])
    filled.check(index := filled.open())
    vectors = filled.codes().read_bytes()
    index.save()
    assert filled.codes().read_bytes() == vectors
    filled.check(index)
    assert not filled.open().changed
    filled.check(filled.open())


def test_whatever_a_kill_leaves_of_a_save_is_right_at_the_next_start(filled: Filled) -> None:
    """The log is cut anywhere in what was appended last, or the vectors are there without the log that names them."""
    filled.saved()
    before = filled.path.stat().st_size
    gone = filled.ids[3:8]
    filled.put("b", 9)
    filled.forget(gone)
    filled.saved()
    whole = filled.path.read_bytes()
    for length in {*range(before, len(whole), 97), len(whole) - 1}:
        filled.path.write_bytes(whole[:length])
        with filled.codes().open("ab") as file:
            file.write(os.urandom(100))
        filled.check(filled.saved())
        filled.check(VectorIndex(filled.path, DIMENSION))


def missing(filled: Filled) -> None:
    filled.path.unlink()


def codes_missing(filled: Filled) -> None:
    filled.codes().unlink()


def all_missing(filled: Filled) -> None:
    shutil.rmtree(filled.path.parent)


def empty(filled: Filled) -> None:
    filled.path.write_bytes(b"")


def codes_empty(filled: Filled) -> None:
    filled.codes().unlink()
    filled.path.with_name(f"{filled.path.stem}.00.codes").touch()


def garbage(filled: Filled) -> None:
    filled.path.write_bytes(bytes(range(256)) * 20)


def codes_cut(filled: Filled) -> None:
    whole = filled.codes().read_bytes()
    filled.codes().write_bytes(whole[: len(whole) // 2])


def another_dimension(filled: Filled) -> None:
    files.delete(filled.path)
    other = VectorIndex(filled.path, 8)
    other.add(np.array([1]), unit_vectors([1], 8), 1)
    other.save()


def surplus(filled: Filled) -> None:
    index = VectorIndex(filled.path, DIMENSION)
    index.add(np.array([70_001, 70_002]), unit_vectors([70_001, 70_002], DIMENSION), 1)
    index.save()


def stale(filled: Filled) -> None:
    index = VectorIndex(filled.path, DIMENSION)
    index.remove(index.ids()[::2])
    index.save()


@pytest.mark.parametrize(
    "damage",
    [missing, codes_missing, all_missing, empty, codes_empty, garbage, codes_cut, another_dimension, surplus, stale],
)
def test_files_that_are_not_right_are_made_good_from_the_catalogue(
    filled: Filled, damage: Callable[[Filled], None]
) -> None:
    filled.saved()
    damage(filled)
    filled.check(filled.open())
    filled.check(filled.saved())
    filled.check(VectorIndex(filled.path, DIMENSION))
    assert sorted(path.suffix for path in filled.path.parent.iterdir()) == [".codes", ".vectors"]


def test_every_bit_that_rots_is_found_or_without_effect(filled: Filled) -> None:
    filled.saved()
    filled.put("b", 5)
    filled.forget(filled.ids[:4])
    filled.saved()
    source = np.random.default_rng(5)
    for path in (filled.path, filled.codes()):
        whole = path.read_bytes()
        for place in source.integers(0, len(whole), 25).tolist():
            path.unlink()
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
            index = VectorIndex(filled.path, DIMENSION)
            if index.sound_ids().tolist() == filled.ids:
                filled.check(index)
        path.write_bytes(whole)


def test_vectors_that_rot_while_they_are_used_are_found_in_idle_time_and_made_good(filled: Filled) -> None:
    filled.saved()
    index = filled.open()
    layout = segments.Layout(DIMENSION, SEGMENT_ROWS)
    with filled.codes().open("rb+") as file:
        file.seek(layout.offset(20) + 1)
        file.write(b"\x7b")  # the first component is some 60,000
    query = unit_vectors([7], DIMENSION)[0]
    assert max(score for _, score in index.search(query, LINES)) < 1.01
    blocks = len(layout.blocks(0, LINES))
    assert sum(index.check_blocks(2) for _ in range(blocks)) >= 1
    index.sync(filled.catalogue.vectors, filled.model)
    filled.check(index)
    assert not any(index.check_blocks(2) for _ in range(blocks))
    index.save()
    filled.check(filled.open())


def test_files_with_many_deleted_rows_are_written_anew(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MIN_DELETED", 10)
    monkeypatch.setattr(files, "REWRITE_ROWS", 7)
    index = filled.saved()
    reader = filled.open()
    filled.forget(filled.ids[5:15])
    filled.check(index := filled.saved())
    assert not index.compact()
    filled.forget(filled.ids[:2])
    index.sync(filled.catalogue.vectors, filled.model)
    assert not index.compact()  # before it is saved
    index.save()
    before = filled.codes()
    assert index.compact()
    assert filled.codes() != before
    assert filled.codes().stat().st_size < segments.Layout(DIMENSION, SEGMENT_ROWS).end(LINES)
    filled.check(index)
    assert not index.compact()
    filled.check(filled.open())
    reader.sync(filled.catalogue.vectors, filled.model)
    filled.check(reader)  # which has the former files mapped


def write_older(path: Path, ids: list[int], dimension: int = DIMENSION) -> None:
    """The file of version 0.1: a FAISS index with ids, and its digest."""
    store = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexIDMap(store)
    index.add_with_ids(unit_vectors(ids, dimension), np.array(ids, np.int64))
    data = faiss.serialize_index(index).tobytes()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data + blake3.blake3(data).digest())


@pytest.mark.parametrize("state", ["whole", "stale", "doubled", "damaged", "another dimension"])
def test_the_file_of_version_0_1_is_taken_over(filled: Filled, state: str) -> None:
    older = filled.path.with_suffix(".faiss")
    ids = filled.ids[5:] if state == "stale" else [*filled.ids, 3] if state == "doubled" else filled.ids
    write_older(older, ids, 8 if state == "another dimension" else DIMENSION)
    if state == "damaged":
        older.write_bytes(older.read_bytes()[:-7])
    reader = filled.open()
    filled.check(reader)
    assert older.exists()  # one who only reads changes nothing
    index = filled.saved()
    assert not older.exists()
    filled.check(index)
    filled.check(VectorIndex(filled.path, DIMENSION))


def test_ranges_that_differ_are_the_only_ones_that_are_listed(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.store.catalogue.vectors_table import RANGE_BITS, VectorsTable

    high = 5 << RANGE_BITS
    filled.catalogue.database.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'passages'", (high,))
    later = filled.put("later", 3)
    assert later[0] > high
    index = filled.saved()
    listed: list[tuple[int, int]] = []
    ids = VectorsTable.indexed_ids
    monkeypatch.setattr(
        VectorsTable,
        "indexed_ids",
        lambda self, model, low, high: listed.append((low, high)) or ids(self, model, low, high),
    )
    assert not index.sync(filled.catalogue.vectors, filled.model)
    assert listed == []
    filled.forget(later[:1])
    assert index.sync(filled.catalogue.vectors, filled.model)
    assert listed == [(high, high + (1 << RANGE_BITS))]
    filled.check(index)
    filled.catalogue.vectors.clear(filled.ids[:3])  # which no index has
    filled.ids = filled.ids[3:]
    assert index.sync(filled.catalogue.vectors, filled.model)
    filled.check(index)
    del listed[:]
    assert not index.sync(filled.catalogue.vectors, filled.model)
    assert listed == []
