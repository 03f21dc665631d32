"""Index sets: synchronized with the catalogue when they are opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.models import ModelSpec
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.index_set import CHANGES_PER_COMMIT, IndexSet
from tests.builders.catalogues import model_spec, put_text, unit_vectors

CHUNKING = "lines"


def open_index_set(
    catalogue: Catalogue, root: Path, model: ModelSpec | None = None, *, writable: bool = True
) -> IndexSet:
    return IndexSet(root, catalogue, model or model_spec(), CHUNKING, writable=writable)


def apply_all_changes(index_set: IndexSet, catalogue: Catalogue) -> IndexSet:
    while index_set.apply_changes(catalogue):
        pass
    index_set.words.commit()
    return index_set


def embed(index_set: IndexSet, catalogue: Catalogue, content_id: int, seed: int = 0) -> list[int]:
    """Add vectors of a content's passages to catalogue and index; returns the passage ids."""
    ids = [row.id for row in catalogue.passages.of_content(content_id, index_set.chunking_id)]
    import numpy as np

    vectors = unit_vectors(ids, index_set.model_spec.dimension, seed)
    catalogue.vectors.put(index_set.model_id, ids, vectors)
    index_set.vectors.add(np.array(ids), vectors, content_id)
    return ids


def found_by_words(index_set: IndexSet, query: str) -> list[int]:
    return sorted(number for number, _ in index_set.words.search(query, 1000))


