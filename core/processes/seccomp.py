"""A seccomp filter that leaves a process the system calls of `core.processes.syscalls`, and no others.

The filter is a program for the kernel's BPF machine (linux/filter.h), put together here: see
.github/decisions/0800-own-sandbox-bindings.md.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Sequence

from core.processes.syscalls import CONDITIONAL, LAST_KNOWN, UNCONDITIONAL, UNKNOWN

_SET_FILTER, _ALL_THREADS = 1, 1  # of seccomp(2)
_GET_SECCOMP = 21  # of prctl(2)
# machine: (its audit number, its column in the tables, the number of seccomp(2))
_MACHINES = {"x86_64": (0xC000003E, 0, 317), "aarch64": (0xC00000B7, 1, 277)}

_ALLOW, _KILL_PROCESS, _FAIL_WITH = 0x7FFF0000, 0x80000000, 0x00050000
_LOAD, _RETURN, _AND = 0x20, 0x06, 0x54
_IF_EQUAL, _IF_GREATER = 0x15, 0x25
_NUMBER_AT, _MACHINE_AT, _ARGUMENTS_AT = 0, 4, 16

_THREAD = 0x10000  # CLONE_THREAD
_NAMESPACES = 0x7E020080  # CLONE_NEW...
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | 0o20000000  # the last: O_TMPFILE without O_DIRECTORY
_FCNTL = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x541B, 0x5421, 0x5450, 0x5451)  # TCGETS (isatty), FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_PRCTL = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, all of which only name things

Instruction = tuple[int, int, int, int]  # code, instructions to skip if true, if false, operand


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def is_available() -> bool:
    """Whether the kernel has seccomp, on a processor whose system calls are known here."""
    return (
        sys.platform == "linux"
        and sys.maxsize > 1 << 32
        and platform.machine() in _MACHINES
        and ctypes.CDLL(None).prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0
    )


def restrict() -> None:
    """Have every other system call of all threads of this process fail. Needs no-new-privileges; raises OSError."""
    program = b"".join(struct.pack("<HBBI", *instruction) for instruction in _instructions())
    buffer = ctypes.create_string_buffer(program, len(program))
    description = _Program(len(program) // 8, ctypes.addressof(buffer))
    system_call = ctypes.CDLL(None, use_errno=True).syscall
    system_call.restype = ctypes.c_long
    number = _MACHINES[platform.machine()][2]
    # A positive result is the number of a thread that has another filter.
    if system_call(ctypes.c_long(number), _SET_FILTER, _ALL_THREADS, ctypes.byref(description)) != 0:
        error = ctypes.get_errno() or errno.EPERM
        raise OSError(error, os.strerror(error))


def _instructions() -> list[Instruction]:
    machine, column, _ = _MACHINES[platform.machine()]
    program: list[Instruction] = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL_PROCESS),  # a call by the rules of another processor, such as 32 bits
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    for numbers in UNCONDITIONAL.values():
        program += _if_number(numbers[column], [(_RETURN, 0, 0, _ALLOW)])
    conditions = {
        "open": _if_no_bits(1, _WRITING),
        "openat": _if_no_bits(2, _WRITING),
        "fcntl": _if_one_of(1, _FCNTL),
        "ioctl": _if_one_of(1, _IOCTL),
        "prctl": _if_one_of(0, _PRCTL),
        "prlimit64": _if_zero(_low(0), _low(2), _high(2)),  # asks for limits of this process, sets none
        "clone": [(_LOAD, 0, 0, _low(0)), (_AND, 0, 0, _THREAD | _NAMESPACES), *_return_if_equal(_THREAD)],
        "tgkill": _if_one_of(0, (os.getpid(),)),
    }
    for name, numbers in CONDITIONAL.items():
        program += _if_number(numbers[column], conditions[name])
    for numbers in UNKNOWN.values():
        program += _if_number(numbers[column], [(_RETURN, 0, 0, _FAIL_WITH | errno.ENOSYS)])
    return [
        *program,
        (_IF_GREATER, 0, 1, LAST_KNOWN),
        (_RETURN, 0, 0, _FAIL_WITH | errno.ENOSYS),
        (_RETURN, 0, 0, _FAIL_WITH | errno.EPERM),
    ]


def _if_number(number: int | None, body: Sequence[Instruction]) -> list[Instruction]:
    """`body`, which ends by returning, for one system call."""
    return [] if number is None else [(_IF_EQUAL, 0, len(body), number), *body]


def _low(argument: int) -> int:
    """Where the lower half of an argument (from 0) lies; both processors put it first."""
    return _ARGUMENTS_AT + 8 * argument


def _high(argument: int) -> int:
    return _low(argument) + 4


def _return_if_equal(*values: int) -> list[Instruction]:
    """Allow the call if what was loaded is one of `values`, else refuse it."""
    tests = [(_IF_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [*tests, (_RETURN, 0, 0, _FAIL_WITH | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]


def _if_one_of(argument: int, values: Sequence[int]) -> list[Instruction]:
    return [(_LOAD, 0, 0, _low(argument)), *_return_if_equal(*values)]


def _if_no_bits(argument: int, bits: int) -> list[Instruction]:
    return [(_LOAD, 0, 0, _low(argument)), (_AND, 0, 0, bits), *_return_if_equal(0)]


def _if_zero(*places: int) -> list[Instruction]:
    program: list[Instruction] = []
    for place in places:
        program += [(_LOAD, 0, 0, place), (_IF_EQUAL, 1, 0, 0), (_RETURN, 0, 0, _FAIL_WITH | errno.EPERM)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]
