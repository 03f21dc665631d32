"""Builds packages of Findling and prints their sizes.

sh packaging/build.sh wheel                   for pipx and uv: dist/findling-VERSION-py3-none-any.whl
sh packaging/build.sh deb [--release NAME]    for Debian and Ubuntu: dist/findling_VERSION_amd64.deb, one a release
sh packaging/build.sh bundle                  for Linux without Python: dist/findling-VERSION-linux-x86_64.tar.xz
sh packaging/build.sh flatpak                 a manifest for flatpak-builder with its files: dist/flatpak
sh packaging/build.sh all
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from builder import flatpak, wheel
from builder.bundle import package as bundle
from builder.command import BuildError, megabytes, size
from builder.debian import package
from builder.debian.release import RELEASES
from builder.facts import ROOT

KINDS = ("wheel", "deb", "bundle", "flatpak")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="packaging/build.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=(*KINDS, "all"))
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR", help="default: dist")
    parser.add_argument("--release", action="append", choices=RELEASES, help="of Debian or Ubuntu; default: all")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    try:
        build(KINDS if options.kind == "all" else (options.kind,), options.out, options.release or tuple(RELEASES))
    except BuildError as error:
        print(f"findling: {error}", file=sys.stderr)
        return 1
    print(f"{time.monotonic() - start:.0f} s")
    return 0


def build(kinds: Sequence[str], out: Path, releases: Sequence[str]) -> None:
    file, constraints = wheel.build(out)  # the other packages have it inside
    if "wheel" in kinds:
        print(f"{file}: {wheel.describe(file)}")
        print(f"{constraints}: the versions that it was tested with")
    if "deb" in kinds:
        for name in releases:
            built = package.build(RELEASES[name], file, out)
            print(f"{built}: {megabytes(size(built))}, for {RELEASES[name].title}", flush=True)
    if "bundle" in kinds:
        built, unpacked, models = bundle.build(file, out)
        print(f"{built}: {megabytes(size(built))}, {megabytes(unpacked)} unpacked, {megabytes(models)} of it models")
    if "flatpak" in kinds:
        manifest = flatpak.build(file, out)
        print(f"{manifest}: {megabytes(size(manifest.parent))} of sources; flatpak-builder makes the Flatpak of them")


if __name__ == "__main__":
    sys.exit(main())
