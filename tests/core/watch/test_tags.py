"""The tags of a file in its extended attributes, as KDE, other desktops and Finder write them."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path

import pytest

from core.watch.tags import FINDER, MAX_TAGS, XDG, tags_of

FINDER_ON_A_SHARE = next(name for name in FINDER if name.startswith("user."))  # Linux lets no one write the other


@pytest.fixture
def path(tmp_path: Path) -> bytes:
    file = tmp_path / "lease.txt"
    file.write_text("The lease.")
    return os.fsencode(file)


def finder(*tags: object) -> bytes:
    return plistlib.dumps(list(tags), fmt=plistlib.FMT_BINARY)


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("work", {"work"}),
        ("work,to do, Übung ,税", {"work", "to do", "Übung", "税"}),
        ("projects/house", {"projects/house"}),
        (",, ,", set()),
        ("a\x00b\nc", {"abc"}),
        ("x" * 1000, {"x" * 255}),
    ],
)
def test_tags_of_the_desktop(path: bytes, value: str, tags: set[str]) -> None:
    os.setxattr(path, XDG, value.encode())
    assert tags_of(path) == tags


def test_tags_of_finder_have_colours_and_stand_beside_others(path: bytes) -> None:
    os.setxattr(path, FINDER_ON_A_SHARE, finder("Rot\n6", "Steuer 2024", "家"))
    assert tags_of(path) == {"Rot", "Steuer 2024", "家"}
    os.setxattr(path, XDG, b"work,Rot")
    assert tags_of(path) == {"Rot", "Steuer 2024", "家", "work"}


@pytest.mark.parametrize(
    "value",
    [b"", b"bplist00", b"\xff" * 90, finder(1, [2], {"a": 1}), plistlib.dumps({"tags": "x"}, fmt=plistlib.FMT_BINARY),
     plistlib.dumps(["an XML list"]), b"bplist00\xa1\x01" + b"\xff" * 40],
)  # fmt: skip
def test_what_is_no_list_of_tags_has_none(path: bytes, value: bytes) -> None:
    os.setxattr(path, FINDER_ON_A_SHARE, value)
    os.setxattr(path, "user.other", b"work")
    assert tags_of(path) == frozenset()


def test_bytes_that_are_no_text_and_too_many_tags(path: bytes) -> None:
    os.setxattr(path, XDG, b"caf\xe9,ok")
    assert tags_of(path) == {"caf\ufffd", "ok"}
    os.setxattr(path, XDG, ",".join(str(number) for number in range(600)).encode())
    assert len(tags_of(path) or ()) == MAX_TAGS


def test_a_file_that_is_gone_has_unknown_tags_and_a_link_none(path: bytes, tmp_path: Path) -> None:
    os.setxattr(path, XDG, b"work")
    (tmp_path / "link").symlink_to(os.fsdecode(path))
    assert tags_of(os.fsencode(tmp_path / "link")) == frozenset()
    os.unlink(path)
    assert tags_of(path) is None
    assert tags_of(b"/proc/version") == frozenset()  # a file system without such attributes


def test_a_path_that_no_system_has_is_not_read() -> None:
    assert tags_of(b"/notes/a\0b.txt") is None, "as a damaged catalogue has it"
