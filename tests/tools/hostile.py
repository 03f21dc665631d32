"""python -m tests.tools.hostile FOLDER... [--rounds N] [--mutations N]: index hostile documents, and print the cost.

Each round removes the folders and reads every file as new; every other round touches all files, too. Prints the
outcome of every file (read, or why not), and a line for each round, so that a leak shows as a growing column. With
`--mutations` the folders have sound files, of each of which N damaged versions are made, by `--seed` always the same.
"""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import psutil

from core.extract_workers.worker import MEMORY
from core.library import Library
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from tests.builders.mutations import write_mutations

NOBODY = "http://127.0.0.1:9/v1"  # no engine: only reading is tested
MOST = 700_000_000  # bytes, of the main process
LONGEST = 3600.0  # seconds, of one round
LOOK = 0.1  # seconds between two samples

Shape = dict[str, tuple[int, int, int]]


@dataclass(slots=True)
class Peaks:
    """The maxima since `reset`: bytes of this process, bytes of a child's data segment, number of children."""

    main: int = 0
    child: int = 0
    children: int = 0

    def reset(self) -> None:
        self.main = self.child = self.children = 0


class Observer:
    """Samples this process and its children on a thread."""

    def __init__(self) -> None:
        self.peaks = Peaks()
        self.process = psutil.Process()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="observer")
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(LOOK):
            children = self.process.children(recursive=True)
            self.peaks.main = max(self.peaks.main, self.process.memory_info().rss)
            self.peaks.children = max(self.peaks.children, len(children))
            self.peaks.child = max([self.peaks.child, *map(_data, children)])


def _data(child: psutil.Process) -> int:
    """Bytes that count towards RLIMIT_DATA."""
    try:
        return int(child.memory_info().data)
    except psutil.Error:
        return 0


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.hostile", description="Measure; nothing is asserted.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--mutations", type=int, default=0, metavar="N", help="of each file; 0: the files as they are")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="findling-hostile-") as temporary:
        place = Path(temporary)
        if options.mutations:
            documents = place / "documents"
            for number, folder in enumerate(options.folders):
                write_mutations(folder, documents / f"{number}-{folder.name}", options.mutations, options.seed)
        else:
            documents = _copied(options.folders, place / "documents")
        _live_in(place / "home")
        before = shape(place, documents)
        observer = Observer()
        try:
            sound = _rounds(documents, place / "library", options.rounds, observer)
        finally:
            observer.close()
        written = _differences(before, shape(place, documents))
        print(f"written outside of the library: {written or 'nothing'}")
    return 0 if sound and not written else 1


def _rounds(documents: Path, place: Path, rounds: int, observer: Observer) -> bool:
    settings = Settings(model="english", engine="remote", remote_url=NOBODY, hidden_files=True, read_archives=True)
    print(f"workers may have {MEMORY / 1e6:.0f} MB, this process {MOST / 1e6:.0f} MB")
    print("round  seconds  files  read  failed  main MB  peak  worker MB  children  now  threads  handles  on disk MB")
    sound = True
    before: dict[bytes, tuple[object, ...]] = {}
    with Library.open(place, settings, watch=True) as library:
        for number in range(1, rounds + 1):
            observer.peaks.reset()
            start = time.monotonic()
            if number % 2 == 0:
                _touch(documents)
            library.add_folder(documents)
            progress = library.wait("words", timeout=LONGEST)
            took = time.monotonic() - start
            _print_round(number, took, library, observer)
            if number == 1:
                sound = _print_ends(documents, place, library)
            ends = _ends(place)
            for path in sorted(path for path in ends if number > 1 and ends[path] != before.get(path)):
                print(f"       another end: {os.fsdecode(path)!a}: {before.get(path)}, now {ends[path]}", flush=True)
            before = ends
            sound &= observer.peaks.main < MOST and observer.peaks.child <= MEMORY and not progress.words.waiting
            library.remove_folder(documents)
            _until_forgotten(library, place)
    return sound


def _ends(place: Path) -> dict[bytes, tuple[object, ...]]:
    """The outcome of every file: its state and its problem."""
    catalogue = Catalogue(place, writable=False)
    ends = {row[0]: row[1:] for row in catalogue._db.execute("SELECT path, state, problem, detail FROM files")}
    catalogue.close()
    return ends


