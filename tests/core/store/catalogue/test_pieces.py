"""Long values in pieces: vectors and texts are read as they were stored, whatever the form, and take little room."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.document import Document
from core.errors import TextDamagedError
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.pieces import PIECE_BYTES, head_and_pieces
from core.store.catalogue.text_blocks import BLOCK_CHARS
from core.store.catalogue.vectors_table import STORED_DTYPE, Ids, Vectors
from core.store.integrity import consistency, repair
from core.store.integrity.recover import recover
from tests.builders.catalogues import put_text

DIMENSION = 1024
COUNT = 200


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue with a passage for each of `COUNT` contents, and a model of `DIMENSION` dimensions."""
    (tmp_path / "library").mkdir()
    catalogue = Catalogue(tmp_path / "library", writable=True)
    chunking = catalogue.passages.chunking_id("one")
    with catalogue.transaction():
        for number in range(COUNT):
            put_text(catalogue, f"/made/{number}.txt", f"text {number}", chunking)
        sql = "INSERT INTO models (fingerprint, recipe_id, name, dimension) VALUES ('m', ?, 'm', ?)"
        catalogue.database.execute(sql, (chunking, DIMENSION))
    yield catalogue
    catalogue.close()


def ids_of(catalogue: Catalogue) -> Ids:
    return np.array([row[0] for row in catalogue.database.execute("SELECT id FROM passages ORDER BY id")])


def vectors_of(count: int, seed: int = 1) -> Vectors:
    found = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def stored(catalogue: Catalogue) -> dict[int, bytes]:
    return {
        int(number): vector.astype(STORED_DTYPE).tobytes()
        for ids, vectors in catalogue.vectors.read(1, ids_of(catalogue))
        for number, vector in zip(ids, vectors, strict=True)
    }


def expected(ids: Ids, vectors: Vectors) -> dict[int, bytes]:
    return {int(number): one.astype(STORED_DTYPE).tobytes() for number, one in zip(ids, vectors, strict=True)}


