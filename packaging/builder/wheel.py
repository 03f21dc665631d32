"""The wheel, for `pipx install` and `uv tool install`, and the versions that its packages were tested with."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from builder.command import megabytes, run, uv
from builder.facts import ROOT, version

LOCK = ROOT / "packaging" / "run.lock"


def build(out: Path) -> list[Path]:
    """Write the wheel and its constraints into a folder; returns both files."""
    constraints = ROOT / "packaging" / "build.lock"
    command = [uv(), "build", "--quiet", "--wheel", "--out-dir", str(out), str(ROOT)]
    run([*command, "--build-constraints", str(constraints), "--require-hashes"])
    (out / ".gitignore").unlink(missing_ok=True)  # uv's
    pinned = out / f"findling-{version()}-constraints.txt"
    pinned.write_text(without_hashes(LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    return [out / f"findling-{version()}-py3-none-any.whl", pinned]


def without_hashes(lock: str) -> str:
    """The pinned versions of a requirements file, as constraints: hashes would be wanted of every package."""
    lines = re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]*", lock, re.MULTILINE)
    return "".join(f"{line.strip()}\n" for line in lines)


def describe(wheel: Path) -> str:
    """The size of a wheel, packed and unpacked."""
    with zipfile.ZipFile(wheel) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    return f"{megabytes(wheel.stat().st_size)}, {megabytes(unpacked)} unpacked"
