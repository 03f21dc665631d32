"""An archive stays open between two requests for its members, as long as it is the same file."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import FileProblem
from core.extract import Limits
from core.extract_workers.kept_container import MAX_PASSED, KeptContainer
from core.extract_workers.messages import Unpack
from tests.builders.archives import PACKERS, tar, zipped

FILES = {f"{number:04}.txt": b"The lamp of day %d." % number for number in range(MAX_PASSED + 20)}


@pytest.fixture
def container() -> Iterator[KeptContainer]:
    container = KeptContainer(Limits())
    yield container
    container.close()


def names(container: KeptContainer, path: Path, start: int, count: int, format_: str = "archive") -> list[str]:
    """The names of so many members from a place on, as a worker asks for them."""
    found = container.members(os.open(path, os.O_RDONLY), path.name.encode(), Unpack(format_, start))
    taken = [member.name for member in itertools.islice(found, count)]
    if len(taken) == count:
        container.keep()
    return taken


def without_list(path: Path) -> None:
    """Damage the list of the files in a ZIP, which is at its end, so that nobody can see it by size or time."""
    data, times = path.read_bytes(), path.stat()
    end = data.index(b"PK\1\2")
    path.write_bytes(data[:end] + bytes(len(data) - end))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_the_list_of_an_archive_is_read_once(container: KeptContainer, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILES))
    assert names(container, path, 0, 2) == ["0000.txt", "0001.txt"]
    without_list(path)
    assert names(container, path, 2, 2) == ["0002.txt", "0003.txt"]
    assert names(container, path, 40, 1) == ["0040.txt"], "another worker has read those before"
    with pytest.raises(FileProblem, match="broken"):
        names(container, path, 7, 1)
    assert not container.is_open


def test_far_ahead_it_is_opened_anew(container: KeptContainer, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILES))
    names(container, path, 0, 1)
    without_list(path)
    with pytest.raises(FileProblem, match="broken"):
        names(container, path, MAX_PASSED + 2, 1)


@pytest.mark.parametrize("change", ["time", "size", "inode"])
def test_a_changed_file_is_opened_anew(container: KeptContainer, tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.txt": b"lamp", "b.txt": b"pier"}))
    times = path.stat()
    assert names(container, path, 0, 1) == ["a.txt"]
    if change == "inode":
        path.unlink()
    ending = b"boat" if change != "size" else b"boats!"
    path.write_bytes(zipped({"a.txt": b"lamp", "c.txt": ending}))
    seconds = 5 if change == "time" else 0
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + seconds * 10**9))
    assert names(container, path, 1, 1) == ["c.txt"]


@pytest.mark.parametrize("name", PACKERS)
def test_members_in_parts_are_those_at_once(container: KeptContainer, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PACKERS[name](dict(list(FILES.items())[:7])))
    assert [names(container, path, start, 2) for start in (0, 2, 4, 6)] == [
        ["0000.txt", "0001.txt"], ["0002.txt", "0003.txt"], ["0004.txt", "0005.txt"], ["0006.txt"],
    ]  # fmt: skip
    assert not container.is_open, "nothing is left to ask for"


def test_limits_count_what_was_unpacked_by_earlier_requests(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(tar({f"{number}.txt": bytes(1_000) for number in range(5)}))
    container = KeptContainer(Limits(max_unpacked_bytes=3_500))
    assert names(container, path, 0, 3) == ["0.txt", "1.txt", "2.txt"]
    with pytest.raises(FileProblem, match="truncated: files:3/0"):
        names(container, path, 3, 3)
    assert not container.is_open


def test_a_mailbox_is_closed_as_its_messages_are_found_without_a_list(container: KeptContainer, tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(b"From a Mon Nov 30 08:00:00 2026\nSubject: lamp\n\nLit.\n\n" * 3)
    assert len(names(container, path, 0, 1, "mbox")) == 1
    assert not container.is_open
