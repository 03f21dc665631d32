"""The package for Debian: lintian, an older one installed and used, upgraded to this one, removed; then by clicking."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

from tests.packages import by_clicking
from tests.packages.readme import line
from tests.packages.root import Root, clean_root
from tests.packages.use import use

SUFFIX = {"bookworm": "~deb12", "trixie": "~deb13", "noble": "~ubuntu24.04"}
OF_THE_OLDER = Path("usr/lib/findling/older/gone.py")
LIBRARY = Path(".local/share/findling/library")
LEFT = "Each user's library is kept"


def trial(codename: str, dist: Path, place: Path) -> str:
    """Try the package of a release; returns its figures."""
    (file,) = dist.glob(f"findling_*{SUFFIX[codename]}_amd64.deb")
    _lint(file)
    with clean_root(codename, place) as root:
        root.put(file)
        root.install("fonts-dejavu-core")  # recommended; without any font there is nothing to see
        older = root.put(older_package(file, place))
        start = time.monotonic()
        root.install(older)
        installed = time.monotonic() - start
        assert (root.folder / OF_THE_OLDER).exists()
        _check_files(root.run("dpkg", "-L", "findling").stdout)
        first_hit = use(root, place, f"deb-{codename}")
        _upgrade(root, codename, _version(file))
        _remove(root)
    with clean_root(codename, place) as root:
        root.install("fonts-dejavu-core")
        clicked = by_clicking.trial(root, root.put(file), place, f"deb-{codename}-clicked")
    typed = f"{installed + first_hit:.0f} s, {installed:.0f} s of it installing"
    return f"from nothing to the first hit: by commands {typed}; {clicked}"


def _upgrade(root: Root, codename: str, version: str) -> None:
    """Install the package over the older one: settings and library stay, what it no longer has is gone."""
    settings = root.home / LIBRARY / "settings.json"
    root.run("sh", "-c", f'echo \'{{"language": "de"}}\' > ~/{LIBRARY}/settings.json', user=True)
    root.type(line("apt install").replace("~deb12", SUFFIX[codename]), user=False)
    assert root.run("dpkg-query", "-W", "-f", "${Version}", "findling").stdout == version
    assert not (root.folder / OF_THE_OLDER).exists()
    assert root.run("findling", "search", "Lisbon", user=True).stdout
    assert json.loads(settings.read_text(encoding="utf-8"))["language"] == "de"


def _remove(root: Root) -> None:
    """Remove the package: it says where the libraries are, and they stay."""
    said = root.type(line("apt remove"), user=False)
    assert LEFT in said, said
    assert not (root.folder / "usr" / "lib" / "findling").exists()
    root.run("apt-get", "purge", "-qqy", "findling")
    assert (root.home / LIBRARY / "catalogue.sqlite").is_file()


def older_package(file: Path, place: Path) -> Path:
    """The package as one of an earlier version, with a module that the newer one no longer has."""
    tree = place / f"older-{file.stem}"
    subprocess.run(["dpkg-deb", "--raw-extract", str(file), str(tree)], check=True)
    control = tree / "DEBIAN" / "control"
    text = re.sub(r"^Version: ", "Version: 0~", control.read_text(encoding="utf-8"), flags=re.MULTILINE)
    control.write_text(text, encoding="utf-8")
    (tree / OF_THE_OLDER).parent.mkdir(parents=True, exist_ok=True)
    (tree / OF_THE_OLDER).write_text('"""Of the older version only."""\n', encoding="utf-8")
    older = place / f"older-{file.name}"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", str(tree), str(older)], check=True)
    shutil.rmtree(tree)
    return older


def _version(file: Path) -> str:
    command = ["dpkg-deb", "--field", str(file), "Version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _lint(file: Path) -> None:
    command = ["lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"lintian: {done.stdout[:3000]}{done.stderr[:1000]}"


def _check_files(listed: str) -> None:
    for end in (
        "/usr/bin/findling",
        "/usr/share/applications/org.findling.Findling.desktop",
        "/usr/share/metainfo/org.findling.Findling.metainfo.xml",
        "/usr/share/icons/hicolor/48x48/apps/org.findling.Findling.png",
        "/usr/share/man/man1/findling.1.gz",
        "/usr/share/bash-completion/completions/findling",
        "/usr/share/zsh/vendor-completions/_findling",
        "/usr/share/fish/vendor_completions.d/findling.fish",
        "/usr/share/doc/findling/copyright",
        "/usr/share/doc/findling/sbom.cdx.json.gz",
        "/usr/share/dbus-1/services/org.findling.Findling.SearchProvider.service",
        "/usr/share/gnome-shell/search-providers/org.findling.Findling-search-provider.ini",
        "/usr/share/krunner/dbusplugins/org.findling.Findling-krunner.desktop",
        "/usr/share/kio/servicemenus/findling-file.servicemenu.desktop",
        "/usr/share/nautilus-python/extensions/nautilus-findling.py",
        "/usr/share/Thunar/sendto/thunar-findling-why.desktop",
        "/usr/lib/systemd/user/findling.service",
        "/usr/lib/systemd/user/findling.socket",
    ):
        assert f"{end}\n" in listed, end
