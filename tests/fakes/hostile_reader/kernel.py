"""Attacks on the machine, and on the reader's own limits and rights."""

from __future__ import annotations

import ctypes
import mmap
import os
import resource

from tests.fakes.hostile_reader.targets import X32, Attack, Targets, call


def outlive_the_parent(targets: Targets) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(1, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def drop_filter(targets: Targets) -> None:
    """A second filter that allows everything, put on top; it could not lift the first, but must not be possible."""
    instruction = (ctypes.c_uint64 * 1)(0x7FFF000000000006)
    program = (ctypes.c_size_t * 2)(1, ctypes.addressof(instruction))
    call("seccomp", 1, 0, program)


def raise_limit(targets: Targets, which: int) -> None:
    resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def prepare_capabilities() -> tuple[ctypes.Array[ctypes.c_uint32], ctypes.Array[ctypes.c_uint32]]:
    return (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)


def call_by_32_bits(targets: Targets) -> None:
    """Jump to `mov eax, 20; int 0x80; ret`: getpid as 32-bit programs call it."""
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x14\0\0\0\xcd\x80\xc3")
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()


# Upon which the kernel ends the reader.
FATAL: dict[str, Attack] = {"call by the rules of 32 bits": call_by_32_bits}

ATTACKS: dict[str, Attack] = {
    "mount a disk": lambda targets: call("mount", b"none", os.fsencode(targets.empty_folder), b"tmpfs", 0, None),
    "change the root": lambda targets: call("chroot", b"/"),
    "become another user": lambda targets: os.setuid(12345),
    "become another group": lambda targets: os.setgid(12345),
    "take all rights": lambda targets: call("capset", *prepare_capabilities()),
    "load a program into the kernel": lambda targets: call("bpf", 0, bytes(128), 128),
    "load a module": lambda targets: call("init_module", b"", 0, b""),
    "handle page faults": lambda targets: call("userfaultfd", 0),
    "measure the machine": lambda targets: call("perf_event_open", bytes(128), 0, -1, -1, 0),
    "read the keyring": lambda targets: call("keyctl", 0, -3, 1),
    "take over ports of the machine": lambda targets: call("iopl", 3),
    "change its personality": lambda targets: call("personality", 0x0040000),
    "rename the machine": lambda targets: call("sethostname", b"stolen", 6),
    "set the clock": lambda targets: call("clock_settime", 99, bytes(16)),
    "swap to a file": lambda targets: call("swapon", os.fsencode(targets.path("victim.txt")), 0),
    "share memory": lambda targets: call("shmget", 0x46494E44, 4096, 0o1600),
    "open a message queue": lambda targets: call("msgget", 0x46494E44, 0o1600),
    "open a named queue": lambda targets: call(
        "mq_open", targets.segment.encode(), os.O_CREAT | os.O_RDWR, 0o600, None
    ),
    "make semaphores": lambda targets: call("semget", 0x46494E44, 1, 0o1600),
    "make a file in memory": lambda targets: call("memfd_create", b"hidden", 0),
    "write to files again": lambda targets: raise_limit(targets, resource.RLIMIT_FSIZE),
    "use all memory": lambda targets: raise_limit(targets, resource.RLIMIT_DATA),
    "open more files": lambda targets: raise_limit(targets, resource.RLIMIT_NOFILE),
    "dump its memory": lambda targets: raise_limit(targets, resource.RLIMIT_CORE),
    "raise its priority": lambda targets: os.setpriority(os.PRIO_PROCESS, 0, -20),
    "run before all others": lambda targets: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50)),
    "read the disk first": lambda targets: call("ioprio_set", 1, 0, 1 << 13),
    "outlive the parent": outlive_the_parent,
    "filter its own calls": drop_filter,
    "loosen Landlock": lambda targets: call("landlock_create_ruleset", None, 0, 1),
    "call by the rules of x32": lambda targets: call(X32 | 39),
}
