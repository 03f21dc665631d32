"""Each limit of the system with the command that raises it."""

from __future__ import annotations

import errno
from pathlib import Path

from core.watch import inotify_limits


def test_each_limit_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "max_user_watches").write_text("8192\n")
    (tmp_path / "max_user_instances").write_text("4000\n")
    watches = inotify_limits.limit_error(OSError(errno.ENOSPC, ""), tmp_path)
    assert watches is not None
    assert watches.remedy == "Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288"
    instances = inotify_limits.limit_error(OSError(errno.EMFILE, ""), tmp_path)
    assert instances is not None
    assert instances.remedy == "Raise the limit: sudo sysctl fs.inotify.max_user_instances=8000"


def test_a_limit_that_cannot_be_read_is_taken_as_low(tmp_path: Path) -> None:
    error = inotify_limits.limit_error(OSError(errno.ENOSPC, ""), tmp_path)
    assert error is not None
    assert error.remedy.endswith("=524288")


def test_other_errors_are_no_limit() -> None:
    assert inotify_limits.limit_error(FileNotFoundError(errno.ENOENT, "")) is None
