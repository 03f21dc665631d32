"""The file of a job: opened without following links, hashed, and copied if it changes."""

from __future__ import annotations

import os
from pathlib import Path

import blake3
import pytest

from core.errors import FileProblem
from core.extract.base import Limits
from core.extract_workers.source_file import PIECE, SourceFile

DATA = bytes(range(256)) * (PIECE // 128)  # two pieces


def nothing() -> None:
    pass


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(DATA)
    return tmp_path / "a.txt"


def test_it_is_hashed_whole_and_its_place_is_not_moved(path: Path) -> None:
    calls: list[None] = []
    with SourceFile.open(os.fsencode(path)) as file:
        assert file.hash(lambda: calls.append(None)) == blake3.blake3(DATA).digest()
        assert (file.size, len(calls)) == (len(DATA), 2)
        assert os.read(file.descriptor, 10) == DATA[:10]


def test_links_pipes_and_files_over_a_limit_are_not_opened(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")
    before = len(os.listdir("/proc/self/fd"))
    for name, code in (("link", "unreadable"), ("pipe", "unreadable"), ("gone", "vanished"), ("a.txt", "too_large")):
        with pytest.raises(FileProblem) as caught, SourceFile.open(os.fsencode(tmp_path / name)) as file:
            file.check_size(Limits(max_file_bytes=10))
        assert caught.value.code == code
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_copy_is_of_the_bytes_that_were_hashed_and_cannot_be_changed(path: Path) -> None:
    with SourceFile.open(os.fsencode(path)) as file:
        copy, content = file.copy(nothing)
        with copy:
            path.write_bytes(b"other")
            assert file.has_changed()
            assert content == blake3.blake3(os.pread(copy.descriptor, len(DATA) + 1, 0)).digest()
            with pytest.raises(PermissionError):
                os.pwrite(copy.descriptor, b"x", 0)
            with pytest.raises(PermissionError):
                os.ftruncate(copy.descriptor, 0)


def test_a_file_that_was_only_read_has_not_changed(path: Path) -> None:
    with SourceFile.open(os.fsencode(path)) as file:
        path.read_bytes()
        assert not file.has_changed()
