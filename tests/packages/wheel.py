"""The wheel with pipx and uv: one sentence without Qt's system libraries, and all of Findling with them."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

from tests.packages.readme import line
from tests.packages.root import Root, clean_root
from tests.packages.screen import screen
from tests.packages.use import ANSWER, WORDS, use

NO_DISPLAY = 3
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PIP = Path("/etc/pip.conf")


def trial(dist: Path, place: Path) -> str:
    """Try the wheel on Debian 12, with pipx and with uv; returns its figures."""
    (file,) = dist.glob("findling-*.whl")
    (pinned,) = dist.glob("findling-*-constraints.txt")
    with clean_root("bookworm", place) as root:
        root.install("pipx", "python3-venv", "ca-certificates", "fonts-dejavu-core")
        _reach_the_index_as_here(root)
        root.put(file)
        start = time.monotonic()
        root.type(line("pipx install"))
        installed = time.monotonic() - start
        packages = packages_named(root, place)
        root.install(*packages)
        first_hit = use(root, place, "wheel")
        root.type(line("pipx uninstall"))
        assert (root.home / ".local" / "share" / "findling" / "library").is_dir()
        by_uv = _with_uv(root, root.put(pinned))
    figures = f"{installed + first_hit:.0f} s, {installed:.0f} s of it installing"
    return f"from nothing to the first hit {figures}; {len(packages)} system packages named; by uv installed in {by_uv}"


def _with_uv(root: Root, constraints: str) -> str:
    """Install with uv, and with the versions that were tested; the library is there again."""
    root.run("pipx", "install", "uv", user=True)
    certificates = {"SSL_CERT_FILE": str(CERTIFICATES), "UV_CONSTRAINT": constraints}
    start = time.monotonic()
    root.type(line("uv tool install"), **certificates)
    seconds = time.monotonic() - start
    assert ANSWER in root.run("findling", "search", WORDS, user=True).stdout
    root.type(line("uv tool uninstall"))
    return f"{seconds:.0f} s"


def packages_named(root: Root, place: Path) -> list[str]:
    """The packages that the one sentence asks for."""
    with screen(place) as display:
        done = root.run("findling", user=True, may_fail=True, DISPLAY=display)
    assert done.returncode == NO_DISPLAY, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    found = re.search(r"install them: apt-get install ([a-z0-9. +-]+?) The command line", done.stderr)
    assert found is not None, done.stderr
    return found[1].split()


def _reach_the_index_as_here(root: Root) -> None:
    """Let pip inside fetch from where it does here."""
    shutil.copyfile(CERTIFICATES, root.folder / CERTIFICATES.relative_to("/"))
    if PIP.exists():
        lines = PIP.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if "file://" not in line and not line.startswith("find-links")]
        (root.folder / "etc" / "pip.conf").write_text("\n".join(kept) + "\n", encoding="utf-8")
