"""A full disk: a small tmpfs, mounted in a private mount namespace."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from core import paths
from tests.core.store.small_disk import CASES

SPACES = (("--user", "--map-root-user", "--mount"), ("--mount",))  # the second where only root may make one
MOUNT = 'mount -t tmpfs -o size="$1" none "$0" && shift && exec "$@"'


def on_small_disk(space: tuple[str, ...], folder: Path, size: str, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", *space, "sh", "-c", MOUNT, str(folder), size, *command],
        cwd=paths.resources().parent,
        env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )


@cache
def mount_namespace(folder: Path) -> tuple[str, ...]:
    """The unshare options that let this machine mount a small disk."""
    tries = [on_small_disk(space, folder, "1m", "true") for space in SPACES]
    for space, done in zip(SPACES, tries, strict=True):
        if done.returncode == 0:
            return space
    pytest.fail(
        "This test mounts a small disk of its own: run it as root (in a container with --cap-add SYS_ADMIN), or allow "
        f"user name spaces (sysctl kernel.unprivileged_userns_clone=1). Output: {[t.stderr for t in tries]}"
    )


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    return mount_namespace(tmp_path_factory.mktemp("try"))


@pytest.mark.parametrize("case", list(CASES))
def test_a_full_disk_loses_nothing(case: str, space: tuple[str, ...], tmp_path: Path) -> None:
    size = "3m" if case != "migration" else "1m"  # an empty catalogue and its log take some 750 kB
    done = on_small_disk(
        space, tmp_path, size, sys.executable, "-m", "tests.core.store.small_disk", case, str(tmp_path)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == [], "the small disk was not mounted"
