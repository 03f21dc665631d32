"""Mount tables as the kernel writes them, and the one of this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.watch.mounts import is_remote

TABLE = b"""21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /home/ann/my\\040share rw - cifs //server/share rw
31 21 0:41 / /home/ann/keys rw - fuse.sshfs host: rw
32 21 0:42 / /media/ann/stick rw - fuseblk /dev/sdb1 rw
33 21 0:43 / /net rw,relatime shared:2 master:1 - nfs4 server:/ rw
34 33 0:44 / /net/scratch rw - tmpfs none rw
35 21 0:45 / /mnt/twice rw - ext4 /dev/sdc1 rw
36 21 0:46 / /mnt/twice rw - nfs server:/twice rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/", False), ("/home/ann", False), ("/home/ann/my share", True), ("/home/ann/my share/deep/er", True),
        ("/home/ann/my share 2", False), ("/home/ann/keys/x", True), ("/media/ann/stick", False), ("/net/x", True),
        ("/net/scratch/x", False), ("/network", False), ("/mnt/twice/x", True),
    ],
)  # fmt: skip
def test_the_innermost_and_latest_mount_decides(tmp_path: Path, path: str, remote: bool) -> None:
    table = tmp_path / "mountinfo"
    table.write_bytes(TABLE)
    assert is_remote(os.fsencode(path), table) is remote


def test_without_a_table_nothing_is_remote(tmp_path: Path) -> None:
    assert not is_remote(b"/", tmp_path / "nowhere")


def test_this_machine(tmp_path: Path) -> None:
    assert not is_remote(os.fsencode(tmp_path))