def test_changes_are_applied_in_the_catalogues_order(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    assert not index_set.apply_changes(catalogue)
    content = put_text(catalogue, "/made/a.txt", "harbour\nwinter", index_set.chunking_id, title="Boats")
    assert index_set.pending(catalogue) == 1
    apply_all_changes(index_set, catalogue)
    assert index_set.pending(catalogue) == 0
    ids = [row.id for row in catalogue.passages.of_content(content, index_set.chunking_id)]
    assert found_by_words(index_set, "winter") == ids[1:]
    assert found_by_words(index_set, "boats") == ids
    catalogue.files.remove([number for number, _ in catalogue.files.all_paths()])
    catalogue.contents.retire_orphans(1.0)
    apply_all_changes(index_set, catalogue)
    assert found_by_words(index_set, "boats") == []
    index_set.close()


def test_a_content_that_was_added_and_removed_before_it_was_applied(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    put_text(catalogue, "/made/a.txt", "harbour", index_set.chunking_id)
    catalogue.files.remove([number for number, _ in catalogue.files.all_paths()])
    catalogue.contents.retire_orphans(1.0)
    apply_all_changes(index_set, catalogue)
    assert found_by_words(index_set, "harbour") == []
    index_set.close()


def test_more_changes_than_one_commit_applies(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    with catalogue.transaction():
        for number in range(CHANGES_PER_COMMIT + 5):
            put_text(catalogue, f"/made/{number}.txt", f"harbour {number}", index_set.chunking_id)
    assert index_set.apply_changes(catalogue)
    index_set.words.commit()
    assert index_set.pending(catalogue) == 5
    apply_all_changes(index_set, catalogue)
    assert len(found_by_words(index_set, "harbour")) == CHANGES_PER_COMMIT + 5
    index_set.close()


@pytest.mark.parametrize("lost", ["words", "vectors", "both"])
def test_indexes_that_were_deleted_are_made_again_without_embedding(
    catalogue: Catalogue, tmp_path: Path, lost: str
) -> None:
    import shutil

    index_set = open_index_set(catalogue, tmp_path)
    content = put_text(catalogue, "/made/a.txt", "harbour\nwinter", index_set.chunking_id)
    ids = embed(index_set, catalogue, content)
    apply_all_changes(index_set, catalogue).close()
    for name in ("words", "vectors"):
        if lost in (name, "both"):
            shutil.rmtree(tmp_path / name)
    again = apply_all_changes(open_index_set(catalogue, tmp_path), catalogue)
    assert found_by_words(again, "harbour") == ids[:1]
    assert sorted(again.vectors.ids().tolist()) == ids
    assert catalogue.vectors.sent_count() == 0
    again.close()


def test_vectors_of_two_models_never_meet(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    content = put_text(catalogue, "/made/a.txt", "harbour", index_set.chunking_id)
    ids = embed(index_set, catalogue, content)
    apply_all_changes(index_set, catalogue).close()
    other = open_index_set(catalogue, tmp_path, model_spec("another", 8))
    assert other.chunking_id == index_set.chunking_id
    assert len(other.vectors) == 0
    assert found_by_words(other, "harbour") == ids
    embed(other, catalogue, content)
    other.close()
    again = open_index_set(catalogue, tmp_path)
    assert again.vectors.search(unit_vectors(ids, 16)[0], 5)[0][1] == pytest.approx(1.0, abs=0.002)
    again.close()


def test_a_recreated_catalogue_does_not_use_old_indexes(tmp_path: Path) -> None:
    """Its numbers begin at 1 again and mean other passages."""
    catalogue = Catalogue(tmp_path, writable=True)
    index_set = open_index_set(catalogue, tmp_path)
    for number in range(5):
        embed(
            index_set, catalogue, put_text(catalogue, f"/made/{number}.txt", f"harbour {number}", index_set.chunking_id)
        )
    apply_all_changes(index_set, catalogue).close()
    catalogue.close()
    for file in tmp_path.glob(f"{CATALOGUE_NAME}*"):
        file.unlink()

    catalogue = Catalogue(tmp_path, writable=True)
    index_set = open_index_set(catalogue, tmp_path)
    assert found_by_words(index_set, "harbour") == []
    ids = embed(index_set, catalogue, put_text(catalogue, "/made/new.txt", "lighthouse", index_set.chunking_id), seed=9)
    assert index_set.apply_changes(catalogue)
    catalogue.close()  # as a kill leaves it: nothing was committed or saved

    catalogue = Catalogue(tmp_path, writable=True)
    index_set.words.close()
    index_set = apply_all_changes(open_index_set(catalogue, tmp_path), catalogue)
    assert found_by_words(index_set, "lighthouse") == ids
    assert found_by_words(index_set, "harbour") == []
    assert index_set.vectors.search(unit_vectors(ids, 16, seed=9)[0], 5) == [(ids[0], pytest.approx(1.0, abs=0.002))]
    index_set.close()
    catalogue.close()


def test_a_catalogue_from_a_backup_does_not_use_newer_indexes(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    index_set = open_index_set(catalogue, tmp_path)
    old = embed(index_set, catalogue, put_text(catalogue, "/made/old.txt", "harbour", index_set.chunking_id))
    catalogue.close()  # writes everything into the one file
    backup = (tmp_path / CATALOGUE_NAME).read_bytes()
    catalogue = Catalogue(tmp_path, writable=True)
    embed(index_set, catalogue, put_text(catalogue, "/made/new.txt", "winter", index_set.chunking_id))
    apply_all_changes(index_set, catalogue).close()
    catalogue.close()

    (tmp_path / CATALOGUE_NAME).write_bytes(backup)
    catalogue = Catalogue(tmp_path, writable=True)
    index_set = open_index_set(catalogue, tmp_path)
    put_text(catalogue, "/made/later.txt", "lighthouse", index_set.chunking_id)
    apply_all_changes(index_set, catalogue)
    assert found_by_words(index_set, "winter") == []
    assert found_by_words(index_set, "harbour") == old
    assert len(found_by_words(index_set, "lighthouse")) == 1
    assert index_set.vectors.ids().tolist() == old
    index_set.close()
    catalogue.close()


def test_a_reader_changes_nothing_on_the_disk(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    embed(index_set, catalogue, put_text(catalogue, "/made/a.txt", "harbour", index_set.chunking_id))
    apply_all_changes(index_set, catalogue).close()
    catalogue.files.remove([number for number, _ in catalogue.files.all_paths()])
    catalogue.contents.retire_orphans(1.0)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if "catalogue" not in file.name}
    reading = Catalogue(tmp_path, writable=False)
    reader = open_index_set(reading, tmp_path, writable=False)
    assert len(reader.vectors) == 0
    assert reader.pending(reading) == 0
    assert found_by_words(reader, "harbour") != []
    after = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*") if "catalogue" not in file.name}
    assert after == before
    reading.close()


def test_a_reader_of_a_library_that_was_never_indexed(catalogue: Catalogue, tmp_path: Path) -> None:
    reading = Catalogue(tmp_path, writable=False)
    reader = open_index_set(reading, tmp_path, writable=False)
    assert (reader.chunking_id, reader.model_id) == (0, 0)
    assert found_by_words(reader, "harbour") == []
    assert reader.pending(reading) == 0
    reading.close()


def test_changes_that_could_not_be_written_are_applied_again(catalogue: Catalogue, tmp_path: Path) -> None:
    index_set = open_index_set(catalogue, tmp_path)
    put_text(catalogue, "/made/a.txt", "harbour\nwinter", index_set.chunking_id)
    while index_set.apply_changes(catalogue):
        pass
    index_set.words._abandon_writer()  # as when the disk is full at the commit
    assert found_by_words(apply_all_changes(index_set, catalogue), "harbour") != []
    assert not index_set.apply_changes(catalogue)
    put_text(catalogue, "/made/b.txt", "harbour again", index_set.chunking_id)
    assert index_set.apply_changes(catalogue)
    index_set.close()
