"""Links to folders are followed by choice: each folder once, never in a circle, never into the library itself."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event

import pytest

from core.watch.ignore_rules import IgnoreRules
from core.watch.links import linked_folder
from core.watch.scan import ScannedFile, scan
from tests.core.indexer.watched_folder import write_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_file(tmp_path / "docs/a.txt")
    return tmp_path / "docs"


def names(root: Path, *, follow_links: bool = True, skip: tuple[Path, ...] = (), exclude: tuple[str, ...] = ()
          ) -> list[str]:  # fmt: skip
    rules = IgnoreRules(exclude=exclude, skip_paths=map(os.fsencode, skip), follow_links=follow_links)
    entries = list(scan(os.fsencode(root), rules, Event()))
    return sorted(os.path.relpath(os.fsdecode(e.path), root) for e in entries if isinstance(e, ScannedFile))


def link(at: Path, to: Path) -> Path:
    at.symlink_to(to)
    return at


def test_a_linked_folder_counts_as_one_of_the_root(root: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "music/deep/song.txt")
    link(root / "songs", tmp_path / "music")
    link(root / "song.txt", tmp_path / "music/deep/song.txt")
    link(root / "gone", tmp_path / "nowhere")
    assert names(root) == ["a.txt", "songs/deep/song.txt"]
    assert names(root, follow_links=False) == ["a.txt"]
    assert names(root, exclude=("songs",)) == ["a.txt"]
    assert names(root, exclude=("deep",)) == ["a.txt"]


def test_links_that_lead_back_are_not_followed(root: Path, tmp_path: Path) -> None:
    write_file(root / "sub/b.txt")
    link(root / "itself", root)
    link(root / "above", tmp_path)
    link(root / "sub/again", root / "sub")
    write_file(tmp_path / "one/1.txt")
    write_file(tmp_path / "two/2.txt")
    link(root / "one", tmp_path / "one")
    link(tmp_path / "one/two", tmp_path / "two")
    link(tmp_path / "two/one", tmp_path / "one")
    link(tmp_path / "two/home", root)
    assert names(root) == ["a.txt", "one/1.txt", "one/two/2.txt", "sub/b.txt"]


def test_the_librarys_own_folder_is_not_reached_by_a_link(root: Path, tmp_path: Path) -> None:
    write_file(tmp_path / "data/library/own.txt")
    write_file(tmp_path / "data/b.txt")
    link(root / "straight", tmp_path / "data/library")
    link(root / "around", tmp_path / "data")
    assert names(root, skip=(tmp_path / "data/library",)) == ["a.txt", "around/b.txt"]


def test_a_path_is_told_apart_by_the_link_that_it_goes_through(root: Path, tmp_path: Path) -> None:
    song = write_file(tmp_path / "music/deep/song.txt")
    by_link = link(root / "songs", tmp_path / "music")
    way = link(tmp_path / "way", root)
    roots = [os.fsencode(root)]
    expected = os.fsencode(by_link / "deep/song.txt"), os.fsencode(by_link)
    assert linked_folder(roots, os.fsencode(by_link / "deep/song.txt")) == expected
    assert linked_folder(roots, os.fsencode(way / "songs/deep/song.txt")) == expected
    assert linked_folder(roots, os.fsencode(by_link)) == (os.fsencode(by_link), os.fsencode(by_link))
    assert linked_folder(roots, os.fsencode(song)) is None
    assert linked_folder(roots, os.fsencode(way / "a.txt")) is None
