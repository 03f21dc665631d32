"""What a worker gives up before it opens a file: priority, memory, writing, open files."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

import psutil

MEMORY = 1536 * 1024 * 1024
OPEN_FILES = 64
NICE = 10
_PR_SET_PDEATHSIG = 1


def enter_sandbox() -> None:
    """Set low priority, memory and file limits, no core dumps, and SIGKILL when the parent dies."""
    os.nice(NICE)
    if sys.platform == "linux":
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if sys.platform != "win32":
        import resource

        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, 0)
        _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
        _limit(resource.RLIMIT_DATA, MEMORY)


def _limit(what: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))
