"""Ubuntu's sources, on a machine of another distribution: its keys come from its own package, whose sum is known."""

from __future__ import annotations

import hashlib
import subprocess
import urllib.request
from pathlib import Path

MIRROR = "http://archive.ubuntu.com/ubuntu"
RELEASES = ("noble",)
KEYS = "usr/share/keyrings/ubuntu-archive-keyring.gpg"
_PACKAGE = f"{MIRROR}/pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb"
_SHA256 = "36de43b15853ccae0028e9a767613770c704833f82586f28eb262f0311adb8a8"
_SECONDS = 60


def sources(codename: str, keys: Path) -> str:
    """The lines of sources.list for a release, checked by a file of keys."""
    suites = (codename, f"{codename}-updates", f"{codename}-security")
    return "".join(f"deb [signed-by={keys}] {MIRROR} {suite} main universe\n" for suite in suites)


def keys(folder: Path) -> Path:
    """The file of Ubuntu's keys in a folder, where it is fetched once; raises AssertionError if it is another one."""
    file = folder / KEYS
    if not file.exists():
        with urllib.request.urlopen(_PACKAGE, timeout=_SECONDS) as reply:
            data = reply.read()
        assert hashlib.sha256(data).hexdigest() == _SHA256, f"{_PACKAGE} is not the package that it was"
        package = folder / "ubuntu-keyring.deb"
        package.write_bytes(data)
        subprocess.run(["dpkg-deb", "--extract", str(package), str(folder)], check=True)
    return file
