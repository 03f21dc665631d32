"""Confines a child process that opens what strangers wrote: no files, no network, no processes, no signals.

    confine([paths.resources()])        # in the child, after its imports and before it sees a document

What a confined process works on is handed to it as an open descriptor (`core.processes.channel`).
"""

from __future__ import annotations

import ctypes
import os
import site
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import core
from core.processes import landlock, seccomp
from core.processes.isolated import is_bundled

_NO_NEW_PRIVILEGES = 38  # of prctl(2)
_SYSTEM_LIBRARIES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/gnu/store",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
)


@dataclass(frozen=True, slots=True)
class SandboxSupport:
    """What the system offers to confine a process: the version of Landlock's interface (0: none), and seccomp."""

    landlock: int
    seccomp: bool

    @property
    def is_complete(self) -> bool:
        """Whether a process can be confined; without, only its limits (`core.processes.limits`) hold it."""
        return self.landlock > 0 and self.seccomp


def available() -> SandboxSupport:
    """What this system offers. Takes no longer than three system calls."""
    return SandboxSupport(landlock.version(), seccomp.is_available())


def confine(readable: Iterable[str | os.PathLike[str]] = ()) -> SandboxSupport:
    """Confine this process for good to what it has open, and to reading Python, its libraries and `readable`.

    Afterwards it can read no other file and write none; open no socket; start, signal or trace no process; and change
    none of its limits and rights. It may read and write descriptors that it has, receive descriptors on a socket that
    it has, and start threads. What the system does not offer is left out: returns what was
    applied. Call it while there is one thread. Raises OSError if the system refuses what it offers.
    """
    support = available()
    if sys.platform != "linux":
        return support
    if ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    if support.landlock:
        landlock.restrict([*python_libraries(), *readable])
    if support.seccomp:
        seccomp.restrict()  # last: it refuses the calls of the others
    return support


def python_libraries() -> list[str]:
    """The files and folders from which this process may import and load later: Python, libraries, Findling's core."""
    sites = [*site.getsitepackages(), *([site.getusersitepackages()] if site.ENABLE_USER_SITE else [])]
    sites += [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    own = [os.path.dirname(os.__file__), os.path.join(sys.base_prefix, "lib"), str(Path(core.__file__ or "").parent)]
    if is_bundled():
        own = [sys.base_prefix, sys.executable]  # the libraries, and the archive of modules
    return list(dict.fromkeys([*own, *sites, *_SYSTEM_LIBRARIES]))
