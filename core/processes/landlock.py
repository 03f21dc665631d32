"""Landlock, Linux's access control that a process sets for itself: the three calls that a sandbox needs.

See linux/landlock.h and .github/decisions/0800-own-sandbox-bindings.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
from collections.abc import Callable, Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every processor
_GET_VERSION = 1
_PATH_BENEATH = 1
_ALL_THREADS_FROM, _ALL_THREADS = 8, 1 << 3

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FILE_RIGHTS_OF_VERSION = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15, 9: 1 << 16}
_NETWORK_FROM, _TCP_BIND_AND_CONNECT = 4, 0b11
_SCOPES_FROM, _ABSTRACT_SOCKETS_AND_SIGNALS = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("descriptor", ctypes.c_int32))


def version() -> int:
    """The version of Landlock's interface that the kernel has; 0 if it has none, or has it disabled."""
    if sys.platform != "linux":
        return 0
    try:
        return _call(_CREATE_RULESET, None, 0, _GET_VERSION)
    except OSError:
        return 0


def restrict(readable: Iterable[str | os.PathLike[str]]) -> None:
    """Take every right to files, TCP, signals and abstract sockets from this process, but reading below `readable`.

    Nothing can give them back. Descriptors that are open stay as they are. Needs no-new-privileges. A path that does
    not exist is left out. Raises OSError; RuntimeError with several threads where the kernel restricts only the caller.
    """
    kernel = version()
    if kernel < _ALL_THREADS_FROM and len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("this kernel restricts one thread only, and the process has several")
    attributes = _Ruleset(
        sum(rights for since, rights in _FILE_RIGHTS_OF_VERSION.items() if kernel >= since),
        _TCP_BIND_AND_CONNECT if kernel >= _NETWORK_FROM else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if kernel >= _SCOPES_FROM else 0,
    )
    size = 24 if kernel >= _SCOPES_FROM else 16 if kernel >= _NETWORK_FROM else 8
    ruleset = _call(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        for path in readable:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                _allow_reading(ruleset, path)
        _call(_RESTRICT_SELF, ruleset, _ALL_THREADS if kernel >= _ALL_THREADS_FROM else 0)
    finally:
        os.close(ruleset)


def _allow_reading(ruleset: int, path: str | os.PathLike[str]) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathBeneath(rights, descriptor)), 0)
    finally:
        os.close(descriptor)


def _call(number: int, *arguments: object) -> int:
    """A system call; raises OSError."""
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    result = int(_system_call()(ctypes.c_long(number), *wide))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


@functools.cache
def _system_call() -> Callable[..., int]:
    """The C library's syscall(2), loaded once: a reader adds some fifteen rules at its start."""
    system_call = ctypes.CDLL(None, use_errno=True).syscall
    system_call.restype = ctypes.c_long
    return system_call
