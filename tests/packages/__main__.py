"""Builds the packages and tries each on clean minimal systems, as a person would.

python -m tests.packages                       all of it: some three quarters of an hour, and 6 GB of disk meanwhile
python -m tests.packages --only deb:bookworm   wheel, deb:bookworm, deb:trixie, deb:noble or bundle
python -m tests.packages --dist DIR            with packages that are built already

It needs root, what `apt-get install mmdebstrap lintian gcc icu-devtools` installs, and Debian's packages from this
machine's own sources. Each package is built when its turn comes, so that one that cannot be built leaves the others.
The window's pictures are left in the folder that it names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.packages import bundle, deb, wheel

ROOT = Path(__file__).resolve().parents[2]
TRIALS: dict[str, Callable[[Path, Path], str]] = {
    "wheel": wheel.trial,
    "deb:bookworm": lambda dist, place: deb.trial("bookworm", dist, place),
    "deb:trixie": lambda dist, place: deb.trial("trixie", dist, place),
    "deb:noble": lambda dist, place: deb.trial("noble", dist, place),
    "bundle": bundle.trial,
}
NEEDED = ("mmdebstrap", "lintian", "unshare", "setpriv", "Xvfb", "openbox", "tint2", "xdotool")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.packages", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=TRIALS)
    parser.add_argument("--dist", type=Path, metavar="DIR", help="packages that are built already")
    options = parser.parse_args()
    if why := _why_not():
        print(f"findling: {why}", file=sys.stderr)
        return 3
    names = options.only or list(TRIALS)
    with tempfile.TemporaryDirectory(prefix="findling-packages-") as folder:
        os.chmod(folder, 0o755)
        start = time.monotonic()
        dist = options.dist or Path(folder, "dist")
        failed = sum(not _tried(name, dist.resolve(), Path(folder), build=not options.dist) for name in names)
        kept = Path(tempfile.mkdtemp(prefix="findling-pictures-"))
        for picture in Path(folder).glob("*.png"):
            shutil.copy(picture, kept)
        print(f"{len(names) - failed} passed, {failed} failed in {time.monotonic() - start:.0f} s; pictures in {kept}")
    return 1 if failed else 0


def _why_not() -> str:
    if os.geteuid():
        return "Only root can make and enter clean systems."
    missing = [name for name in NEEDED if shutil.which(name) is None]
    return f"These programs are missing: {', '.join(missing)}." if missing else ""


def _build(name: str, dist: Path) -> None:
    kind, _, release = name.partition(":")
    script = ["sh", str(ROOT / "packaging" / "build.sh"), kind, "--out", str(dist)]
    subprocess.run([*script, *(["--release", release] if release else [])], check=True)


def _tried(name: str, dist: Path, place: Path, *, build: bool) -> bool:
    start = time.monotonic()
    try:
        if build:
            _build(name, dist)
        built = time.monotonic() - start
        said = TRIALS[name](dist, place)
    except (AssertionError, subprocess.SubprocessError) as error:
        print(f"{name}: FAILED after {time.monotonic() - start:.0f} s: {error}", flush=True)
        return False
    took = f"built in {built:.0f} s, passed in {time.monotonic() - start - built:.0f} s"
    print(f"{name}: {took}; {said}", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main())
