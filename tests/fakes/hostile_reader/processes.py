"""Attacks on processes: starting some, and reaching into others."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess

from tests.fakes.hostile_reader.targets import Attack, Targets, call

PTRACE_ATTACH, PTRACE_SEIZE, PTRACE_TRACEME = 16, 0x4206, 0


def leave_process_behind(targets: Targets) -> None:
    """A daemon by two forks, which would outlive the reader."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execvp("sleep", [targets.segment, "300"])
        os._exit(0)
    os.wait()


def fork(targets: Targets) -> None:
    if (child := os.fork()) == 0:
        os.execvp("sleep", [targets.segment, "300"])
    os.kill(child, 0)


def clone_raw(targets: Targets) -> None:
    if call("clone", signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)


def clone3_raw(targets: Targets) -> None:
    arguments = ctypes.create_string_buffer(88)
    arguments[32:40] = int(signal.SIGCHLD).to_bytes(8, "little")
    if call("clone3", arguments, 88) == 0:
        os._exit(0)


def namespace_thread(targets: Targets) -> None:
    """A thread in a user namespace of its own would have all rights there."""
    if call("clone", 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)


def run_from_memory(targets: Targets) -> None:
    descriptor = call("memfd_create", b"program", 0)
    with open("/usr/bin/env", "rb") as program:
        os.write(descriptor, program.read())
    call("execveat", descriptor, b"", None, None, 0x1000)


def read_memory(targets: Targets, process: int, name: str) -> None:
    buffer = ctypes.create_string_buffer(8)
    local = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    remote = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    call(name, process, local, 1, remote, 1, 0)


def signal_by_descriptor(targets: Targets) -> None:
    call("pidfd_send_signal", call("pidfd_open", targets.parent, 0), signal.SIGUSR1, None, 0)


def take_descriptor(targets: Targets) -> None:
    call("pidfd_getfd", call("pidfd_open", targets.parent, 0), 0, 0)


def queue_signal(targets: Targets) -> None:
    information = ctypes.create_string_buffer(128)
    information[8:12] = (-1 & 0xFFFFFFFF).to_bytes(4, "little")
    call("rt_sigqueueinfo", targets.victim, signal.SIGUSR1, information)


def signal_by_input(targets: Targets) -> None:
    """Have the kernel signal the parent when there is something to read."""
    import fcntl

    fcntl.fcntl(0, fcntl.F_SETOWN, targets.parent)


ATTACKS: dict[str, Attack] = {
    "run a shell": lambda targets: _must_be_zero(os.system(f"touch {targets.path('shell')}")),
    "run a program": lambda targets: subprocess.run(["touch", targets.path("program")], check=True),
    "spawn a program": lambda targets: os.posix_spawn("/bin/sleep", [targets.segment, "300"], {}),
    "become a program": lambda targets: os.execv("/bin/true", [targets.segment]),
    "run a program from memory": run_from_memory,
    "fork": fork,
    "fork by a raw call": clone_raw,
    "fork by clone3": clone3_raw,
    "fork into a namespace": namespace_thread,
    "leave a process behind": leave_process_behind,
    "unshare its namespaces": lambda targets: call("unshare", 0x10000000),
    "enter the parent's namespaces": lambda targets: call("setns", os.open("/proc", os.O_PATH), 0),
    "trace the parent": lambda targets: call("ptrace", PTRACE_ATTACH, targets.parent, 0, 0),
    "trace another process": lambda targets: call("ptrace", PTRACE_SEIZE, targets.victim, 0, 0),
    "be traced": lambda targets: call("ptrace", PTRACE_TRACEME, 0, 0, 0),
    "read the parent's memory": lambda targets: read_memory(targets, targets.parent, "process_vm_readv"),
    "write the parent's memory": lambda targets: read_memory(targets, targets.parent, "process_vm_writev"),
    "read another's memory": lambda targets: read_memory(targets, targets.victim, "process_vm_readv"),
    "compare itself with the parent": lambda targets: call("kcmp", os.getpid(), targets.parent, 2, 0, 0),
    "signal the parent": lambda targets: os.kill(targets.parent, signal.SIGUSR1),
    "end the parent": lambda targets: os.kill(targets.parent, signal.SIGTERM),
    "kill another process": lambda targets: os.kill(targets.victim, signal.SIGKILL),
    "kill another's thread": lambda targets: call("tgkill", targets.victim, targets.victim, signal.SIGKILL),
    "signal its group": lambda targets: os.killpg(os.getpgrp(), 0),
    "queue a signal": queue_signal,
    "signal by a descriptor": signal_by_descriptor,
    "signal by input": signal_by_input,
    "take a descriptor of the parent": take_descriptor,
}


def _must_be_zero(code: int) -> None:
    if code != 0:
        raise PermissionError(code)
