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
from tests.core.indexer.watched_folder import QUIET, Watched, put, watched


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path) as made:
        made.add(made.docs)
        yield made
    assert not any(thread.name == "watcher" or isinstance(thread, InotifyFD) for thread in threading.enumerate())


def test_what_is_saved_changed_and_deleted(harness: Watched) -> None:
    path = put(harness.docs / "a.txt")
    harness.settle()
    assert harness.saved == {"a.txt": 1}
    path.write_text("longer than before")
    harness.settle()
    assert harness.saved == {"a.txt": 2}
    path.unlink()
    harness.settle()
    assert harness.known() == {}


def test_an_editor_that_writes_beside_and_renames(harness: Watched) -> None:
    path = put(harness.docs / "letter.txt", "first")
    harness.settle()
    os.replace(put(harness.docs / "letter.txt.tmp", "second, and longer"), path)
    harness.settle()
    assert harness.saved == {"letter.txt": 2}


def test_a_file_that_is_written_in_pieces_is_taken_once_it_is_whole(harness: Watched) -> None:
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
        put(harness.docs / "a.txt")
        harness.until(lambda: harness.watcher.has_pending_changes)
        assert harness.saved == {}


def test_a_renamed_file(harness: Watched) -> None:
    path = put(harness.docs / "a.txt")
    harness.settle()
    path.rename(harness.docs / "b.txt")
    harness.settle()
    assert [os.path.basename(path) for path in harness.known()] == [b"b.txt"]


def test_a_renamed_folder_and_what_happens_in_it_later(harness: Watched) -> None:
    for number in range(20):
        put(harness.docs / f"old/deep/{number}.txt")
    harness.settle()
    (harness.docs / "old").rename(harness.docs / "new")
    harness.settle()
    assert all(b"/new/deep/" in path for path in harness.known())
    put(harness.docs / "new/deep/later.txt")
    (harness.docs / "new/deep/3.txt").unlink()
    harness.settle()
    put(harness.docs / "old/again.txt")
    harness.settle()
    assert len(harness.known()) == 21


def test_a_folder_moved_in_and_out_and_changed_outside(harness: Watched, tmp_path: Path) -> None:
    put(tmp_path / "outside/sub/a.txt")
    (tmp_path / "outside").rename(harness.docs / "inside")
    harness.settle()
    assert len(harness.known()) == 1
    (harness.docs / "inside").rename(tmp_path / "outside")
    harness.settle()
    assert harness.known() == {}
    put(tmp_path / "outside/sub/b.txt")
    put(harness.docs / "c.txt")
    harness.settle()
    assert harness.saved["b.txt"] == 0


def test_a_move_between_two_roots(harness: Watched, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    harness.add(other)
    put(harness.docs / "sub/a.txt")
    harness.settle()
    (harness.docs / "sub").rename(other / "sub")
    harness.settle()
    put(other / "sub/b.txt")
    harness.settle()
    assert len(harness.known()) == 2


def test_folders_that_are_made_and_filled_at_once(harness: Watched) -> None:
    for number in range(10):
        put(harness.docs / f"a{number}/b/c/d/e/deep.txt")
    harness.settle()
    put(harness.docs / "a3/b/c/d/e/later.txt")
    harness.settle()
    assert len(harness.known()) == 11


def test_a_folder_in_the_place_of_another(harness: Watched) -> None:
    put(harness.docs / "a/one.txt")
    put(harness.docs / "b/two.txt")
    harness.settle()
    shutil.rmtree(harness.docs / "a")
    (harness.docs / "b").rename(harness.docs / "a")
    harness.settle()
    put(harness.docs / "a/three.txt")
    harness.settle()
    shutil.rmtree(harness.docs / "a")
    put(harness.docs / "a", "a file by now")
    harness.settle()
    assert [os.path.basename(path) for path in harness.known()] == [b"a"]


def test_a_link_in_the_place_of_a_file(harness: Watched, tmp_path: Path) -> None:
    path = put(harness.docs / "a.txt")
    harness.settle()
    path.unlink()
    path.symlink_to(put(tmp_path / "secret.txt"))
    harness.settle()
    assert harness.known() == {}


def test_excluded_names_are_not_even_noticed(harness: Watched) -> None:
    (harness.docs / "node_modules").mkdir()
    for name in ("~$a.docx", "x.log", ".hidden", "node_modules/readme.md", ".git/config", "half.part"):
        put(harness.docs / name)
    put(harness.docs / "a.txt")
    harness.settle()
    assert harness.saved + harness.fresh == {"a.txt": 1}
    (harness.docs / "a.txt").rename(harness.docs / ".a.txt")
    harness.settle()
    assert harness.known() == {}


def test_the_librarys_own_folder_is_not_noticed(tmp_path: Path) -> None:
    with watched(tmp_path / "root") as harness:
        harness.add(harness.place)
        put(harness.library / "words/segment.txt")
        put(harness.docs / "a.txt")
        harness.settle()
        assert [os.path.basename(path) for path in harness.known()] == [b"a.txt"]


def test_a_root_that_goes_and_comes_back(harness: Watched) -> None:
    path = put(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.known()
    harness.docs.rename(harness.place / "away")
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    put(harness.place / "away/sub/b.txt")
    assert harness.known() == before
    (harness.place / "away").rename(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True])
    harness.settle()
    path.unlink()
    harness.settle()
    assert [os.path.basename(path) for path in harness.known()] == [b"b.txt"]


def test_a_root_that_goes_while_a_folder_of_it_is_looked_at(harness: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    put(harness.docs / "sub/a.txt")
    put(harness.docs / "sub/b.txt")
    harness.settle()
    before = harness.known()
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
    assert harness.known() == before


def test_a_root_that_goes_while_its_files_are_looked_at(harness: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.known()
    real = os.lstat

    def lstat(target: bytes) -> os.stat_result:
        if target == os.fsencode(path) and harness.docs.exists():
            harness.docs.rename(harness.place / "away")
        return real(target)

    with monkeypatch.context() as patched:
        patched.setattr("core.watch.classify.os.lstat", lstat)
        os.utime(path)
        harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    assert harness.known() == before


def test_a_root_that_is_deleted_is_kept(harness: Watched) -> None:
    put(harness.docs / "sub/a.txt")
    harness.settle()
    shutil.rmtree(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    harness.until(lambda: not (harness.watcher.has_pending_changes or harness.reconcile.scanning))


def test_a_single_document(harness: Watched, tmp_path: Path) -> None:
    path = put(tmp_path / "single.txt", "first")
    harness.add(path)
    put(tmp_path / "neighbour.txt")
    path.write_text("second and longer")
    harness.settle()
    os.replace(put(tmp_path / "beside", "by another way"), path)
    harness.settle()
    assert list(harness.known()) == [os.fsencode(path)]
    path.unlink()
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True, False])
    assert harness.known() == {}  # its folder exists, so it was deleted; it is polled for all the same
    put(path, "there again")
    harness.settle()
    assert [row.connected for row in harness.catalogue.folders.all()] == [True, True]


def test_a_single_document_on_a_disk_that_is_not_there_is_kept(harness: Watched, tmp_path: Path) -> None:
    path = put(tmp_path / "stick/single.txt", "first")
    harness.add(path)
    harness.settle()
    (tmp_path / "stick").rename(tmp_path / "elsewhere")
    harness.reconcile.scan_folder(harness.catalogue.folders.all()[1].id, os.fsencode(path))
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True, False])
    assert list(harness.known()) == [os.fsencode(path)]


