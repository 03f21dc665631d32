"""Runs a program that must not outlive Findling: when its standard input ends, so does everything it started.

    python leash.py COMMAND...

The caller starts it in a session of its own, and keeps the other end of its input; a killed caller closes that too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def _watch() -> None:
    while os.read(0, 4096):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_watch, daemon=True).start()
    try:
        sys.exit(subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL))
    except OSError as error:
        sys.exit(f"{sys.argv[1]} cannot be run: {error.strerror}")
