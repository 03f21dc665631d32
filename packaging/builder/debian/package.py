"""Puts the package together."""

from __future__ import annotations

import gzip
import os
import tempfile
from pathlib import Path

from builder import desktop_files, environment
from builder.command import run, size
from builder.completions import PLACES, completions
from builder.debian import control, documents
from builder.debian.release import Release
from builder.facts import ROOT, build_time
from builder.icons import write_icons
from builder.manual_page import manual_page
from builder.parsers import commands, window
from builder.sbom import sbom

HOME = Path("usr/lib/findling")
RUN_FROM = {"bin", "DEBIAN", "servicemenus"}  # folders of files that may be run
COMMAND = """\
#!/usr/lib/findling/bin/python -I
import sys

from gui.__main__ import main

sys.exit(main())
"""


def build(release: Release, wheel: Path, out: Path) -> Path:
    """Write the package for a release into a folder; returns its file. Raises BuildError."""
    with tempfile.TemporaryDirectory(prefix="findling-deb-", dir=out) as folder:
        tree = Path(folder) / "tree"
        packages = environment.make(tree / HOME, release.python, wheel)
        python = Path("/usr/bin", f"python{release.python}")
        environment.add_interpreter(tree / HOME, release.python, python, f"../../../bin/{python.name}")
        _add_command(tree)
        _add_desktop_files(tree)
        _add_documents(tree, packages, release)
        sonames = environment.asked_of_the_system(tree / HOME)
        _write(tree / "DEBIAN" / "control", control.control(release, sonames, size(tree) // 1024))
        for name, script in control.install_scripts(release).items():
            _write(tree / "DEBIAN" / name, script).chmod(0o755)
        _settle(tree)
        file = out / f"findling_{control.full_version(release)}_amd64.deb"
        run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", str(tree), str(file)])
    return file


def _add_command(tree: Path) -> None:
    _write(tree / HOME / "bin" / "findling", COMMAND).chmod(0o755)
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / "findling").symlink_to("../lib/findling/bin/findling")
    _write_packed(tree / "usr" / "share" / "man" / "man1" / "findling.1.gz", manual_page(commands(), window()))
    for shell, text in completions(commands(), window()).items():
        _write(tree / PLACES[shell], text)


def _add_desktop_files(tree: Path) -> None:
    desktop_files.install(tree / "usr")
    write_icons(tree / "usr" / "share" / "icons" / "hicolor")


def _add_documents(tree: Path, packages: Path, release: Release) -> None:
    place = tree / "usr" / "share" / "doc" / "findling"
    _write(place / "copyright", documents.copyright_file(packages))
    _write_packed(place / "NOTICE.gz", (ROOT / "NOTICE").read_text(encoding="utf-8"))
    _write_packed(place / "changelog.gz", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    _write_packed(place / "changelog.Debian.gz", documents.changelog(release, build_time()))
    _write_packed(place / "sbom.cdx.json.gz", sbom(packages))
    _write(tree / "usr" / "share" / "lintian" / "overrides" / "findling", documents.overrides())


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _write_packed(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def _settle(tree: Path) -> None:
    """One time and plain modes for everything, so that a second build gives the same package."""
    when = build_time()
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or (path.parent.name in RUN_FROM and bool(path.stat().st_mode & 0o100))
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (when, when), follow_symlinks=False)
