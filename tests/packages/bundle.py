"""The bundle on a system without Python: unpacked, added to the menu, used, upgraded, taken out of the menu."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from tests.packages.readme import line
from tests.packages.root import USER, clean_root
from tests.packages.use import use
from tests.packages.wheel import packages_named

ENTRY = ".local/share/applications/org.findling.Findling.desktop"


def trial(dist: Path, place: Path) -> str:
    """Try the bundle on Debian 12; returns its figures."""
    (file,) = dist.glob("findling-*-linux-x86_64.tar.xz")
    with clean_root("bookworm", place) as root:
        root.install("xz-utils", "fonts-dejavu-core")
        assert not any((root.folder / "usr" / "bin").glob("python*"))
        root.put(file)
        start = time.monotonic()
        root.type(line("tar"))
        folder = f"/home/{USER}/{file.name.removesuffix('.tar.xz')}"
        root.type(line("findling-*-linux-x86_64/", "install.sh"))
        installed = time.monotonic() - start
        entry = (root.home / ENTRY).read_text(encoding="utf-8")
        assert set(re.findall(r"^Exec=(\S+)", entry, re.MULTILINE)) == {f'"{folder}/findling"'}, entry
        packages = packages_named(root, place)
        root.install(*packages)
        assert not any((root.folder / "usr" / "bin").glob("python*"))
        first_hit = use(root, place, "bundle")
        root.type(line("findling-*-linux-x86_64/", "install.sh --remove"))
        assert not (root.home / ENTRY).exists()
        assert not (root.home / ".local" / "bin" / "findling").is_symlink()
        shutil.rmtree(root.folder / folder.removeprefix("/"))
        assert (root.home / ".local" / "share" / "findling" / "library").is_dir()
    figures = f"{installed + first_hit:.0f} s, {installed:.0f} s of it unpacking"
    return f"from nothing to the first hit {figures}; {len(packages)} system packages named"
