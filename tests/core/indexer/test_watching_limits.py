"""Bursts, lost events, limits and remote folders: scans replace the events, and the reason is shown."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from watchdog.observers.inotify_c import CallbackId, InotifyFD, Mask, WatchCallback, WatchDescriptor

from core.watch.monitor import Monitor
from tests.core.indexer.watched_folder import QUIET, watched, write_file


def test_a_burst_is_one_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.watch.monitor.MAX_PENDING_PATHS", 50)
    with watched(tmp_path) as harness:
        harness.add(harness.docs)
        for number in range(300):
            write_file(harness.docs / f"{number}.txt")
        harness.settle()
        assert len(harness.in_catalogue()) == 300
        assert sum(harness.fresh.values()) > 0


def test_lost_notices_are_made_up_for_by_a_scan(tmp_path: Path) -> None:
    readers: list[OverflowingInotify] = []
    with watched(
        tmp_path, Monitor(debounce=QUIET, inotify=lambda: readers.append(OverflowingInotify()) or readers[-1])
    ) as harness:
        harness.add(harness.docs)
        write_file(harness.docs / "sub/a.txt")
        write_file(harness.docs / "b.txt")
        harness.settle()
        assert readers[0].has_overflowed


class OverflowingInotify(InotifyFD):
    """Real events, but the first ones are lost as in an overflow of the kernel's queue."""

    has_overflowed = False

    def _read_event_buffer(self, event_buffer_size: int) -> bytes:
        buffer = super()._read_event_buffer(event_buffer_size)
        if self.has_overflowed or not buffer:
            return buffer
        self.has_overflowed = True
        return b"\xff\xff\xff\xff\x00\x40\x00\x00" + bytes(8)  # wd -1, IN_Q_OVERFLOW


class LimitedInotify(InotifyFD):
    """Real events, with a limit of five watches."""

    allowed = 5

    def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        if len(self._watch_for_wd) >= type(self).allowed:
            raise OSError(errno.ENOSPC, "inotify watch limit reached")
        return super().add_callback(path, mask, callback, id_)


def test_the_limit_of_watches_is_told_and_the_rest_is_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watched(tmp_path, Monitor(debounce=QUIET, poll=0.3, inotify=LimitedInotify)) as harness:
        for number in range(10):
            write_file(harness.docs / f"{number}/a.txt")
        harness.add(harness.docs)
        trouble = harness.watcher.limit_error
        assert trouble is not None
        assert trouble.code == "watch_limit"
        assert "sudo sysctl fs.inotify.max_user_watches=" in trouble.remedy
        for number in range(10):
            write_file(harness.docs / f"{number}/b.txt")
        harness.settle()
        assert len(harness.in_catalogue()) == 20
        monkeypatch.setattr(LimitedInotify, "allowed", 50)
        harness.until(lambda: harness.watcher.limit_error is None)


def test_too_many_instances_are_told_and_all_is_polled(tmp_path: Path) -> None:
    def refused() -> InotifyFD:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    with watched(tmp_path, Monitor(debounce=QUIET, poll=0.3, inotify=refused)) as harness:
        harness.add(harness.docs)
        assert harness.watcher.limit_error is not None
        assert "max_user_instances" in harness.watcher.limit_error.remedy
        write_file(harness.docs / "a.txt")
        harness.settle()


def test_a_remote_folder_is_polled_without_a_word(tmp_path: Path) -> None:
    with watched(tmp_path, Monitor(debounce=QUIET, poll=0.3, is_remote=lambda path: True)) as harness:
        harness.add(harness.docs)
        write_file(harness.docs / "sub/a.txt")
        harness.settle()
        assert harness.watcher.limit_error is None
        assert harness.saved == {}


def test_it_runs_under_a_real_limit_of_open_files(tmp_path: Path) -> None:
    program = """if True:
        import resource, sys
        import core.watch.inotify
        from core.watch.monitor import Monitor
        from core.watch.ignore_rules import IgnoreRules
        from core.watch.watcher import Watcher
        watcher = Watcher(lambda: None, Monitor())
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
        held = []
        try:
            while True:
                held.append(open("/dev/null"))
        except OSError:
            held.pop().close()  # one is left to list a folder with; a watcher of folders takes three
        watcher.scan(1, sys.argv[1].encode(), IgnoreRules())
        watcher.changes.get(timeout=60)
        watcher.changes.get(timeout=60)
        print(watcher.limit_error.code)
        watcher.close()
    """
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.stderr) == ("watch_limit\n", "")
