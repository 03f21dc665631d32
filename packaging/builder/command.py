"""Runs the programs that build, and prints sizes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from builder.facts import build_time


class BuildError(Exception):
    """A package cannot be built; the text says why."""


def run(command: Sequence[str], **environment: str) -> None:
    """Run a program to its end; raises BuildError with what it said."""
    variables = os.environ | {"SOURCE_DATE_EPOCH": str(build_time()), "UV_NO_PROGRESS": "1"} | environment
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-2000:]}")


def uv() -> str:
    """The uv of this environment; set-up put it there."""
    return str(Path(sys.executable).with_name("uv"))


def size(path: Path) -> int:
    """The bytes of a file, or of all files below a folder."""
    if not path.is_dir():
        return path.lstat().st_size
    return sum(file.lstat().st_size for file in path.rglob("*") if not file.is_dir() or file.is_symlink())


def megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
