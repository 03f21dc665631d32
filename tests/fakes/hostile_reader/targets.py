"""What the attacks are aimed at: made by the test, and named in the document."""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Targets:
    """`folder` holds the files, `victim` and `parent` are processes; ports and sockets are listened to by the test.

    `segment` is a name that nothing else has: of shared memory, and of the processes that the attacks start.
    """

    folder: str
    secret: str
    empty_folder: str
    victim: int
    parent: int
    tcp_port: int
    udp_port: int
    socket: str
    abstract_socket: str
    segment: str
    document: int = -1

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)


Attack = Callable[[Targets], object]

# The numbers of system calls, on x86-64 and on aarch64 (64 bits).
NUMBERS = {
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mknodat": (259, 33), "mount": (165, 40),
    "clone": (56, 220), "clone3": (435, 435), "vfork": (58, -1), "unshare": (272, 97), "setns": (308, 268),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180), "memfd_create": (319, 279),
    "io_uring_setup": (425, 425), "bpf": (321, 280), "userfaultfd": (323, 282), "perf_event_open": (298, 241),
    "keyctl": (250, 219), "init_module": (175, 105), "capset": (126, 91), "personality": (135, 92),
    "swapon": (167, 224), "sethostname": (170, 161), "clock_settime": (227, 112), "chroot": (161, 51),
    "ioprio_set": (251, 30), "inotify_init1": (294, 26), "fanotify_init": (300, 262), "execveat": (322, 281),
    "iopl": (172, -1), "openat2": (437, 437), "landlock_create_ruleset": (444, 444), "seccomp": (317, 277),
    "syslog": (103, 116), "kcmp": (312, 272),
}  # fmt: skip
X32 = 0x40000000  # the bit of the x32 calls on x86-64


def call(name: str | int, *arguments: object) -> int:
    """A system call, by name or number; raises OSError."""
    number = name if isinstance(name, int) else NUMBERS[name][platform.machine() != "x86_64"]
    system_call = ctypes.CDLL(None, use_errno=True).syscall
    system_call.restype = ctypes.c_long
    wide = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    result = int(system_call(ctypes.c_long(number), *wide))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
