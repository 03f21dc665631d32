"""python -m tests.tools.soak [--minutes N] [--seed N] FOLDER...: mixed use of a library, one fault after another.

Searches, changes of documents, killed readers and engines, a full disk, the library and the documents moved away and
back, the clock set. Prints a line a minute, and in the end whether memory, handles, threads and children stayed flat,
and whether the answers equal those of a fresh index. Needs the right to mount a small disk in memory.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from core.library import Library
from core.settings import Settings
from tests.system.catalogue_state import State, damage, state_of
from tests.tools.answers import Answers, answers_of, differences
from tests.tools.soak.faults import all_faults, mount_disk
from tests.tools.soak.sampler import Sampler, growth
from tests.tools.soak.use import User
from tests.waiting import wait_until

DISK_MB = 96
MAX_BYTES = 400_000  # of a document
FIRST_DOCUMENTS = 40
FAULT_SECONDS = (2.0, 8.0)  # for which a fault lasts
CALM_SECONDS = (4.0, 10.0)  # between two faults
ACTION_PAUSE = 0.15  # seconds
QUERIES = 60  # compared in the end
LONGEST = 900.0  # seconds for the last files


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.soak", description="Mixed use with faults.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="documents that are used")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    source = random.Random(options.seed)
    originals = _documents(options.folders, source)
    with tempfile.TemporaryDirectory(prefix="findling-soak-") as temporary:
        place, disk = Path(temporary), Path(temporary) / "disk"
        mount_disk(disk, DISK_MB)
        try:
            return _soak(options.minutes, source, originals, place, disk)
        finally:
            subprocess.run(["umount", "-l", str(disk)], check=True)


def _soak(minutes: float, source: random.Random, originals: list[Path], place: Path, disk: Path) -> int:
    documents, root = place / "documents", disk / "library"
    documents.mkdir()
    user = User(source, documents, originals)
    settings = Settings(model="english", readers=2, wait_on_battery=False)
    with Library.open(root, settings, watch=True) as library:
        library.add_folder(documents)
        for _ in range(FIRST_DOCUMENTS):
            user.change(library)
        sampler = Sampler()
        try:
            faults = _run(minutes, source, user, library, all_faults(source, disk, root, documents), sampler)
        finally:
            sampler.close()
        library.engines.start()
        library.indexing.resume()
        library.indexing.rescan()
        library.indexing.retry()  # a document whose reader was killed counts as one that crashes its reader
        library.wait("meaning", LONGEST)
        wait_until(lambda: not library.diagnostics.examine().ailments, "the doctor finds nothing")
        queries = [user.query() for _ in range(QUERIES)]
        answers = [answers_of(library, query) for query in queries]
    print(f"faults: {dict(faults)}\nuse: {dict(user.counts)}\nerrors named: {dict(user.sentences)}")
    grown = growth(sampler.samples)
    print(f"memory, handles, threads, children: {'; '.join(grown) or 'flat'} ({len(sampler.samples)} samples)")
    different = _differences(root, place / "fresh", settings, documents, queries, answers)
    print(f"compared with a fresh index: {'; '.join(different) or 'equal'}", flush=True)
    return 1 if grown or different else 0


def _run(
    minutes: float, source: random.Random, user: User, library: Library, faults: dict[str, object], sampler: Sampler
) -> Counter[str]:
    done: Counter[str] = Counter()
    names = sorted(faults)
    start = time.monotonic()
    next_line, next_change = start + 60.0, start + source.uniform(*CALM_SECONDS)
    current = ExitStack()
    active = ""
    print("minute  searches  changes  faults  main MB  handles  threads  children  their MB  trouble", flush=True)
    try:
        while (now := time.monotonic()) < start + 60 * minutes:
            user.act(library)
            time.sleep(ACTION_PAUSE)
            if now >= next_change and active:
                current.close()
                active, next_change = "", now + source.uniform(*CALM_SECONDS)
            elif now >= next_change:
                active = names[sum(done.values()) % len(names)]
                done[active] += 1
                current.enter_context(faults[active]())  # type: ignore[operator]
                next_change = now + source.uniform(*FAULT_SECONDS)
            if now >= next_line:
                next_line += 60.0
                trouble = library.progress().trouble
                sample = sampler.now()
                print(
                    f"{(now - start) / 60:6.0f}  {user.counts['searches']:8}  {user.counts['changes']:7}  "
                    f"{sum(done.values()):6}  {sample.main_mb:7.0f}  {sample.handles:7.0f}  {sample.threads:7.0f}  "
                    f"{sample.children:8.0f}  {sample.children_mb:8.0f}  {trouble.code if trouble else '-'}",
                    flush=True,
                )
    finally:
        current.close()
    return done


def _differences(
    root: Path, fresh: Path, settings: Settings, documents: Path, queries: list[str], answers: list[Answers]
) -> list[str]:
    """How the library, with a word index without deleted passages, differs from a fresh index of the same documents."""
    with Library.open(fresh, settings) as library:
        library.add_folder(documents)
        library.wait("meaning", LONGEST)
        expected = [answers_of(library, query) for query in queries]
    as_is = differences(queries, answers, expected)
    print(
        f"{len(as_is)} of {len(queries)} queries differ while the word index counts deleted passages in its statistics"
    )
    for line in as_is:
        print(f"  {line}")
    shutil.rmtree(root / "words")
    with Library.open(root) as library:
        library.wait("meaning", LONGEST)
        answers = [answers_of(library, query) for query in queries]
    old, new = state_of(root), state_of(fresh)
    return differences(queries, answers, expected)[:5] + _state_differences(old, new) + damage(root)


def _state_differences(old: State, new: State) -> list[str]:
    different = [
        f"{path!r} is {old.files.get(path)} instead of {new.files.get(path)}"
        for path in sorted(old.files.keys() | new.files.keys())
        if old.files.get(path) != new.files.get(path)
    ]
    if old.passages != new.passages:
        different.append(f"{len(set(old.passages.items()) ^ set(new.passages.items()))} passages differ")
    if old.vectors.keys() != new.vectors.keys():
        different.append("other passages have vectors")
    elif old.vectors and np.abs(old.matrix() - new.matrix()).max() > 0.01:
        different.append("vectors differ")
    return different


def _documents(folders: list[Path], source: random.Random) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    small = [path for path in found if path.stat().st_size <= MAX_BYTES]
    source.shuffle(small)
    return small


if __name__ == "__main__":
    sys.exit(main())