def test_a_folder_that_was_removed_is_not_noticed_any_more(harness: Watched) -> None:
    (row,) = harness.catalogue.folders.all()
    harness.catalogue.folders.remove(row.id)
    harness.reconcile.remove_folder(row.id)
    harness.roots.clear()
    other = harness.place / "other"
    other.mkdir()
    harness.add(other)  # requests are handled in order: the first folder is removed by now
    put(harness.docs / "a.txt")
    put(other / "b.txt")
    harness.settle()
    assert harness.saved == {"b.txt": 1}


def test_a_file_that_may_be_read_again(harness: Watched) -> None:
    path = put(harness.docs / "a.txt")
    harness.settle()
    ((number, _),) = harness.catalogue.files.all_paths()
    harness.catalogue.files.set_failed(number, "unreadable", "")
    path.chmod(0o600)
    harness.until(lambda: harness.saved["a.txt"] == 2)


def test_nothing_wakes_up_when_nothing_happens(harness: Watched) -> None:
    put(harness.docs / "a.txt")
    harness.settle()
    assert harness.watcher._monitor is not None
    assert harness.watcher._monitor.seconds_until_due() is None


def test_what_is_saved_during_a_scan_comes_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.watcher.BATCH_FILES", 10)
    with watched(tmp_path) as harness:
        harness.add(harness.docs)
        other = harness.place / "other"
        for number in range(300):
            put(other / f"{number:03}.txt")
        number = harness.catalogue.folders.add(os.fsencode(other), single=False)
        harness.reconcile.scan_folder(number, os.fsencode(other))
        harness.roots.append(other)
        harness.woken.wait(60)
        put(harness.docs / "now.txt")
        pause = threading.Event()
        while not harness.watcher._monitor.is_due():  # type: ignore[union-attr]
            pause.wait(0.01)  # the scan is blocked by the full queue
        while not harness.saved["now.txt"]:
            harness.reconcile.apply_changes(harness.read)
        assert harness.reconcile.scanning
        harness.settle()


def test_an_empty_folder_in_the_place_of_a_root_is_a_disk_that_is_not_mounted(harness: Watched) -> None:
    put(harness.docs / "sub/a.txt")
    harness.settle()
    before = harness.known()
    harness.docs.rename(harness.place / "away")
    harness.docs.mkdir()
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [False])
    harness.until(lambda: not (harness.watcher.has_pending_changes or harness.reconcile.scanning))
    assert harness.known() == before
    harness.docs.rmdir()
    (harness.place / "away").rename(harness.docs)
    harness.until(lambda: [row.connected for row in harness.catalogue.folders.all()] == [True])
    put(harness.docs / "sub/b.txt")
    harness.settle()
    assert len(harness.known()) == 2
