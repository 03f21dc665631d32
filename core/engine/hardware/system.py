"""Whether SGLang runs on this system at all, whatever its cards."""

from __future__ import annotations

import os
import platform
import sys

OLDEST_GLIBC = (2, 34)
ELSEWHERE = "Keep the engine on the processor, or use another machine's."
NEWER_SYSTEM = "Use a newer system (Debian 12, Ubuntu 22.04, Fedora 35 or later), or keep the engine on the processor."


def glibc_version() -> str:
    """The C library's version, "" if it is another one."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ").strip()
    except (AttributeError, OSError, ValueError):
        return ""


def trouble(glibc: str) -> tuple[str, str] | None:
    """Why SGLang cannot run on this system, whatever its cards, with the remedy; None if it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "SGLang runs on Linux, on x86-64 and ARM processors.", ELSEWHERE
    if _version(glibc) < OLDEST_GLIBC:
        return f"SGLang needs glibc 2.34, and this system has {glibc or 'another C library'}.", NEWER_SYSTEM
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
