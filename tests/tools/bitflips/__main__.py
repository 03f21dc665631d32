"""python -m tests.tools.bitflips [--flips N] [--seed N] [--jobs N] [FOLDER...]: random bit flips in a library.

Makes a library of documents, and a copy of it as a kill leaves it. Then flips one bit at a time, over all kinds of
data in turn: the doctor must find it, or it must be without effect, and after `findling doctor --repair` answers and
contents must equal those of a fresh index. Prints a line a kind, and every flip for which that does not hold.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from core import paths
from core.library import Library
from core.settings import Settings
from core.store.integrity import backup
from tests.core.engine.conftest import KEY, builtin
from tests.tools.bitflips.places import flips
from tests.tools.bitflips.trial import QUERIES, Outcome, attempt, expected_of

CORPUS = paths.resources().parent / "tests/system/corpus"
LOG_SHARE = 25  # one in so many flips is in the log of a killed program
LONGEST = 600.0  # seconds


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.bitflips", description="Random bit flips in a library.")
    parser.add_argument("folders", nargs="*", type=Path, default=[CORPUS], metavar="FOLDER")
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--kind", default="", help="only this kind of data, such as schema")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="findling-flips-") as temporary, builtin("english") as engine:
        place = Path(temporary)
        settings = Settings(
            model="english", engine="remote", remote_url=engine.url, remote_key=KEY, keep_judgements=True
        )
        closed, killed = make_libraries(place, settings, options.folders)
        return _report(_attempts(place, closed, killed, options))


def make_libraries(place: Path, settings: Settings, folders: Iterable[Path]) -> tuple[Path, Path]:
    """A library with a backup that was closed, and one that a kill has left with its log."""
    closed, killed = place / "closed", place / "killed"
    with Library.open(closed, settings) as library:
        for number, folder in enumerate(folders):
            library.add_folder(shutil.copytree(folder, place / f"documents-{number}"))
        library.wait("meaning", LONGEST)
        for query in QUERIES:
            library.history.add_search(query)
            library.saved_searches.save(query.title(), query)
            library.saved_searches.check(query.title())
            library.measure.judgements.add(query, f"/documents/{query}.txt")
        shutil.copytree(closed, killed, ignore=shutil.ignore_patterns("control.sock", "unfinished*"))
    for old in backup.backups(closed):
        backup.delete(old)
    backup.back_up(closed, lambda: False)
    return closed, killed


def _attempts(place: Path, closed: Path, killed: Path, options: argparse.Namespace) -> Iterable[Outcome]:
    source = random.Random(options.seed)
    expected = expected_of(closed)
    in_logs = options.flips if options.kind == "log" else 0 if options.kind else options.flips // LOG_SHARE
    chosen = (flip for flip in flips(closed, 1_000_000, source) if options.kind in ("", flip.kind))
    tasks = [(closed, flip) for flip in islice(chosen, options.flips - in_logs)]
    log_flips = (flip for flip in flips(killed, 1_000_000, source) if flip.kind == "log")
    tasks += [(killed, next(log_flips)) for _ in range(in_logs)]
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        futures = [pool.submit(attempt, pristine, place, flip, expected) for pristine, flip in tasks]
        for future in as_completed(futures):
            yield future.result()


def _report(outcomes: Iterable[Outcome]) -> int:
    start = time.monotonic()
    total, found, faults = Counter[str](), Counter[str](), Counter[str]()
    codes: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        kind = outcome.flip.kind
        total[kind] += 1
        found[kind] += bool(outcome.found)
        codes.setdefault(kind, Counter()).update(outcome.found)
        if outcome.fault:
            faults[kind] += 1
            print(f"FAULT {outcome.flip} (found: {outcome.found}): {outcome.fault}", flush=True)
        if total.total() % 100 == 0:
            print(f"{total.total()} flips, {faults.total()} faults, {time.monotonic() - start:.0f} s", flush=True)
    print("kind                      flips  found  without effect  faults  as")
    for kind in sorted(total):
        named = ", ".join(f"{code} {count}" for code, count in codes[kind].most_common(6))
        print(f"{kind:24}  {total[kind]:5}  {found[kind]:5}  {total[kind] - found[kind]:14}  {faults[kind]:6}  {named}")
    print(f"{'all':24}  {total.total():5}  {found.total():5}  {total.total() - found.total():14}  {faults.total():6}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
