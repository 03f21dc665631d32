"""Benchmark: `findling index --until words` against `recollindex`, by turns: processor, clock, memory, index."""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from tests.tools.bench.peak import Peak

MB = 1e6
INSTALL = "apt-get install recollcmd poppler-utils antiword unrtf python3-lxml"
NICE = 10  # of both, at which Linux runs what nobody waits for
SAMPLE_SECONDS = 0.25  # between two looks at the memory
PR_SET_CHILD_SUBREAPER = 36


class Run(NamedTuple):
    """What one run used, with all its child processes: seconds, bytes at the peak (PSS), bytes on disk."""

    processor: float
    clock: float
    memory: int
    disk: int


def run(folders: Sequence[Path], rounds: int) -> None:
    """Index the folders by both programs in turns; each run is a new index."""
    size, files = _extent(folders)
    programs: dict[str, Callable[[Path], tuple[list[str], dict[str, str]]]] = {
        "findling": lambda root: _findling(folders, root)
    }
    if shutil.which("recollindex") is None:
        print(f"recollindex is not installed, and not compared: {INSTALL}")
    else:
        programs["recollindex"] = lambda root: _recoll(folders, root)
        missing = [name for name in ("pdftotext", "antiword", "unrtf") if shutil.which(name) is None]
        if missing:
            print(f"recollindex reads less without {', '.join(missing)}: {INSTALL}")
    print(f"{files} files, {size / MB:.1f} MB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for number in range(rounds):
        for name in sorted(programs, reverse=number % 2 == 1):
            with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
                command, environment = programs[name](Path(temporary))
                runs[name].append(_measure(command, environment, Path(temporary)))
            one = runs[name][-1]
            print(
                f"{name:12} {one.processor:8.1f} processor-s {1000 * one.processor / (size / MB):8.0f} ms/MB "
                f"{one.clock:8.1f} s {one.memory / MB:6.0f} MB peak {one.disk / MB:8.1f} MB index",
                flush=True,
            )
    if len(programs) == 2 and rounds:
        for place, what in enumerate(Run._fields):
            pairs = zip(runs["findling"], runs["recollindex"], strict=True)
            ratios = [own[place] / other[place] for own, other in pairs if other[place]]
            print(f"findling / recollindex, {what:10} {statistics.median(ratios):6.2f} (median of {len(ratios)} pairs)")


def _findling(folders: Sequence[Path], root: Path) -> tuple[list[str], dict[str, str]]:
    command = [sys.executable, "-m", "core", "index", "--until", "words", "--library", str(root / "library")]
    return [*command, *map(str, folders)], {"FINDLING_CACHE": str(root / "cache")}


def _recoll(folders: Sequence[Path], root: Path) -> tuple[list[str], dict[str, str]]:
    """Recoll as it comes, with Python of the system for its helpers, and nothing skipped but what it always skips."""
    configuration = root / "configuration"
    configuration.mkdir()
    topdirs = " ".join(f'"{folder.resolve()}"' for folder in folders)
    (configuration / "recoll.conf").write_text(f"topdirs = {topdirs}\nskippedPaths =\nidxniceprio = {NICE}\n")
    path = ":".join(["/usr/bin", *os.environ["PATH"].split(":")])
    return ["recollindex", "-c", str(configuration)], {"PATH": path, "RECOLL_TMPDIR": str(root)}


def _measure(command: Sequence[str], environment: dict[str, str], root: Path) -> Run:
    """Run a command and all that it starts to their ends; helpers that it leaves behind are waited for, too."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    if "recollindex" not in command[0]:
        inherited["PYTHONPATH"] = str(Path(__file__).parents[3])
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    with Path(root, "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=inherited | environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            preexec_fn=lambda: os.nice(NICE),  # noqa: PLW1509  no thread of this program runs yet
        )  # fmt: skip
        main = psutil.Process(process.pid)
        peak = Peak(lambda: _family_memory(main), SAMPLE_SECONDS)
        if process.wait():
            raise SystemExit(f"{command[0]} failed: {Path(root, 'log').read_text(errors='replace')[-2000:]}")
    clock = time.monotonic() - start
    memory = peak.end()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    disk = sum(path.lstat().st_blocks * 512 for path in root.rglob("*") if path.name != "log")
    return Run(used, clock, memory, disk)


def _family_memory(main: psutil.Process) -> int:
    """The memory of a process and its children in bytes, shared pages divided among them (PSS)."""
    total = 0
    try:
        family = [main, *main.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for process in family:
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def _extent(folders: Sequence[Path]) -> tuple[int, int]:
    sizes = [path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum(sizes), len(sizes)
