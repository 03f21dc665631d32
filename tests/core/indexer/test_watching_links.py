"""What changes behind a followed link to a folder is seen as in any folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.indexer.watched_folder import WatchedFolders, watched, write_file

pytestmark = pytest.mark.slow


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[WatchedFolders]:
    with watched(tmp_path, follow_links=True) as harness:
        yield harness


def found(harness: WatchedFolders) -> set[str]:
    return {path.decode().removeprefix(f"{harness.docs}/") for path in harness.in_catalogue()}


def test_a_linked_folder_is_watched(harness: WatchedFolders, tmp_path: Path) -> None:
    write_file(tmp_path / "music/song.txt")
    write_file(tmp_path / "films/film.txt")
    link = harness.docs / "link"
    link.symlink_to(tmp_path / "music")
    harness.add(harness.docs)
    assert found(harness) == {"link/song.txt"}
    write_file(tmp_path / "music/deep/other.txt")
    harness.until(lambda: found(harness) == {"link/song.txt", "link/deep/other.txt"})
    (tmp_path / "music/song.txt").unlink()
    harness.until(lambda: found(harness) == {"link/deep/other.txt"})
    link.unlink()
    harness.until(lambda: found(harness) == set())
    link.symlink_to(tmp_path / "films")
    harness.until(lambda: found(harness) == {"link/film.txt"})
    write_file(tmp_path / "films/new.txt")
    harness.until(lambda: found(harness) == {"link/film.txt", "link/new.txt"})
    write_file(tmp_path / "music/unseen.txt")
    harness.settle()
    assert found(harness) == {"link/film.txt", "link/new.txt"}
