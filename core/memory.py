"""Memory that was let go is given back to the system: glibc alone would keep the most that was ever needed."""

from __future__ import annotations

import ctypes
import functools
from typing import Any

MMAP_THRESHOLD_BYTES = 1 << 20  # bytes from which a block has pages of its own, which go back the moment it is let go
MAX_ARENAS = 4  # places that threads share to take memory from; glibc would make eight for each processor
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # of malloc.h


@functools.cache
def limit_malloc_retention() -> None:
    """Have this process keep little of what it lets go; best before it starts its threads. Once is enough."""
    library = _glibc()
    if library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES)
        library.mallopt(_M_ARENA_MAX, MAX_ARENAS)


def release_free_memory() -> None:
    """Give back what is free by now; takes some milliseconds."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


@functools.cache
def _glibc() -> Any:
    """The C library, if it is the one that has to be told."""
    try:
        library = ctypes.CDLL(None)
        return library if library.mallopt and library.malloc_trim else None
    except (AttributeError, OSError, TypeError):  # musl, macOS; Windows
        return None
