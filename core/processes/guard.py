"""The parent-death guard: a small process between Findling and a program, so that neither outlives the other.

    python -I guard.py [--events] COMMAND...

The caller starts the guard in a new session and holds the other end of its stdin. The command runs in the guard's
process group with an empty stdin. A line on the guard's stdin sends SIGTERM to the command alone; when stdin is closed,
as it is whenever Findling is gone, the whole group ends. The guard's exit code is the command's, 128 + N for signal N.
With --events, the guard writes one JSON line to stdout, {"event": "started", "pid": N}, and the command's stdout goes
to stderr. This module imports nothing of Findling, so that the guard starts fast.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

GRACE = 2.0  # seconds between SIGTERM and SIGKILL
CANNOT_START = 127
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


def guard_command(*options: str) -> list[str]:
    """What to put before a command so that it does not outlive the caller."""
    from core.processes.isolated import is_bundled, module_command  # not in the guard itself

    if is_bundled():
        return module_command("core.processes.guard", *options)
    return [sys.executable, "-I", os.path.abspath(__file__), *options]


def die_with_parent() -> None:
    """On Linux, have this process killed when the thread that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)


def main(arguments: Sequence[str]) -> int:
    """Run the command to its end."""
    reports = arguments[:1] == ["--events"]
    command = arguments[1:] if reports else arguments
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, _ignore)  # a handler, unlike SIG_IGN, is not inherited by the command
    guard = os.getpid()
    try:
        # Before any thread: the code between fork and exec is only safe then, and this thread lives to the end.
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno() if reports else None,
            cwd="/" if reports else None,  # an engine must not find its modules in Findling's folder
            preexec_fn=lambda: _die_with(guard),  # noqa: PLW1509
        )
    except OSError as error:
        sys.stderr.write(f"{command[0]} cannot be run: {error.strerror}\n")
        return CANNOT_START
    if reports:
        sys.stdout.write(json.dumps({"event": "started", "pid": process.pid}) + "\n")
        sys.stdout.flush()
    gone = threading.Event()
    threading.Thread(target=_obey_stdin, args=(process, gone), name="stdin", daemon=True).start()
    code = process.wait()
    gone.set()
    return code if code >= 0 else 128 - code


def _ignore(*_: object) -> None:
    """Stay alive when the group is signalled: the guard must be last, to report the command's exit code."""


def _die_with(guard: int) -> None:
    die_with_parent()
    if sys.platform == "linux" and os.getppid() != guard:
        os._exit(CANNOT_START)


def _obey_stdin(process: subprocess.Popen[bytes], gone: threading.Event) -> None:
    while os.read(0, 64):  # sys.stdin's buffer would be locked at the exit
        process.send_signal(signal.SIGTERM)
    os.killpg(0, signal.SIGTERM)
    gone.wait(GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
