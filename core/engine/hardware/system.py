"""Whether SGLang runs on this system at all, whatever its cards."""

from __future__ import annotations

import os
import platform
import sys

from core.messages import Message

OLDEST_GLIBC = (2, 34)


def glibc_version() -> str:
    """The C library's version, "" if it is another one."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ").strip()
    except (AttributeError, OSError, ValueError):
        return ""


def trouble(glibc: str) -> Message | None:
    """Why SGLang cannot run on this system, whatever its cards; None if it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return Message("card.other_system")
    if _version(glibc) < OLDEST_GLIBC:
        return Message("card.old_glibc", glibc=glibc) if glibc else Message("card.other_libc")
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
