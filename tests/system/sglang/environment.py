"""The environment of the real SGLang on the processor, cached, created once for each lock file."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

import filelock

from core import paths

ROOT = Path(__file__).resolve().parents[3]
LOCK = ROOT / "packaging" / "sglang-cpu.lock"
STAND_INS = Path(__file__).resolve().parent / "stand_ins"
MODULE = "findling_stand_ins"
OVERRIDE = "FINDLING_SGLANG_CPU"
SPACE = 4 << 30  # bytes: the packages, and their downloads
TIME_LIMIT = 900.0  # seconds to create it in
GLIBC = (2, 34)


class CannotMakeError(Exception):
    """The environment cannot be created here: `args[0]` says why in a sentence."""


def ensure(tell: Callable[[str], None], time_limit: float = TIME_LIMIT) -> Path:
    """The interpreter of the environment, which is created if it is missing; raises CannotMakeError.

    The variable FINDLING_SGLANG_CPU names an existing one, with the stand-ins installed.
    """
    given = os.environ.get(OVERRIDE)
    if given:
        return Path(given)
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = paths.cache_dir() / "sglang-cpu" / digest
    folder.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder.parent / "lock", timeout=time_limit):
        if not (folder / "whole").exists():
            _check_machine(folder.parent)
            shutil.rmtree(folder, ignore_errors=True)
            tell("Creating the environment of the real SGLang: a download of some 0.5 GB, 1.7 GB on the disk.")
            _make(folder, time.monotonic() + time_limit)
            (folder / "whole").touch()
        _stand_in(folder)
    return folder / "bin" / "python"


def _check_machine(folder: Path) -> None:
    name, version = platform.libc_ver()
    numbers = tuple(int(part) for part in version.split(".")) if version else (0,)
    if sys.version_info[:2] != (3, 11):
        raise CannotMakeError("Its packages are pinned for Python 3.11, and this is another version.")
    if sysconfig.get_platform() != "linux-x86_64" or name != "glibc" or numbers < GLIBC:
        raise CannotMakeError("Its packages are built for Linux on x86-64 with glibc 2.34 or newer.")
    if shutil.disk_usage(folder).free < SPACE:
        raise CannotMakeError(f"Less than {SPACE >> 30} GiB are free in {folder}.")


def _make(folder: Path, deadline: float) -> None:
    """Plain pip, so that the user's own pip configuration is honoured; no package's own code runs."""
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    strict = ["--no-compile", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", str(LOCK)]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, *strict]):
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=max(1.0, deadline - time.monotonic()),
                env={name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")},
            )
        except subprocess.TimeoutExpired as error:
            raise CannotMakeError("Downloading its packages took too long.") from error
        if done.returncode:
            words = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()
            raise CannotMakeError(f"Its packages cannot be installed: {' '.join(words[-2:])[:300]}")


def _stand_in(folder: Path) -> None:
    """Copy the stand-ins into the environment, every time, as they may have changed."""
    (site,) = folder.glob("lib/python*/site-packages")
    shutil.copytree(STAND_INS, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (site / f"{MODULE}.pth").write_text(f"import {MODULE}\n", encoding="ascii")


if __name__ == "__main__":
    print(ensure(print))
