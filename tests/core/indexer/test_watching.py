"""Real changes in real folders, noticed by the real system: what is known follows what is there."""

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
def desk(tmp_path: Path) -> Iterator[Watched]:
    with watched(tmp_path) as made:
        made.add(made.docs)
        yield made
    assert not any(thread.name == "watcher" or isinstance(thread, InotifyFD) for thread in threading.enumerate())


def test_what_is_saved_changed_and_deleted(desk: Watched) -> None:
    path = put(desk.docs / "a.txt")
    desk.settle()
    assert desk.saved == {"a.txt": 1}
    path.write_text("longer than before")
    desk.settle()
    assert desk.saved == {"a.txt": 2}
    path.unlink()
    desk.settle()
    assert desk.known() == {}


def test_an_editor_that_writes_beside_and_renames(desk: Watched) -> None:
    path = put(desk.docs / "letter.txt", "first")
    desk.settle()
    os.replace(put(desk.docs / "letter.txt.tmp", "second, and longer"), path)
    desk.settle()
    assert desk.saved == {"letter.txt": 2}


def test_a_file_that_is_written_in_pieces_is_taken_once_it_is_whole(desk: Watched) -> None:
    pause = threading.Event()
    with open(desk.docs / "download.txt", "w") as file:
        for _ in range(10):
            file.write("some more ")
            file.flush()
            pause.wait(QUIET / 10)
    desk.settle()
    assert desk.saved["download.txt"] <= 2  # on a machine that stood still in between it is taken twice


def test_a_file_that_is_still_written_to_is_not_taken(tmp_path: Path) -> None:
    with watched(tmp_path, Monitor(quiet=3600)) as desk:
        desk.add(desk.docs)
        put(desk.docs / "a.txt")
        desk.until(lambda: desk.watcher.expecting)
        assert desk.saved == {}


def test_a_renamed_file(desk: Watched) -> None:
    path = put(desk.docs / "a.txt")
    desk.settle()
    path.rename(desk.docs / "b.txt")
    desk.settle()
    assert [os.path.basename(path) for path in desk.known()] == [b"b.txt"]


def test_a_renamed_folder_and_what_happens_in_it_later(desk: Watched) -> None:
    for number in range(20):
        put(desk.docs / f"old/deep/{number}.txt")
    desk.settle()
    (desk.docs / "old").rename(desk.docs / "new")
    desk.settle()
    assert all(b"/new/deep/" in path for path in desk.known())
    put(desk.docs / "new/deep/later.txt")
    (desk.docs / "new/deep/3.txt").unlink()
    desk.settle()
    put(desk.docs / "old/again.txt")
    desk.settle()
    assert len(desk.known()) == 21


def test_a_folder_moved_in_and_out_and_changed_outside(desk: Watched, tmp_path: Path) -> None:
    put(tmp_path / "outside/sub/a.txt")
    (tmp_path / "outside").rename(desk.docs / "inside")
    desk.settle()
    assert len(desk.known()) == 1
    (desk.docs / "inside").rename(tmp_path / "outside")
    desk.settle()
    assert desk.known() == {}
    put(tmp_path / "outside/sub/b.txt")
    put(desk.docs / "c.txt")
    desk.settle()
    assert desk.saved["b.txt"] == 0


