"""Returns freed memory to the system; by default glibc keeps almost the peak usage of the process."""

from __future__ import annotations

import ctypes
import functools
from typing import Any

MMAP_THRESHOLD_BYTES = 1 << 20  # larger blocks get their own mapping, which is unmapped when they are freed
MAX_ARENAS = 4  # shared by all threads; glibc's default is eight for each processor
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h


@functools.cache
def limit_malloc_retention() -> None:
    """Limit how much freed memory malloc keeps. Call it once, before threads start."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
        libc.mallopt(_M_ARENA_MAX, MAX_ARENAS)


def release_free_memory() -> None:
    """Return free heap pages to the system; takes some milliseconds."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


@functools.cache
def _glibc() -> Any:
    """The C library if it is glibc, else None."""
    try:
        libc = ctypes.CDLL(None)
        return libc if libc.mallopt and libc.malloc_trim else None
    except (AttributeError, OSError, TypeError):  # musl, macOS; Windows
        return None
