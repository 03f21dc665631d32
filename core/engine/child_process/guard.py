"""The parent-death guard: a small process between Findling and a program, so that neither outlives the other.

    python -I guard.py [--events] COMMAND...

The caller starts it in a session of its own and keeps the other end of its stdin. The command runs in the guard's
process group with stdin closed. A line on stdin asks the command, and only its first process, to end by itself; when
stdin is closed, as it is when Findling is gone however that happened, the whole group ends. The guard's exit code is
the command's, 128 + N for one that signal N ended.
With --events, stdout is the guard's own, with one JSON line: {"event": "started", "pid": N}; the command's goes to
stderr. It imports nothing of Findling, which keeps its start short.
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

PATIENCE = 2.0  # seconds between asking the group to end and ending it
CANNOT_START = 127
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


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
    threading.Thread(target=_obey, args=(process, gone), name="stdin", daemon=True).start()
    code = process.wait()
    gone.set()
    return code if code >= 0 else 128 - code


def _ignore(*_: object) -> None:
    """The group is asked to end, but who says how it ended must be last."""


def _die_with(guard: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != guard:
            os._exit(CANNOT_START)


def _obey(process: subprocess.Popen[bytes], gone: threading.Event) -> None:
    while os.read(0, 64):  # a buffer would be locked at the exit
        process.send_signal(signal.SIGTERM)
    os.killpg(0, signal.SIGTERM)
    gone.wait(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