def test_a_move_between_two_roots(desk: Watched, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    desk.add(other)
    put(desk.docs / "sub/a.txt")
    desk.settle()
    (desk.docs / "sub").rename(other / "sub")
    desk.settle()
    put(other / "sub/b.txt")
    desk.settle()
    assert len(desk.known()) == 2


def test_folders_that_are_made_and_filled_at_once(desk: Watched) -> None:
    for number in range(10):
        put(desk.docs / f"a{number}/b/c/d/e/deep.txt")
    desk.settle()
    put(desk.docs / "a3/b/c/d/e/later.txt")
    desk.settle()
    assert len(desk.known()) == 11


def test_a_folder_in_the_place_of_another(desk: Watched) -> None:
    put(desk.docs / "a/one.txt")
    put(desk.docs / "b/two.txt")
    desk.settle()
    shutil.rmtree(desk.docs / "a")
    (desk.docs / "b").rename(desk.docs / "a")
    desk.settle()
    put(desk.docs / "a/three.txt")
    desk.settle()
    shutil.rmtree(desk.docs / "a")
    put(desk.docs / "a", "a file by now")
    desk.settle()
    assert [os.path.basename(path) for path in desk.known()] == [b"a"]


def test_a_link_in_the_place_of_a_file(desk: Watched, tmp_path: Path) -> None:
    path = put(desk.docs / "a.txt")
    desk.settle()
    path.unlink()
    path.symlink_to(put(tmp_path / "secret.txt"))
    desk.settle()
    assert desk.known() == {}


def test_excluded_names_are_not_even_noticed(desk: Watched) -> None:
    (desk.docs / "node_modules").mkdir()
    for name in ("~$a.docx", "x.log", ".hidden", "node_modules/readme.md", ".git/config", "half.part"):
        put(desk.docs / name)
    put(desk.docs / "a.txt")
    desk.settle()
    assert desk.saved + desk.fresh == {"a.txt": 1}
    (desk.docs / "a.txt").rename(desk.docs / ".a.txt")
    desk.settle()
    assert desk.known() == {}


def test_the_librarys_own_folder_is_not_noticed(tmp_path: Path) -> None:
    with watched(tmp_path / "root") as desk:
        desk.add(desk.place)
        put(desk.library / "words/segment.txt")
        put(desk.docs / "a.txt")
        desk.settle()
        assert [os.path.basename(path) for path in desk.known()] == [b"a.txt"]


def test_a_root_that_goes_and_comes_back(desk: Watched) -> None:
    path = put(desk.docs / "sub/a.txt")
    desk.settle()
    before = desk.known()
    desk.docs.rename(desk.place / "away")
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [False])
    put(desk.place / "away/sub/b.txt")
    assert desk.known() == before
    (desk.place / "away").rename(desk.docs)
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [True])
    desk.settle()
    path.unlink()
    desk.settle()
    assert [os.path.basename(path) for path in desk.known()] == [b"b.txt"]


def test_a_root_that_goes_while_a_folder_of_it_is_looked_at(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    put(desk.docs / "sub/a.txt")
    put(desk.docs / "sub/b.txt")
    desk.settle()
    before = desk.known()
    pulled_out: list[bytes] = []

    def listings(path: bytes, *rest: object, **more: object) -> object:
        if path != os.fsencode(desk.docs) and not pulled_out:
            pulled_out.append(path)
            desk.docs.rename(desk.place / "away")
            yield []  # as if the folder had been listed before, and nothing in it was there any more
        else:
            yield from real(path, *rest, **more)  # type: ignore[arg-type]

    real = watcher.listings
    monkeypatch.setattr("core.watch.watcher.listings", listings)
    (desk.docs / "sub").rename(desk.docs / "other")
    (desk.docs / "other").rename(desk.docs / "sub")
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [False])
    assert pulled_out
    assert desk.known() == before


def test_a_root_that_goes_while_its_files_are_looked_at(desk: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(desk.docs / "sub/a.txt")
    desk.settle()
    before = desk.known()
    real = os.lstat

    def lstat(asked: bytes) -> os.stat_result:
        if asked == os.fsencode(path) and desk.docs.exists():
            desk.docs.rename(desk.place / "away")
        return real(asked)

    with monkeypatch.context() as patched:
        patched.setattr("core.watch.classify.os.lstat", lstat)
        os.utime(path)
        desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [False])
    assert desk.known() == before


def test_a_root_that_is_deleted_is_kept(desk: Watched) -> None:
    put(desk.docs / "sub/a.txt")
    desk.settle()
    shutil.rmtree(desk.docs)
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [False])
    desk.until(lambda: not (desk.watcher.expecting or desk.arrivals.scanning))


