"""The limits that a worker sets for itself before it opens a file: priority, memory, writing, open files."""

from __future__ import annotations

import os
import sys

import psutil

from core.processes.guard import die_with_parent

MEMORY = 1536 * 1024 * 1024  # bytes
OPEN_FILES = 64
NICE = 10


def enter_sandbox() -> None:
    """Set low priority, memory and file limits, no core dumps, and SIGKILL when the parent dies."""
    os.nice(NICE)
    if sys.platform == "linux":
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
        die_with_parent()
    if sys.platform != "win32":
        import resource

        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
        _limit(resource.RLIMIT_DATA, MEMORY)


def _limit(resource_id: int, limit: int) -> None:
    import resource

    hard = resource.getrlimit(resource_id)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource_id, (limit, limit))
