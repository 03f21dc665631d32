"""Limits that a child process sets for itself: priority, memory, open files, nothing written, no core dumps."""

from __future__ import annotations

import os
import sys

import psutil

from core.processes.guard import die_with_parent

NICE = 10


def limit_resources(*, memory: int, open_files: int) -> None:
    """Lower this process's priority, limit its memory (bytes) and open files, and have it end with its parent.

    It can no longer write to any file, nor dump its memory.
    """
    os.nice(NICE)
    if sys.platform == "linux":
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
        die_with_parent()
    if sys.platform != "win32":
        import resource

        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_NOFILE, open_files)
        _limit(resource.RLIMIT_DATA, memory)


def _limit(resource_id: int, limit: int) -> None:
    import resource

    hard = resource.getrlimit(resource_id)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource_id, (limit, limit))