def test_a_single_document(desk: Watched, tmp_path: Path) -> None:
    path = put(tmp_path / "single.txt", "first")
    desk.add(path)
    put(tmp_path / "neighbour.txt")
    path.write_text("second and longer")
    desk.settle()
    os.replace(put(tmp_path / "beside", "by another way"), path)
    desk.settle()
    assert list(desk.known()) == [os.fsencode(path)]
    path.unlink()
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [True, False])
    assert desk.known() == {}  # its folder is there, so that it is deleted; it is looked for all the same
    put(path, "there again")
    desk.settle()
    assert [row.connected for row in desk.catalogue.files.folders()] == [True, True]


def test_a_single_document_on_a_disk_that_is_not_there_is_kept(desk: Watched, tmp_path: Path) -> None:
    path = put(tmp_path / "stick/single.txt", "first")
    desk.add(path)
    desk.settle()
    (tmp_path / "stick").rename(tmp_path / "elsewhere")
    desk.arrivals.begin(desk.catalogue.files.folders()[1].id, os.fsencode(path))
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [True, False])
    assert list(desk.known()) == [os.fsencode(path)]


def test_a_folder_that_was_removed_is_not_noticed_any_more(desk: Watched) -> None:
    (row,) = desk.catalogue.files.folders()
    desk.catalogue.files.remove_folder(row.id)
    desk.arrivals.forget(row.id)
    desk.roots.clear()
    other = desk.place / "other"
    other.mkdir()
    desk.add(other)  # one after the other: by now it is forgotten
    put(desk.docs / "a.txt")
    put(other / "b.txt")
    desk.settle()
    assert desk.saved == {"b.txt": 1}


def test_a_file_that_may_be_read_again(desk: Watched) -> None:
    path = put(desk.docs / "a.txt")
    desk.settle()
    ((number, _),) = desk.catalogue.files.names()
    desk.catalogue.files.set_failed(number, "unreadable", "")
    path.chmod(0o600)
    desk.until(lambda: desk.saved["a.txt"] == 2)


def test_nothing_wakes_up_when_nothing_happens(desk: Watched) -> None:
    put(desk.docs / "a.txt")
    desk.settle()
    assert desk.watcher._live is not None
    assert desk.watcher._live.until() is None


def test_what_is_saved_during_a_scan_comes_before_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.watcher.BATCH", 10)
    with watched(tmp_path) as desk:
        desk.add(desk.docs)
        backlog = desk.place / "backlog"
        for number in range(300):
            put(backlog / f"{number:03}.txt")
        number = desk.catalogue.files.add_folder(os.fsencode(backlog), single=False)
        desk.arrivals.begin(number, os.fsencode(backlog))
        desk.roots.append(backlog)
        desk.woken.wait(60)
        put(desk.docs / "now.txt")
        pause = threading.Event()
        while not desk.watcher._live.is_due():  # type: ignore[union-attr]
            pause.wait(0.01)  # the scan waits for room all the while
        while not desk.saved["now.txt"]:
            desk.arrivals.take(desk.read)
        assert desk.arrivals.scanning
        desk.settle()


def test_an_empty_folder_in_the_place_of_a_root_is_a_disk_that_is_not_mounted(desk: Watched) -> None:
    put(desk.docs / "sub/a.txt")
    desk.settle()
    before = desk.known()
    desk.docs.rename(desk.place / "away")
    desk.docs.mkdir()
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [False])
    desk.until(lambda: not (desk.watcher.expecting or desk.arrivals.scanning))
    assert desk.known() == before
    desk.docs.rmdir()
    (desk.place / "away").rename(desk.docs)
    desk.until(lambda: [row.connected for row in desk.catalogue.files.folders()] == [True])
    put(desk.docs / "sub/b.txt")
    desk.settle()
    assert len(desk.known()) == 2