def _print_round(number: int, took: float, library: Library, observer: Observer) -> None:
    words, process, peaks = library.progress().words, observer.process, observer.peaks
    row = (
        f"{number:5}  {took:7.1f}  {words.total:5}  {words.done:4}  {words.failed:6}  "
        f"{process.memory_info().rss / 1e6:7.0f}  {peaks.main / 1e6:4.0f}  {peaks.child / 1e6:9.0f}  "
        f"{peaks.children:8}  {len(process.children(recursive=True)):3}  {process.num_threads():7}  "
        f"{process.num_fds():7}  {sum(library.diagnostics.disk_usage().values()) / 1e6:10.1f}"
    )
    print(row, flush=True)


def _print_ends(documents: Path, place: Path, library: Library) -> bool:
    """Print the outcome of every file; returns whether every file has one."""
    catalogue = Catalogue(place, writable=False)
    states = dict(catalogue._db.execute("SELECT path, state FROM files").fetchall())
    catalogue.close()
    problems = {os.fsencode(problem.path): problem for problem in library.problems()}
    met = [path for path in _regular(documents) if path not in states]
    print("ends:", dict(Counter(states.values())), dict(Counter(problem.code for problem in problems.values())))
    for path in sorted(path for path, state in states.items() if state == "failed"):
        name, problem = os.fsdecode(os.path.relpath(path, os.fsencode(documents))), problems[path]
        print(f"  {name!a}: {problem.code} {problem.detail[:100]}")
    for path in met:
        print(f"  not known (left out by the rules): {os.fsdecode(path)!a}")
    nameless = [path for path, state in states.items() if state == "failed" and path not in problems]
    return not nameless and "waiting" not in states.values()


def _until_forgotten(library: Library, place: Path) -> None:
    """Wait until no content is kept, as the next round would know it."""
    library.wait("words", timeout=LONGEST)
    catalogue = Catalogue(place, writable=False)
    pause = threading.Event()
    while catalogue._db.scalar("SELECT count(*) FROM contents"):
        pause.wait(0.1)
    catalogue.close()


def _copied(folders: list[Path], place: Path) -> Path:
    """Copy the folders into one that may be changed; sparse files stay sparse and pipes stay pipes."""
    place.mkdir()
    for number, folder in enumerate(folders):
        target = place / f"{number}-{folder.name}"
        subprocess.run(["cp", "-a", "--sparse=always", str(folder), str(target)], check=True)
    return place


def _live_in(home: Path) -> None:
    """Make this process and its children write their caches and temporary files below `home`."""
    for name, below in {"HOME": "", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "TMPDIR": "tmp"}.items():
        (home / below).mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(home / below)
    tempfile.tempdir = None


def _regular(documents: Path) -> list[bytes]:
    found = []
    for folder, _, names in os.walk(os.fsencode(documents)):
        found += [os.path.join(folder, name) for name in names]
    return [path for path in found if stat.S_ISREG(os.lstat(path).st_mode)]


def _touch(documents: Path) -> None:
    now = time.time_ns() - 60_000_000_000  # a recent mtime would count as still being written
    for path in _regular(documents):
        os.utime(path, ns=(now, now))


def shape(place: Path, documents: Path) -> Shape:
    """Every path below a folder, without the library: type, size and inode."""
    found: Shape = {}
    for folder, folders, names in os.walk(os.fsencode(place)):
        if os.path.basename(folder) == b"library":
            folders.clear()
            continue
        for name in (*folders, *names):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            size = status.st_size if stat.S_ISREG(status.st_mode) else 0
            found[os.fsdecode(path)] = (stat.S_IFMT(status.st_mode), size, status.st_ino)
    return found


def _differences(before: Shape, after: Shape) -> list[str]:
    both = before.keys() | after.keys()
    return sorted(ascii(path) for path in both if before.get(path) != after.get(path) and not path.endswith("/library"))


if __name__ == "__main__":
    if shutil.which("cp") is None:
        sys.exit("the command cp is needed")
    sys.exit(main())
