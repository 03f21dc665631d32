"""Verification after an unclean shutdown: damaged catalogues and broken lexical indexes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.integrity import verify
from core.store.lexical.index import LexicalIndex
from tests.builders.catalogues import put_text


def test_a_clean_shutdown_needs_no_verification(tmp_path: Path) -> None:
    assert not verify.mark_open(tmp_path)
    assert verify.mark_open(tmp_path), "it was not closed"
    verify.mark_closed(tmp_path)
    assert not verify.mark_open(tmp_path)


def test_intact_and_missing_catalogues_have_no_damage(tmp_path: Path) -> None:
    assert verify.find_damage(tmp_path / CATALOGUE_NAME) == ""
    catalogue = Catalogue(tmp_path, writable=True)
    put_text(catalogue, "/made/a.txt", "text", catalogue.passages.chunking_id("one"))
    assert verify.find_damage(tmp_path / CATALOGUE_NAME) == "", "while it is in use"
    catalogue.close()
    assert verify.find_damage(tmp_path / CATALOGUE_NAME) == ""


@pytest.mark.parametrize("begin", [0, 4096 * 3])
def test_damage_is_reported(begin: int, tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    chunking = catalogue.passages.chunking_id("one")
    for number in range(60):
        put_text(catalogue, f"/made/{number}.txt", f"text {number} " * 200, chunking)
    catalogue.close()
    with (tmp_path / CATALOGUE_NAME).open("rb+") as file:
        file.seek(begin)
        file.write(os.urandom(4096 * 4))
    found = verify.find_damage(tmp_path / CATALOGUE_NAME)
    assert found
    assert "\n" not in found, "it is shown as one line"


def _indexed(folder: Path) -> LexicalIndex:
    index = LexicalIndex(folder, writable=True)
    for number in range(50):
        index.add(number, "", [(number, f"lighthouse word{number} harbour " * 20)], number=number + 1)
    index.commit()
    index.remove(3, number=60)
    index.commit()
    return index


def test_a_whole_word_index_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "words" / "one"
    index = _indexed(folder)
    assert verify.broken_files(folder) == [], "while it is in use"
    index.close()
    assert verify.discard_broken_indexes(tmp_path) == []
    assert LexicalIndex(folder, writable=False).last_change == 60


@pytest.mark.parametrize("part", ["idx", "term", "store", "fast", "fieldnorm"])
@pytest.mark.parametrize("how", ["garbled", "truncated", "gone", "empty"])
def test_a_broken_word_index_is_deleted_before_it_is_used(part: str, how: str, tmp_path: Path) -> None:
    folder = tmp_path / "words" / "one"
    _indexed(folder).close()
    path = max(folder.glob(f"*.{part}"))
    data = path.read_bytes()
    third = len(data) // 3
    if how == "gone":
        path.unlink()
    else:
        garbled = data[:third] + bytes(byte ^ 0x55 for byte in data[third : 2 * third]) + data[2 * third :]
        path.write_bytes({"garbled": garbled, "truncated": data[:third], "empty": b""}[how])
    assert verify.broken_files(folder)
    assert verify.discard_broken_indexes(tmp_path) == [folder]
    assert not folder.exists()
    assert LexicalIndex(folder, writable=True).last_change == 0


def test_a_word_index_without_its_table_of_contents_is_broken(tmp_path: Path) -> None:
    folder = tmp_path / "words" / "one"
    _indexed(folder).close()
    (folder / "meta.json").write_text("{", encoding="ascii")
    assert verify.broken_files(folder) == ["meta.json"]
