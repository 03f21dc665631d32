"""python -m tests.tools.formats --files FOLDER...: what is read of each kind of file, and how much of its words.

The first table has a line for every kind (by ending): how many files are read, found by name only, without text or
refused, and why. With --libraries, the Python of an environment that has the other libraries, the second one has for
each kind the share of the distinct words on which at least two of them agree that Findling found, and each of them;
without those that nobody who opens the file reads (`hidden_words.py`).
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from tests.builders.large_trees import load
from tests.tools.formats.hidden_words import hidden_words, is_number
from tests.tools.formats.libraries import LIBRARIES, PACKAGES, Words, agreed, words_of_others
from tests.tools.formats.made_files import make_files
from tests.tools.formats.reading import Outcome, Reading, read_all

OUTCOMES: tuple[Outcome, ...] = ("read", "name", "empty", "refused")
MIN_WORDS = 3  # on which libraries agree, of a file that counts
LARGEST = 50_000_000  # bytes


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; with `--each`, also a line for each file that is not read, or worse than the others' best."""
    parser = argparse.ArgumentParser(prog="tests.tools.formats", description="Measure; nothing is asserted.")
    parser.add_argument("--files", nargs="+", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--made", type=Path, metavar="FOLDER", help="also make and read files of kinds that are rare")
    parser.add_argument("--libraries", type=Path, metavar="PYTHON", help=f"of an environment with {PACKAGES}")
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args(argv)
    folders: list[Path] = list(options.files)
    if options.made:
        make_files(options.made)
        folders.append(options.made)
    readings = read_all(_files(folders))
    print(load())
    _print_kinds(readings, each=options.each)
    if options.libraries:
        read = [reading for reading in readings if reading.outcome != "name"]
        _print_shares(read, words_of_others([reading.path for reading in read], options.libraries), each=options.each)
    return 0


def _files(folders: Iterable[Path]) -> list[Path]:
    found = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in found if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= LARGEST]


def _print_kinds(readings: Sequence[Reading], *, each: bool) -> None:
    by_kind: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        by_kind[reading.kind].append(reading)
    print(f"{'kind':14}{'format':16}" + "".join(f"{outcome:>9}" for outcome in OUTCOMES) + "  why")
    for kind, of_kind in sorted(by_kind.items()):
        counts = Counter(reading.outcome for reading in of_kind)
        format_ = Counter(reading.format for reading in of_kind).most_common(1)[0][0]
        why = Counter(reading.why.partition(":")[0] for reading in of_kind if reading.why)
        reasons = ", ".join(f"{reason} {count}" for reason, count in why.most_common())
        print(f"{kind[:13]:14}{format_:16}" + "".join(f"{counts[outcome]:9}" for outcome in OUTCOMES) + f"  {reasons}")
    totals = Counter(reading.outcome for reading in readings)
    print(f"{len(by_kind):<3} kinds{'':22}" + "".join(f"{totals[outcome]:9}" for outcome in OUTCOMES))
    if each:
        for reading in readings:
            if reading.outcome != "read" or reading.why:
                print(f"  {reading.outcome:8} {reading.path}: {reading.why}")


def _print_shares(readings: Sequence[Reading], others: dict[Path, Words], *, each: bool) -> None:
    shares: defaultdict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for reading in readings:
        words = others[reading.path]
        expected = agreed(words) - hidden_words(reading.path)
        expected = frozenset(word for word in expected if not is_number(word, reading.path))
        if len(expected) < MIN_WORDS:
            continue
        row = shares[reading.kind]
        row["findling"].append(share := len(expected & reading.words) / len(expected))
        for name in LIBRARIES:
            row[name].append(len(expected & words.get(name, frozenset())) / len(expected))
        if each and share < 0.95:
            missing = sorted(expected - reading.words)
            print(f"  {share:.3f} {reading.path}: without {' '.join(missing[:12])} ({len(missing)})")
    print(f"{'kind':14}{'files':>6}{'findling':>12}" + "".join(f"{name:>12}" for name in LIBRARIES))
    for kind, row in sorted(shares.items()):
        figures = "".join(f"{fmean(row[name]):12.3f}" for name in ("findling", *LIBRARIES))
        print(f"{kind[:13]:14}{len(row['findling']):6}{figures}")


if __name__ == "__main__":
    raise SystemExit(main())
