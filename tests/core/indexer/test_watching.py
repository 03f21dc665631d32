"""Real changes in real folders, watched through the real inotify: the catalogue follows the disk."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import InotifyFD

from core.watch import watcher
from core.watch.monitor import Monitor
from tests.core.indexer.watched_folder import QUIET, WatchedFolders, watched, write_file

pytestmark = pytest.mark.slow


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[WatchedFolders]:
    with watched(tmp_path) as harness:
        harness.add(harness.docs)
        yield harness
    assert not any(thread.name == "watcher" or isinstance(thread, InotifyFD) for thread in threading.enumerate())


def test_what_is_saved_changed_and_deleted(harness: WatchedFolders) -> None:
    path = write_file(harness.docs / "a.txt")
    harness.settle()
    assert harness.saved == {"a.txt": 1}
    path.write_text("longer than before")
    harness.settle()
    assert harness.saved == {"a.txt": 2}
    path.unlink()
    harness.settle()
    assert harness.in_catalogue() == {}


def test_an_editor_that_writes_beside_and_renames(harness: WatchedFolders) -> None:
    path = write_file(harness.docs / "letter.txt", "first")
    harness.settle()
    os.replace(write_file(harness.docs / "letter.txt.tmp", "second, and longer"), path)
    harness.settle()
    assert harness.saved == {"letter.txt": 2}


def test_a_file_that_is_written_in_pieces_is_taken_once_it_is_whole(harness: WatchedFolders) -> None:
    pause = threading.Event()
    with open(harness.docs / "download.txt", "w") as file:
        for _ in range(10):
            file.write("some more ")
            file.flush()
            pause.wait(QUIET / 10)
    harness.settle()
    assert harness.saved["download.txt"] <= 2  # twice on a machine that is too slow in between


def test_a_file_that_is_still_written_to_is_not_taken(tmp_path: Path) -> None:
    with watched(tmp_path, Monitor(debounce=3600)) as harness:
        harness.add(harness.docs)
        write_file(harness.docs / "a.txt")
        harness.until(lambda: harness.watcher.has_pending_changes)
        assert harness.saved == {}


def test_a_renamed_file(harness: WatchedFolders) -> None:
    path = write_file(harness.docs / "a.txt")
    harness.settle()
    path.rename(harness.docs / "b.txt")
    harness.settle()
    assert [os.path.basename(path) for path in harness.in_catalogue()] == [b"b.txt"]


def test_a_renamed_folder_and_what_happens_in_it_later(harness: WatchedFolders) -> None:
    for number in range(20):
        write_file(harness.docs / f"old/deep/{number}.txt")
    harness.settle()
    (harness.docs / "old").rename(harness.docs / "new")
    harness.settle()
    assert all(b"/new/deep/" in path for path in harness.in_catalogue())
    write_file(harness.docs / "new/deep/later.txt")
    (harness.docs / "new/deep/3.txt").unlink()
    harness.settle()
    write_file(harness.docs / "old/again.txt")
    harness.settle()
    assert len(harness.in_catalogue()) == 21


def test_a_folder_moved_in_and_out_and_changed_outside(harness: WatchedFolders, tmp_path: Path) -> None:
    write_file(tmp_path / "outside/sub/a.txt")
    (tmp_path / "outside").rename(harness.docs / "inside")
    harness.settle()
    assert len(harness.in_catalogue()) == 1
    (harness.docs / "inside").rename(tmp_path / "outside")
    harness.settle()
    assert harness.in_catalogue() == {}
    write_file(tmp_path / "outside/sub/b.txt")
    write_file(harness.docs / "c.txt")
    harness.settle()
    assert harness.saved["b.txt"] == 0


def test_a_move_between_two_roots(harness: WatchedFolders, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    harness.add(other)
    write_file(harness.docs / "sub/a.txt")
    harness.settle()
    (harness.docs / "sub").rename(other / "sub")
    harness.settle()
    write_file(other / "sub/b.txt")
    harness.settle()
    assert len(harness.in_catalogue()) == 2


def test_folders_that_are_made_and_filled_at_once(harness: WatchedFolders) -> None:
    for number in range(10):
        write_file(harness.docs / f"a{number}/b/c/d/e/deep.txt")
    harness.settle()
    write_file(harness.docs / "a3/b/c/d/e/later.txt")
    harness.settle()
    assert len(harness.in_catalogue()) == 11


def test_a_folder_in_the_place_of_another(harness: WatchedFolders) -> None:
    write_file(harness.docs / "a/one.txt")
    write_file(harness.docs / "b/two.txt")
    harness.settle()
    shutil.rmtree(harness.docs / "a")
    (harness.docs / "b").rename(harness.docs / "a")
    harness.settle()
    write_file(harness.docs / "a/three.txt")
    harness.settle()
    shutil.rmtree(harness.docs / "a")
    write_file(harness.docs / "a", "a file by now")
    harness.settle()
    assert [os.path.basename(path) for path in harness.in_catalogue()] == [b"a"]


def test_a_link_in_the_place_of_a_file(harness: WatchedFolders, tmp_path: Path) -> None:
    path = write_file(harness.docs / "a.txt")
    harness.settle()
    path.unlink()
    path.symlink_to(write_file(tmp_path / "secret.txt"))
    harness.settle()
    assert harness.in_catalogue() == {}


def test_excluded_names_are_not_even_noticed(harness: WatchedFolders) -> None:
    (harness.docs / "node_modules").mkdir()
    for name in ("~$a.docx", "x.log", ".hidden", "node_modules/readme.md", ".git/config", "half.part"):
        write_file(harness.docs / name)
    write_file(harness.docs / "a.txt")
    harness.settle()
    assert harness.saved + harness.fresh == {"a.txt": 1}
    (harness.docs / "a.txt").rename(harness.docs / ".a.txt")
    harness.settle()
    assert harness.in_catalogue() == {}


def test_the_librarys_own_folder_is_not_noticed(tmp_path: Path) -> None:
    with watched(tmp_path / "root") as harness:
        harness.add(harness.place)
        write_file(harness.library / "words/segment.txt")
        write_file(harness.docs / "a.txt")
        harness.settle()
        assert [os.path.basename(path) for path in harness.in_catalogue()] == [b"a.txt"]


def test_a_root_that_goes_and_comes_back(harness: WatchedFolders) -> None:
    path = write_file(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.in_catalogue()
    harness.docs.rename(harness.place / "away")
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    write_file(harness.place / "away/sub/b.txt")
    assert harness.in_catalogue() == before
    (harness.place / "away").rename(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True])
    harness.settle()
    path.unlink()
    harness.settle()
    assert [os.path.basename(path) for path in harness.in_catalogue()] == [b"b.txt"]


def test_a_root_that_goes_while_a_folder_of_it_is_looked_at(
    harness: WatchedFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(harness.docs / "sub/a.txt")
    write_file(harness.docs / "sub/b.txt")
    harness.settle()
    before = harness.in_catalogue()
    pulled_out: list[bytes] = []

    def scan_folders(path: bytes, *rest: object, **more: object) -> object:
        if path != os.fsencode(harness.docs) and not pulled_out:
            pulled_out.append(path)
            harness.docs.rename(harness.place / "away")
            yield []  # as if the folder had been listed while it was empty
        else:
            yield from real(path, *rest, **more)  # type: ignore[arg-type]

    real = watcher.scan_folders
    monkeypatch.setattr("core.watch.watcher.scan_folders", scan_folders)
    (harness.docs / "sub").rename(harness.docs / "other")
    (harness.docs / "other").rename(harness.docs / "sub")
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    assert pulled_out
    assert harness.in_catalogue() == before


def test_a_root_that_goes_while_its_files_are_looked_at(
    harness: WatchedFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_file(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.in_catalogue()
    real = os.lstat

    def lstat(target: bytes) -> os.stat_result:
        if target == os.fsencode(path) and harness.docs.exists():
            harness.docs.rename(harness.place / "away")
        return real(target)

    with monkeypatch.context() as patched:
        patched.setattr("core.watch.classify.os.lstat", lstat)
        os.utime(path)
        harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    assert harness.in_catalogue() == before


def test_a_root_that_is_deleted_is_kept(harness: WatchedFolders) -> None:
    write_file(harness.docs / "sub/a.txt")
    harness.settle()
    shutil.rmtree(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    harness.until(lambda: not (harness.watcher.has_pending_changes or harness.reconcile.scanning))


def test_a_single_document(harness: WatchedFolders, tmp_path: Path) -> None:
    path = write_file(tmp_path / "single.txt", "first")
    harness.add(path)
    write_file(tmp_path / "neighbour.txt")
    path.write_text("second and longer")
    harness.settle()
    os.replace(write_file(tmp_path / "beside", "by another way"), path)
    harness.settle()
    assert list(harness.in_catalogue()) == [os.fsencode(path)]
    path.unlink()
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True, False])
    assert harness.in_catalogue() == {}  # its folder exists, so it was deleted; it is polled for all the same
    write_file(path, "there again")
    harness.settle()
    assert [row.connected for row in harness.catalogue.folders.all()] == [True, True]


def test_a_single_document_on_a_disk_that_is_not_there_is_kept(harness: WatchedFolders, tmp_path: Path) -> None:
    path = write_file(tmp_path / "stick/single.txt", "first")
    harness.add(path)
    harness.settle()
    (tmp_path / "stick").rename(tmp_path / "elsewhere")
    harness.reconcile.scan_folder(harness.catalogue.folders.all()[1].id, os.fsencode(path))
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True, False])
    assert list(harness.in_catalogue()) == [os.fsencode(path)]


def test_a_folder_that_was_removed_is_not_noticed_any_more(harness: WatchedFolders) -> None:
    (row,) = harness.catalogue.folders.all()
    harness.catalogue.folders.remove(row.id)
    harness.reconcile.remove_folder(row.id)
    harness.roots.clear()
    other = harness.place / "other"
    other.mkdir()
    harness.add(other)  # requests are handled in order: the first folder is removed by now
    write_file(harness.docs / "a.txt")
    write_file(other / "b.txt")
    harness.settle()
    assert harness.saved == {"b.txt": 1}


def test_a_file_that_may_be_read_again(harness: WatchedFolders) -> None:
    path = write_file(harness.docs / "a.txt")
    harness.settle()
    ((number, _),) = harness.catalogue.files.all_paths()
    harness.catalogue.files.set_failed(number, "unreadable", "")
    path.chmod(0o600)
    harness.until(lambda: harness.saved["a.txt"] == 2)


def test_nothing_wakes_up_when_nothing_happens(harness: WatchedFolders) -> None:
    write_file(harness.docs / "a.txt")
    harness.settle()
    assert harness.watcher._monitor is not None
    assert harness.watcher._monitor.seconds_until_due() is None


def test_what_is_saved_during_a_scan_comes_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.watcher.BATCH_FILES", 10)
    with watched(tmp_path) as harness:
        harness.add(harness.docs)
        other = harness.place / "other"
        for number in range(300):
            write_file(other / f"{number:03}.txt")
        number = harness.catalogue.folders.add(os.fsencode(other), single=False)
        harness.reconcile.scan_folder(number, os.fsencode(other))
        harness.roots.append(other)
        harness.woken.wait(60)
        write_file(harness.docs / "now.txt")
        pause = threading.Event()
        while not harness.watcher._monitor.is_due():  # type: ignore[union-attr]
            pause.wait(0.01)  # the scan is blocked by the full queue
        while not harness.saved["now.txt"]:
            harness.reconcile.apply_changes(harness.read)
        assert harness.reconcile.scanning
        harness.settle()


def test_an_empty_folder_in_the_place_of_a_root_is_a_disk_that_is_not_mounted(harness: WatchedFolders) -> None:
    write_file(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.in_catalogue()
    harness.docs.rename(harness.place / "away")
    harness.docs.mkdir()
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    harness.until(lambda: not (harness.watcher.has_pending_changes or harness.reconcile.scanning))
    assert harness.in_catalogue() == before
    harness.docs.rmdir()
    (harness.place / "away").rename(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True])
    write_file(harness.docs / "sub/b.txt")
    harness.settle()
    assert len(harness.in_catalogue()) == 2
