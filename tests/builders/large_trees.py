"""Generated folders of many small files, and counters of the work done on them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from core.library import Library
from core.settings import Settings

NO_SERVER = "http://127.0.0.1:9/v1"  # without an engine, nothing is embedded on the same processors
FILES_PER_FOLDER = 100


def without_engine() -> Settings:
    """Settings of a library that embeds nothing, to measure the rest alone."""
    return Settings(model="english", engine="remote", remote_url=NO_SERVER)


def make_tree(folder: Path, files: int, *, texts: int, word: str = "made") -> None:
    """Create files in folders of a hundred; the first `texts` are short texts, the others have no reader."""
    for number in range(files):
        here = folder / f"{number // 10_000:02}" / f"{number // FILES_PER_FOLDER:04}"
        if number % FILES_PER_FOLDER == 0:
            here.mkdir(parents=True)
        if number < texts:
            (here / f"letter {number}.txt").write_text(f"The {word}{number} of a letter.", encoding="utf-8")
        else:
            (here / f"picture {number}.jpg").touch()


def until(true: Callable[[], object], pause: float = 0.02) -> float:
    """Poll until a condition holds; returns the seconds it took."""
    start = time.monotonic()
    while not true():
        time.sleep(pause)
    return time.monotonic() - start


class _Opens(WatchCallback):
    """Counts opened files, not folders."""

    def __init__(self) -> None:
        self.count = 0

    def on_event(self, event: InotifyEvent) -> None:
        self.count += bool(event.name) and not event.is_directory

    def on_watch_deleted(self, _wd: WatchDescriptor) -> None: ...

    def on_queue_overflow(self) -> None:
        raise RuntimeError("too many files were opened to count them")


@contextmanager
def opens_counted(tree: Path) -> Iterator[_Opens]:
    """Count through inotify how many files of a tree are opened, by any program."""
    seen, inotify = _Opens(), InotifyFD()
    inotify.start()
    for number, (folder, _, _) in enumerate(os.walk(tree)):
        inotify.add_callback(os.fsencode(folder), Mask(InotifyConstants.IN_OPEN), seen, CallbackId(number + 1))
    try:
        yield seen
    finally:
        time.sleep(0.5)  # until the last events are read
        inotify.stop()
        inotify.join()


class Used:
    """Processor seconds and wake-ups (voluntary context switches) of this process and its children, since creation."""

    def __init__(self) -> None:
        self._before = self._now()

    def since(self) -> tuple[float, int]:
        seconds, switches = self._now()
        return seconds - self._before[0], switches - self._before[1]

    @staticmethod
    def _now() -> tuple[float, int]:
        me = psutil.Process()
        seconds, switches = 0.0, 0
        for process in (me, *me.children(recursive=True)):
            times = process.cpu_times()
            seconds += times.user + times.system
            for task in os.listdir(f"/proc/{process.pid}/task"):
                status = Path(f"/proc/{process.pid}/task/{task}/status").read_text(encoding="ascii")
                line = next(line for line in status.splitlines() if line.startswith("voluntary"))
                switches += int(line.split()[1])
        return seconds, switches


class Memory:
    """Peak resident memory in bytes, of this process and of all its children together, sampled ten times a second."""

    def __init__(self) -> None:
        self.own = self.children = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def end(self) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._stop.wait(0.1):
            self.own = max(self.own, me.memory_info().rss)
            self.children = max(self.children, sum(map(_memory, me.children(recursive=True))))


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def wait_for_words(library: Library) -> None:
    """Wait until lexical search finds all files."""
    library.wait("words")


def load() -> str:
    """The load of the machine: under load a benchmark means less."""
    one, five, _ = os.getloadavg()
    return f"load of the machine {one:.1f} (one minute), {five:.1f} (five), {os.cpu_count()} processors"
