"""Run a program to its end: its lines are read, it can be cancelled, and it never outlives Findling."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable, Mapping, Sequence

from core import paths
from core.processes.child import ChildProcess, lines
from core.processes.guard import guard_command

TICK = 0.3  # seconds between two calls of `on_tick`
LONGEST_LINE = 1 << 24  # bytes; a hub's list of files is one line


class Cancelled(Exception):
    """The program was cancelled, and none of its processes runs any more."""


def run(
    command: Sequence[str],
    environment: Mapping[str, str],
    cancelled: threading.Event,
    *,
    on_line: Callable[[str], None],
    on_tick: Callable[[], None] = lambda: None,
) -> int:
    """Run a program to its end, its whole process group with it; returns the exit code.

    `environment` is all of it, as `variables` makes it. `on_line` receives each line of its output and errors,
    `on_tick` is called in between. Raises Cancelled, or OSError if the program cannot be started.
    """
    output: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    process = ChildProcess(
        [*guard_command(), *command],
        environment=environment,
        folder=paths.resources().parent,  # the current folder may hold modules, or settings, of somebody else
        merge_stderr=True,
    )
    reader = threading.Thread(target=_read, args=(process, output), name="program-output", daemon=True)
    reader.start()
    try:
        _attend(output, cancelled, on_line, on_tick)
        process.wait()
    finally:
        process.kill()
        code = process.wait()
        reader.join()
        process.close()
    assert code is not None
    return code


def _attend(
    output: queue.SimpleQueue[str | None],
    cancelled: threading.Event,
    on_line: Callable[[str], None],
    on_tick: Callable[[], None],
) -> None:
    while not cancelled.is_set():
        try:
            text = output.get(timeout=TICK)
        except queue.Empty:
            on_tick()
            continue
        if text is None:
            return
        on_line(text)
    raise Cancelled


def _read(process: ChildProcess, output: queue.SimpleQueue[str | None]) -> None:
    for line in lines(process.stdout, LONGEST_LINE):
        output.put(line)
    output.put(None)


def variables(proxy: str, changes: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that downloads: this process's, without Python's settings and virtual environments.

    `proxy` replaces the system's unless it is empty; `changes` are added.
    """
    excluded = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONWARNINGS")
    kept = {name: value for name, value in os.environ.items() if name not in excluded}
    if proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            kept |= {name: proxy, name.lower(): proxy}
    return kept | dict(changes)
