"""Scans of real folders: what is listed, skipped and unreadable."""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import ScannedFile, Unreadable, scan

NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    return folder


def scanned(root: Path | bytes, rules: IgnoreRules | None = None) -> list[ScannedFile | Unreadable]:
    return list(scan(os.fsencode(root), rules or IgnoreRules(), threading.Event()))


def names(root: Path, rules: IgnoreRules | None = None) -> list[str]:
    found = scanned(root, rules)
    assert all(isinstance(entry, ScannedFile) for entry in found)
    return [os.path.relpath(os.fsdecode(entry.path), root) for entry in found]


def write_file(path: Path, text: str = "text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@contextmanager
def without_privileges() -> Iterator[None]:
    """Drop privileges, because root can read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_is_told_with_its_stat(root: Path) -> None:
    path = write_file(root / "a.txt", "four")
    os.utime(path, ns=(1, 1_600_000_000_123_456_789))
    (found,) = scanned(root)
    assert found == ScannedFile(os.fsencode(path), 4, 1_600_000_000_123_456_789, path.stat().st_ino)


def test_folders_are_gone_through_in_order(root: Path) -> None:
    for name in ("b/2.txt", "a/1.txt", "z.txt", "a/deep/er/0.txt", "b/1.txt", "empty.txt"):
        write_file(root / name, "")
    (root / "nothing").mkdir()
    assert names(root) == ["empty.txt", "z.txt", "a/1.txt", "a/deep/er/0.txt", "b/1.txt", "b/2.txt"]


def test_what_the_rules_leave_out_is_not_found(root: Path) -> None:
    for name in (
        ".git/config",
        "node_modules/x/readme.md",
        ".hidden",
        ".config/a.txt",
        "~$a.docx",
        "keep/a.log",
        "own/x",
    ):
        write_file(root / name)
    write_file(root / "keep/a.txt")
    assert names(root, IgnoreRules(exclude=("*.log",), skip_paths=(os.fsencode(root / "own"),))) == ["keep/a.txt"]
    shown = names(root, IgnoreRules(include_hidden=True, skip_paths=(os.fsencode(root / "own"),)))
    assert shown == [".hidden", ".config/a.txt", "keep/a.log", "keep/a.txt"]


def test_what_network_storage_keeps_beside_documents_is_left_out(root: Path) -> None:
    for name in ("#recycle/deleted.odt", "Photos/@eaDir/beach.jpg/thumb.jpg", "@Recycle/old.pdf", ".recycle/me/a.txt",
                 "#snapshot/GMT-2024/b.txt", ".@__thumb/c.jpg", "~snapshot/1/d.txt", "Network Trash Folder/e.txt",
                 "share/@Recently-Snapshot/f.txt"):  # fmt: skip
        write_file(root / name)
    write_file(root / "recycle/plan.txt")
    write_file(root / "Photos/beach.txt")
    assert names(root) == ["Photos/beach.txt", "recycle/plan.txt"]
    assert names(root, IgnoreRules(include_hidden=True)) == ["Photos/beach.txt", "recycle/plan.txt"]


def test_no_link_is_followed(root: Path, tmp_path: Path) -> None:
    secret = write_file(tmp_path / "outside/secret.txt")
    write_file(root / "a.txt")
    (root / "file-link.txt").symlink_to(secret)
    (root / "folder-link").symlink_to(secret.parent)
    (root / "loop").symlink_to(root)
    (root / "dangling").symlink_to(root / "nowhere")
    assert names(root) == ["a.txt"]


def test_two_names_of_one_file_are_both_found(root: Path) -> None:
    os.link(write_file(root / "a.txt"), root / "b.txt")
    first, second = scanned(root)
    assert isinstance(first, ScannedFile)
    assert isinstance(second, ScannedFile)
    assert first.inode == second.inode


def test_what_is_no_regular_file_is_passed_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a FIFO would wait for ever."""
    write_file(root / "a.txt")
    os.mkfifo(root / "fifo.txt")
    monkeypatch.chdir(root)  # a socket's path has at most 107 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        assert names(root) == ["a.txt"]
    assert all(isinstance(entry, ScannedFile) for entry in scanned(b"/dev/shm"))


def test_a_folder_of_devices_holds_no_files() -> None:
    devices = {b"/dev/null", b"/dev/zero", b"/dev/tty", b"/dev/random"}
    assert devices.isdisjoint(entry.path for entry in scanned(b"/dev") if isinstance(entry, ScannedFile))


def test_names_of_any_bytes_are_found(root: Path) -> None:
    wild = [
        b"caf\xe9.txt",
        b"\xff\xfe",
        b"new\nline.txt",
        b" ",
        b"-rf",
        "é.txt".encode(),
        b"e\xcc\x81.txt",
        b"%00#?.txt",
    ]
    for name in wild:
        with open(os.fsencode(root) + b"/" + name, "wb"):
            pass
    folder = os.fsencode(root) + b"/sub\xff"
    os.mkdir(folder)
    with open(folder + b"/a.txt", "wb"):
        pass
    found = {entry.path for entry in scanned(root)}
    assert found == {os.fsencode(root) + b"/" + name for name in wild} | {folder + b"/a.txt"}


def test_a_single_file_is_its_own_folder(root: Path) -> None:
    path = write_file(root / ".hidden.tmp", "four")
    (found,) = scanned(path)
    assert isinstance(found, ScannedFile)
    assert (found.path, found.size) == (os.fsencode(path), 4)


@pytest.mark.parametrize("kind", ["missing", "fifo", "dangling link"])
def test_a_root_that_cannot_be_listed_is_told(root: Path, kind: str) -> None:
    target = root / "x"
    if kind == "fifo":
        os.mkfifo(target)
    if kind == "dangling link":
        target.symlink_to(root / "nowhere")
    assert scanned(target) == [Unreadable(os.fsencode(target))]


def test_a_folder_without_permission_is_told_and_the_rest_is_found() -> None:
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        write_file(root / "before/a.txt")
        write_file(root / "shut/b.txt")
        write_file(root / "then/c.txt")
        root.chmod(0o755)
        (root / "shut").chmod(0)
        with without_privileges():
            found = scanned(root)
        (root / "shut").chmod(0o700)
    shown = [(type(entry).__name__, os.path.relpath(os.fsdecode(entry.path), made)) for entry in found]
    assert shown == [("ScannedFile", "before/a.txt"), ("Unreadable", "shut"), ("ScannedFile", "then/c.txt")]


def test_a_folder_that_may_be_listed_but_not_entered_is_told_so() -> None:
    """Its files are not deleted."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(made)
        write_file(root / "closed/b.txt")
        root.chmod(0o755)
        (root / "closed").chmod(0o444)
        with without_privileges():
            found = scanned(root)
        (root / "closed").chmod(0o700)
    assert found == [Unreadable(os.fsencode(root / "closed"))]


def test_a_very_deep_tree_is_no_problem(root: Path) -> None:
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(300):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    (found,) = scanned(root)
    assert found.path.endswith(b"/d/a.txt")


def test_it_ends_when_it_is_stopped(root: Path) -> None:
    for number in range(5):
        write_file(root / f"{number}/a.txt")
    stop = threading.Event()
    found = []
    for entry in scan(os.fsencode(root), IgnoreRules(), stop):
        found.append(entry)
        stop.set()
    assert len(found) == 1
    assert list(scan(os.fsencode(root), IgnoreRules(), stop)) == []


def test_a_file_that_goes_while_it_is_scanned_is_left_out(root: Path) -> None:
    for name in ("a/1.txt", "b/1.txt", "b/2.txt"):
        write_file(root / name)
    running = scan(os.fsencode(root), IgnoreRules(), threading.Event())
    first = next(running)
    assert isinstance(first, ScannedFile)
    for name in ("b/1.txt", "b/2.txt"):
        (root / name).unlink()
    (root / "b").rmdir()
    assert list(running) == [Unreadable(os.fsencode(root / "b"))]
