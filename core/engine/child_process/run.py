"""Run a helper program to its end: its lines are read, it can be cancelled, and it never outlives Findling."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from core import paths

TICK = 0.3  # seconds between two looks at how far it is
LONGEST_LINE = 1 << 24  # a hub's list of files is one line


class Cancelled(Exception):
    """It was cancelled, and nothing of it runs any more."""


def guard_command(*options: str) -> list[str]:
    """What to put before a command so that it does not outlive Findling, see `guard.py`."""
    return [sys.executable, "-I", str(Path(__file__).with_name("guard.py")), *options]


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    cancelled: threading.Event,
    *,
    line: Callable[[str], None],
    tick: Callable[[], None] = lambda: None,
) -> int:
    """Run a program to its end, its whole process group with it; the exit code.

    `environment` is all of it, as `variables` makes it. `line` gets each line of its output and errors, `tick` is
    called in between. Raises Cancelled, or OSError if it cannot be started.
    """
    words: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    process = subprocess.Popen(
        [*guard_command(), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=paths.resources().parent,  # where the caller stands may be modules, or settings, of somebody else
        start_new_session=True,
    )
    with process:
        assert process.stdout
        reader = threading.Thread(target=_read, args=(process.stdout, words), name="helper-out", daemon=True)
        reader.start()
        try:
            _attend(words, cancelled, line, tick)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # before it is reaped its number cannot be another group's
            reader.join()
    return process.returncode


def _attend(
    words: queue.SimpleQueue[str | None],
    cancelled: threading.Event,
    line: Callable[[str], None],
    tick: Callable[[], None],
) -> None:
    while not cancelled.is_set():
        try:
            text = words.get(timeout=TICK)
        except queue.Empty:
            tick()
            continue
        if text is None:
            return
        line(text)
    raise Cancelled


def _read(stream: IO[bytes], words: queue.SimpleQueue[str | None]) -> None:
    while text := stream.readline(LONGEST_LINE):
        words.put(text.decode("utf-8", "replace").rstrip())
    words.put(None)


def variables(proxy: str, changes: Mapping[str, str]) -> dict[str, str]:
    """This process's environment for a program that fetches: Python's own settings and activated environments left out.

    `proxy` replaces the system's, if there is one.
    """
    unwanted = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    if proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            kept |= {name: proxy, name.lower(): proxy}
    return kept | dict(changes)
