"""Contents: texts in blocks, passages by chunking config, and retired contents."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Document, Part
from core.errors import TextDamagedError
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.text_blocks import BLOCK_CHARS
from tests.builders.catalogues import STAT, lines_of, model_spec, put_text, unit_vectors

TEXT = ("Zürich, 図書館, 🦊 and the harbour.\n" * (3 * BLOCK_CHARS // 30))[: 2 * BLOCK_CHARS + 777]


@pytest.fixture(scope="module")
def long_text() -> Iterator[tuple[Catalogue, int]]:
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder), writable=True)
        yield catalogue, catalogue.contents.put(b"hash", Document(TEXT, "text"))
        catalogue.close()


def test_a_sketch_is_stored_and_deleted_with_its_content(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    first, second = (catalogue.contents.put(name, Document("Some text.", "text")) for name in (b"one", b"two"))
    catalogue.sketches.put(first, b"before")
    catalogue.sketches.put(first, b"sketch")
    assert catalogue.sketches.missing() == [second]
    assert catalogue.sketches.get_many([first, second, 99]) == {first: b"sketch"}
    catalogue.contents.retire_orphans(1.0)
    assert catalogue.sketches.missing() == []
    catalogue.contents.purge_retired(until=2.0)
    assert catalogue.sketches.get_many([first]) == {}
    catalogue.close()


def test_a_text_of_an_older_version_and_a_new_one_are_read(catalogue: Catalogue) -> None:
    """Version 0.1 compressed by zlib; texts that are there stay as they are."""
    content_id = catalogue.contents.put(b"hash", Document(TEXT, "text"))
    size = "SELECT sum(length(data)) FROM texts"
    new = catalogue.database.scalar(size)
    older = [(zlib.compress(block.encode(), 1), number) for number, block in enumerate(_blocks(TEXT)) if number != 1]
    catalogue.database.executemany("UPDATE texts SET data = ? WHERE block = ?", older)
    assert catalogue.contents.text(content_id) == TEXT
    assert catalogue.database.scalar(size) > new
    catalogue.database.execute("UPDATE texts SET data = x'28b52ffd00', checksum = NULL WHERE block = 0")
    with pytest.raises(TextDamagedError):
        catalogue.contents.text(content_id)


def _blocks(text: str) -> list[str]:
    return [text[start : start + BLOCK_CHARS] for start in range(0, len(text), BLOCK_CHARS)]


EDGES = [
    0,
    1,
    BLOCK_CHARS - 1,
    BLOCK_CHARS,
    BLOCK_CHARS + 1,
    2 * BLOCK_CHARS - 1,
    2 * BLOCK_CHARS,
    2 * BLOCK_CHARS + 776,
    2 * BLOCK_CHARS + 777,
    3 * BLOCK_CHARS,
]
OFFSETS = st.one_of(st.sampled_from(EDGES), st.integers(0, 3 * BLOCK_CHARS))


@settings(max_examples=200, deadline=None)
@given(start=OFFSETS, stop=st.one_of(st.none(), OFFSETS))
def test_a_piece_of_a_text_is_the_slice(long_text: tuple[Catalogue, int], start: int, stop: int | None) -> None:
    catalogue, content_id = long_text
    assert catalogue.contents.text(content_id, start, stop) == TEXT[start:stop]


@pytest.mark.parametrize("length", [0, 1, BLOCK_CHARS - 1, BLOCK_CHARS, BLOCK_CHARS + 1, 2 * BLOCK_CHARS])
def test_a_text_of_any_length_comes_back(catalogue: Catalogue, length: int) -> None:
    text = ("äb🦊d" * length)[:length]
    content_id = catalogue.contents.put(b"hash", Document(text, "text"))
    assert catalogue.contents.text(content_id) == text
    assert catalogue.contents.text(content_id, 0, 0) == ""
    row = catalogue.contents.get(content_id)
    assert row is not None
    assert row.length == length


def test_what_is_known_of_a_document_comes_back(catalogue: Catalogue) -> None:
    parts = (Part(0, 4, "sheet", 1, 'Q1 "costs"\n'), Part(4, 9, "sheet", 2))
    document = Document("some text", "spreadsheet", "Títle", "Ann", parts, ("truncated", "partial"), "office/1")
    row = catalogue.contents.get(catalogue.contents.put(b"hash", document))
    assert row is not None
    assert (row.kind, row.title, row.author, row.extractor) == ("spreadsheet", "Títle", "Ann", "office/1")
    assert row.parts == parts
    assert row.notes == ("truncated", "partial")
    assert catalogue.contents.get(99) is None


def test_the_same_bytes_are_one_content(catalogue: Catalogue) -> None:
    first = catalogue.contents.put(b"hash", Document("first", "text"))
    again = catalogue.contents.put(b"hash", Document("another reading", "text"))
    other = catalogue.contents.put(b"other", Document("first", "text"))
    assert again == first != other
    assert catalogue.contents.text(first) == "first"
    assert catalogue.contents.by_hash(b"hash") == first
    assert catalogue.contents.by_hash(b"nowhere") is None


def test_passages_belong_to_a_chunking_config(catalogue: Catalogue) -> None:
    one, two = catalogue.passages.chunking_id("one"), catalogue.passages.chunking_id("two")
    assert one != two
    assert catalogue.passages.chunking_id("one") == one
    text = "alpha beta\n\ngamma\n"
    content_id = put_text(catalogue, "/made/a.txt", text, one)
    assert catalogue.passages.is_chunked(content_id, one)
    assert not catalogue.passages.is_chunked(content_id, two)
    assert catalogue.passages.unchunked(one) == []
    assert catalogue.passages.unchunked(two) == [content_id]
    rows = catalogue.passages.of_content(content_id, one)
    assert [text[row.start : row.stop] for row in rows] == ["alpha beta", "gamma"]
    assert catalogue.passages.of_content(content_id, two) == []
    assert catalogue.passages.get_many([rows[1].id, 12345]) == {rows[1].id: rows[1]}
    assert catalogue.passage_count(one) == 2
    assert catalogue.passage_count(two) == 0


def test_a_content_without_text_has_no_passages(catalogue: Catalogue) -> None:
    chunking = catalogue.passages.chunking_id("one")
    content_id = put_text(catalogue, "/made/empty.txt", "", chunking)
    assert catalogue.passages.is_chunked(content_id, chunking)
    assert catalogue.passages.of_content(content_id, chunking) == []


def test_a_reader_does_not_add_a_chunking_config(catalogue: Catalogue, tmp_path: Path) -> None:
    reader = Catalogue(tmp_path, writable=False)
    assert reader.passages.chunking_id("new") == 0
    assert reader.vectors.model_id(model_spec(), 0) == 0
    reader.close()


def test_only_contents_that_no_file_has_are_dropped_with_all_that_hangs_on_them(catalogue: Catalogue) -> None:
    chunking = catalogue.passages.chunking_id("one")
    model = catalogue.vectors.model_id(model_spec(), chunking)
    kept = put_text(catalogue, "/made/kept.txt", "kept one\nkept two", chunking)
    shared = put_text(catalogue, "/made/first.txt", "shared", chunking)
    assert put_text(catalogue, "/made/second.txt", "shared", chunking) == shared
    lost = put_text(catalogue, "/made/lost.txt", "lost one\nlost two\nlost three", chunking)
    ids = [row.id for content in (kept, shared, lost) for row in catalogue.passages.of_content(content, chunking)]
    gone = [row.id for row in catalogue.passages.of_content(lost, chunking)]
    catalogue.vectors.put(model, ids, unit_vectors(ids, 16))
    catalogue.vectors.mark_embedded(model, [kept, shared, lost])
    assert catalogue.contents.retire_orphans(1.0) == []

    names = {os_path: number for number, os_path in catalogue.files.all_paths()}
    catalogue.files.remove([names[b"/made/lost.txt"], names[b"/made/first.txt"]])
    assert sorted(catalogue.contents.retire_orphans(1.0)) == gone
    assert catalogue.contents.by_hash(b"nowhere") is None
    assert catalogue.contents.text(lost) == "lost one\nlost two\nlost three"
    assert catalogue.passages.get_many(ids).keys() == set(ids) - set(gone)
    assert catalogue.vectors.ids(model).tolist() == sorted(set(ids) - set(gone))
    assert catalogue.passage_count(chunking) == 3
    assert catalogue.contents.text(shared) == "shared"
    assert catalogue.contents.retire_orphans(1.0) == []
    assert catalogue.vectors.waiting(catalogue.vectors.model_id(model_spec(), chunking), chunking) == []

    assert catalogue.contents.restore(lost)
    assert not catalogue.contents.restore(lost)
    assert catalogue.vectors.ids_of_content(model, lost).tolist() == gone
    assert catalogue.vectors.ids(model).tolist() == sorted(ids)
    assert catalogue.passage_count(chunking) == 6

    assert sorted(catalogue.contents.retire_orphans(5.0)) == gone
    catalogue.contents.purge_retired(until=4.9)
    assert catalogue.contents.get(lost) is not None
    catalogue.contents.purge_retired(until=0.0, since=5.0)
    assert catalogue.contents.get(lost) is None
    assert catalogue.contents.text(lost) == ""
    assert catalogue.contents.get(shared) is not None


def test_ids_are_never_reused(catalogue: Catalogue) -> None:
    """The derived indexes know passages by these numbers alone."""
    chunking = catalogue.passages.chunking_id("one")
    first = put_text(catalogue, "/made/a.txt", "one\ntwo", chunking)
    before = {row.id for row in catalogue.passages.of_content(first, chunking)}
    catalogue.files.remove([number for number, _ in catalogue.files.all_paths()])
    catalogue.contents.retire_orphans(1.0)
    second = put_text(catalogue, "/made/a.txt", "three\nfour", chunking)
    assert second > first
    assert before.isdisjoint(row.id for row in catalogue.passages.of_content(second, chunking))


def test_the_change_log_has_additions_and_removals(catalogue: Catalogue) -> None:
    one, two = catalogue.passages.chunking_id("one"), catalogue.passages.chunking_id("two")
    first = put_text(catalogue, "/made/a.txt", "alpha", one)
    second = put_text(catalogue, "/made/b.txt", "beta", one)
    catalogue.passages.put(second, two, lines_of("beta"))
    catalogue.files.remove([number for number, path in catalogue.files.all_paths() if path == b"/made/a.txt"])
    catalogue.contents.retire_orphans(1.0)
    changes = catalogue.changes.after(0, one, 10)
    assert [(content, added) for _, content, added in changes] == [(first, True), (second, True), (first, False)]
    numbers = [number for number, _, _ in changes]
    assert numbers == sorted(set(numbers))
    assert catalogue.changes.after(numbers[0], one, 1) == changes[1:2]
    assert catalogue.changes.after(numbers[-1], one, 10) == []
    assert catalogue.changes.count_after(0, one) == 2
    assert catalogue.changes.count_after(numbers[1], one) == 0
    assert [content for _, content, _ in catalogue.changes.after(0, two, 10)] == [second]


def test_files_with_a_content_are_all_named(catalogue: Catalogue) -> None:
    chunking = catalogue.passages.chunking_id("one")
    content = put_text(catalogue, "/made/a.txt", "same", chunking)
    put_text(catalogue, b"/made/caf\xe9.txt", "same", chunking)
    other = put_text(catalogue, "/made/b.txt", "other", chunking)
    found = catalogue.contents.files_with([content, other, 999])
    assert [row[1] for row in found[content]] == [b"/made/a.txt", b"/made/caf\xe9.txt"]
    assert found[content][0][2:] == (STAT.size, STAT.mtime_ns)
    assert found.keys() == {content, other}


def test_blocks_and_contents_are_given_many_at_a_time(long_text: tuple[Catalogue, int]) -> None:
    catalogue, content_id = long_text
    places = [(content_id, 2), (content_id, 0), (content_id, 3), (99, 0)]
    assert catalogue.contents.blocks(places) == {
        (content_id, 0): TEXT[:BLOCK_CHARS],
        (content_id, 2): TEXT[2 * BLOCK_CHARS :],
    }
    assert catalogue.contents.blocks([]) == {}
    assert catalogue.contents.get_many([content_id, 99]) == {content_id: catalogue.contents.get(content_id)}
