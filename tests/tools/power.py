"""python -m tests.tools.power [--cuts N]: cut the power of a disk during indexing, and check the library.

The library is on an ext4 file system in an image mounted through a loop device (needs root). The image is copied while
it is in use: the copy has what the kernel had written by then, in its order, as a disk has after a power cut. A disk
that acknowledges writes it has not stored is not simulated. Each copy is mounted, verified, and indexed to the end.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import paths, settings
from core.library import Library
from core.settings import Settings
from core.store.integrity import verify
from tests.builders.random_folder import Generator
from tests.core.engine.conftest import KEY, fake
from tests.system.catalogue_state import count, damage, state_of

SIZE = "192M"
LONGEST = 300.0  # seconds, of one run


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tests.tools.power", description="Needs root, mkfs.ext4 and a loop device.")
    parser.add_argument("--cuts", type=int, default=10)
    parser.add_argument("--files", type=int, default=150)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="findling-power-") as temporary, fake() as engine:
        place = Path(temporary)
        documents = place / "documents"
        Generator(documents, files=options.files, seed=1)
        choice = Settings(model="english", engine="remote", remote_url=engine.url, remote_key=KEY, passage_tokens=160)
        calm = _library(place / "calm", choice)
        _index(documents, calm).wait(LONGEST)
        expected = state_of(calm)
        bad = 0
        print("cut  after s  stored  unclean  damage  lost in the end")
        for number, image in enumerate(_cuts(place, documents, choice, options.cuts), start=1):
            bad += not _is_recovered(number, image, place / "after", documents, expected)
    print(f"{bad} of {options.cuts} cuts lost something")
    return 1 if bad else 0


def _cuts(place: Path, documents: Path, choice: Settings, count: int) -> Iterator[tuple[Path, float]]:
    """Images of the disk at random moments of several runs, each of which starts with an empty library."""
    source = random.Random(7)
    for number in range(count):
        image, copy = place / "disk.img", place / f"cut-{number}.img"
        _format(image)
        with _mounted(image, place / "disk") as disk:
            run = _index(documents, _library(disk / "library", choice))
            delay = source.uniform(3.0, 20.0)
            time.sleep(delay)
            subprocess.run(["cp", "--sparse=always", str(image), str(copy)], check=True)
            run.kill()
            run.wait()
        yield copy, delay
        copy.unlink()


def _is_recovered(number: int, cut: tuple[Path, float], at: Path, documents: Path, expected: object) -> bool:
    image, delay = cut
    with _mounted(image, at) as disk:
        library = disk / "library"
        if not (library / settings.SETTINGS_NAME).exists():
            print(f"{number:3}  {delay:7.1f}  nothing was on the disk yet")
            return True
        unclean = verify.is_marked_open(library)
        found = "; ".join(damage(library)) if verify.catalogue_path(library).exists() else "none yet"
        stored = count(library, "vectors")
        _index(documents, library).wait(LONGEST)
        same = state_of(library) == expected
        with Library.open(library) as opened:
            ailments = [ailment.code for ailment in opened.diagnostics.examine().ailments]
        print(f"{number:3}  {delay:7.1f}  {stored:6}  {unclean!s:7}  {found or 'none':6}  "
              f"{'nothing' if same and not ailments else ailments or 'differs'}", flush=True)  # fmt: skip
        return same and not ailments


def _library(place: Path, choice: Settings) -> Path:
    place.mkdir()
    settings.save(choice, place / settings.SETTINGS_NAME)
    return place


def _index(documents: Path, library: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "core", "index", str(documents), "--library", str(library)]
    return subprocess.Popen(command, cwd=paths.resources().parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _format(image: Path) -> None:
    image.unlink(missing_ok=True)
    subprocess.run(["truncate", "-s", SIZE, str(image)], check=True)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)


@contextmanager
def _mounted(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(at)], check=True)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


if __name__ == "__main__":
    if shutil.which("mkfs.ext4") is None:
        sys.exit("mkfs.ext4 is needed")
    sys.exit(main())