def count(catalogue: Catalogue, table: str) -> int:
    return catalogue.database.scalar(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("size", [0, 1, 768, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, 2048, 5000])
def test_the_pieces_of_a_value(size: int) -> None:
    data = random.Random(size).randbytes(size)
    head, pieces = head_and_pieces(data)
    assert b"".join((head, *pieces)) == data
    assert len(head) <= PIECE_BYTES
    assert {len(piece) for piece in pieces} <= {PIECE_BYTES}
    assert head_and_pieces(bytes(size)) == (bytes(size), [])


def test_a_long_vector_takes_little_more_room_than_its_bytes(catalogue: Catalogue) -> None:
    pages = "PRAGMA page_count"
    before = catalogue.database.scalar(pages)
    catalogue.vectors.put(1, ids_of(catalogue).tolist(), vectors_of(COUNT))
    room = (catalogue.database.scalar(pages) - before) * catalogue.database.scalar("PRAGMA page_size")
    assert room < 1.2 * COUNT * DIMENSION * STORED_DTYPE.itemsize


def test_vectors_are_read_as_they_were_put_replaced_and_cleared(catalogue: Catalogue) -> None:
    ids, vectors = ids_of(catalogue), vectors_of(COUNT)
    vectors[3] = 0  # of a refused passage
    vectors[4] = np.eye(1, DIMENSION, DIMENSION - 1)  # begins with zeros, but has a value
    catalogue.vectors.put(1, ids.tolist(), vectors)
    assert stored(catalogue) == expected(ids, vectors)
    assert catalogue.vectors.indexed_ids(1, 0, 2**62).tolist() == np.delete(ids, 3).tolist()
    vectors[:10] = vectors_of(10, seed=2)
    catalogue.vectors.put(1, ids[:10].tolist(), vectors[:10])
    assert stored(catalogue) == expected(ids, vectors)
    vectors[5:20] = 0
    catalogue.vectors.clear(ids[5:20].tolist())
    assert stored(catalogue) == expected(ids, vectors)
    assert count(catalogue, "vector_pieces") == 2 * (COUNT - 15)
    assert catalogue.vectors.indexed_ids(1, 0, 2**62).tolist() == np.delete(ids, range(5, 20)).tolist()
    assert consistency.bad_vectors(catalogue.database) == []


def test_pieces_go_with_their_vectors_and_texts(catalogue: Catalogue) -> None:
    catalogue.vectors.put(1, ids_of(catalogue).tolist(), vectors_of(COUNT))
    catalogue.contents.put(b"long", Document(random.Random(1).randbytes(9000).hex(), "text"))
    assert count(catalogue, "text_pieces") > 0
    catalogue.contents.retire_orphans(1.0)
    catalogue.contents.purge_retired(until=2.0)
    assert count(catalogue, "text_pieces") == 0
    catalogue.database.execute("DELETE FROM passages")
    assert count(catalogue, "vector_pieces") == 0


def test_vectors_that_an_older_version_stored_whole_are_read_beside_new_ones(catalogue: Catalogue) -> None:
    ids, vectors = ids_of(catalogue), vectors_of(COUNT)
    catalogue.vectors.put(1, ids[:100].tolist(), vectors[:100])
    whole = [(number, data) for number, data in expected(ids, vectors).items() if number > ids[99]]
    catalogue.database.executemany("INSERT INTO vectors (model_id, passage_id, data) VALUES (1, ?, ?)", whole)
    assert stored(catalogue) == expected(ids, vectors)
    assert consistency.bad_vectors(catalogue.database) == []


@pytest.mark.parametrize("change", ["DELETE FROM vector_pieces", "UPDATE vector_pieces SET data = x'00'"])
def test_a_vector_without_one_of_its_pieces_is_left_out_found_and_dropped(catalogue: Catalogue, change: str) -> None:
    ids, vectors = ids_of(catalogue), vectors_of(COUNT)
    catalogue.vectors.put(1, ids.tolist(), vectors)
    catalogue.database.execute(f"{change} WHERE passage_id = ? AND piece = 1", (int(ids[7]),))
    rest = expected(np.delete(ids, 7), np.delete(vectors, 7, axis=0))
    assert stored(catalogue) == rest
    assert consistency.bad_vectors(catalogue.database) == [(1, ids[7])]
    repair.drop_rotten_rows(catalogue.database, "vector_pieces", [(int(ids[7]), 1, 1)])
    assert consistency.bad_vectors(catalogue.database) == []
    assert stored(catalogue) == rest
    assert count(catalogue, "vector_pieces") == 2 * (COUNT - 1)


def test_a_piece_under_a_damaged_id_is_dropped_with_the_vector_that_lacks_it(catalogue: Catalogue) -> None:
    ids, vectors = ids_of(catalogue), vectors_of(COUNT)
    catalogue.vectors.put(1, ids.tolist(), vectors)
    with sqlite3.connect(catalogue.database.path) as damaging:  # without foreign keys
        damaging.create_function("row_checksum", -1, lambda *_: 0)
        damaging.execute(
            "UPDATE vector_pieces SET passage_id = 9999 WHERE passage_id = ? AND piece = 0", (int(ids[7]),)
        )
    damaging.close()
    assert sorted(consistency.bad_vectors(catalogue.database)) == [(1, ids[7]), (1, 9999)]
    repair.drop_rotten_rows(catalogue.database, "vector_pieces", [(9999, 1, 0)])
    assert stored(catalogue) == expected(np.delete(ids, 7), np.delete(vectors, 7, axis=0))
    assert consistency.bad_vectors(catalogue.database) == []


def test_a_text_is_read_by_its_parts_from_pieces_and_from_whole_blocks(catalogue: Catalogue) -> None:
    chance = random.Random(2)
    text = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz äöü中文\n") for _ in range(4 * BLOCK_CHARS + 100))
    number = catalogue.contents.put(b"long", Document(text, "text"))
    assert count(catalogue, "text_pieces") > 4
    data = "SELECT data FROM texts WHERE content_id = ?1 AND block = 1 UNION ALL SELECT * FROM"
    pieces = "(SELECT data FROM text_pieces WHERE content_id = ?1 AND block = 1 ORDER BY piece)"
    rows = catalogue.database.execute(f"{data} {pieces}", (number,)).fetchall()
    catalogue.database.execute("DELETE FROM text_pieces WHERE content_id = ? AND block = 1", (number,))
    sql = "UPDATE texts SET data = ? WHERE content_id = ? AND block = 1"
    catalogue.database.execute(sql, (b"".join(row[0] for row in rows), number))  # as an older version stored it
    for start, stop in ((0, None), (5, 90), (BLOCK_CHARS - 3, 2 * BLOCK_CHARS + 3), (4 * BLOCK_CHARS, None)):
        assert catalogue.contents.text(number, start, stop) == text[start:stop]
    found = catalogue.contents.blocks([(number, 3), (number, 1), (1, 0), (number, 99)])
    assert found == {
        (number, 3): text[3 * BLOCK_CHARS : 4 * BLOCK_CHARS], (number, 1): text[BLOCK_CHARS : 2 * BLOCK_CHARS],
        (1, 0): "text 0",
    }  # fmt: skip
    assert consistency.broken_contents(catalogue.database, lambda *_: None, lambda: False) == []


@pytest.mark.parametrize(
    "change", ["DELETE FROM text_pieces", "UPDATE text_pieces SET data = x'00'", "UPDATE text_pieces SET checksum = 7"]
)
def test_a_text_with_a_damaged_piece_is_said_to_be_damaged_and_dropped(catalogue: Catalogue, change: str) -> None:
    number = catalogue.contents.put(b"long", Document(random.Random(1).randbytes(9000).hex(), "text"))
    catalogue.database.execute(f"{change} WHERE piece = 2")
    with pytest.raises(TextDamagedError):
        catalogue.contents.text(number)
    repair.drop_rotten_rows(catalogue.database, "text_pieces", [(number, 0, 2)])
    assert catalogue.contents.get(number) is None
    assert count(catalogue, "text_pieces") == 0


def test_texts_and_vectors_in_pieces_are_recovered(catalogue: Catalogue, tmp_path: Path) -> None:
    chunking = catalogue.passages.chunking_id("one")
    text = random.Random(1).randbytes(9000).hex()
    put_text(catalogue, "/made/long.txt", text, chunking)
    ids, vectors = ids_of(catalogue), vectors_of(COUNT + 1)
    catalogue.vectors.put(1, ids.tolist(), vectors)
    catalogue.database.execute(
        "UPDATE vector_pieces SET checksum = 7 WHERE passage_id = ? AND piece = 1", (int(ids[0]),)
    )
    (tmp_path / "new").mkdir()
    found = recover(catalogue.database.path, tmp_path / "new", lambda *_: None, lambda: False)
    assert (found.contents, found.vectors) == (COUNT + 1, COUNT)
    recovered = Catalogue(tmp_path / "new", writable=True)
    assert sorted(stored(recovered).values()) == sorted(expected(ids[1:], vectors[1:]).values())
    content = recovered.database.scalar("SELECT max(id) FROM contents")
    assert recovered.contents.text(content) == text
    recovered.close()
