"""Benchmark: the window from outside: start, hotkey to pop-up, letter to painted rows, scrolling, stalls, memory."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from core.paths import resources
from tests.builders import multilingual_folder
from tests.builders.desktop import press, tray_host, wait_until, window_manager, x_server, xdotool
from tests.builders.large_trees import load
from tests.tools.bench.window_pages import make, pictures
from tests.tools.bench.window_use import ROWS, scroll, use

HOTKEY = "ctrl+alt+space"
WORDS = ("the", "letter", "report", "rent", "name")
GOALS = {"hotkey to pop-up": 100, "letter to rows": 100, "page picture": 300, "stall": 50}  # milliseconds
SHOWN_STALLS = 8
REST_SECONDS = 4.0
SEARCHES = 8  # in the pop-up, for each start of the program
MEMORY_SECONDS = 600.0  # of use, after which the memory is looked at again


class Program:
    """The window as a process, with the events that it reports."""

    def __init__(self, display: str, library: Path) -> None:
        hidden = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
        environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"DISPLAY": display}
        self.started = time.monotonic()
        command = [sys.executable, "-m", "tests.tools.bench.window_program", str(library), str(REST_SECONDS)]
        self.process = subprocess.Popen(
            command, cwd=resources().parent, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.events: list[dict[str, Any]] = []
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def wait_for(self, event: str, since: float = 0.0, **facts: object) -> float:
        """When an event came first after a time; waits for it."""

        def found() -> list[float]:
            return [
                one["at"]
                for one in list(self.events)
                if one["event"] == event and one["at"] >= since and facts.items() <= one.items()
            ]

        wait_until(found, event)
        return found()[0]

    def tell(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def since(self, event: str, start: float) -> list[dict[str, Any]]:
        """The events of a name after a time."""
        return [one for one in list(self.events) if one["event"] == event and one["at"] >= start]

    def memory(self) -> tuple[float, float, float]:
        """Proportional set size in MB: (the window's process, its engines, its readers)."""
        own = psutil.Process(self.process.pid)
        children = own.children(recursive=True)
        engines = [child for child in children if "core.engine" in " ".join(_command(child))]
        readers = sum(_pss(child) for child in children if child not in engines)
        return _pss(own), sum(map(_pss, engines)), readers

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self._reading.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.events.append(json.loads(line))


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except psutil.Error:
        return 0.0


def run(library: Path | None, rounds: int, minutes: float) -> None:
    """Start the window on a screen of its own and use it for so long; without a library on a small one of its own."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="findling-bench-")))
        if library is None:
            library = home / "library"
            _index(multilingual_folder.write_documents(home / "Documents"), library)
        os.environ["XDG_CONFIG_HOME"] = str(home / "config")
        display = stack.enter_context(x_server())
        stack.enter_context(window_manager(display))
        stack.enter_context(tray_host(display, home))
        print(f"library {library}; {load()}")
        _starts(display, library, rounds)
        pages = Program(display, make(home))
        pictures(pages, display, _print)
        pages.end()
        program = Program(display, library)
        stack.callback(program.end)
        program.wait_for("usable")
        time.sleep(2 * REST_SECONDS)
        _memory(program, "window shown")
        _reactions(program, display, rounds)
        _memory(program, "window shown, after searches")
        _use(program, display, minutes)
        _memory(program, f"after {minutes:g} minutes of use")
        _scrolling(program, display)
        start = time.monotonic()
        press(display, "alt+F4")  # which hides it
        program.wait_for("memory released", start)
        wait_until(lambda: program.memory()[1] == 0, "the engine is unloaded")
        _memory(program, "hidden and at rest, engine idle")


def _index(documents: Path, library: Path) -> None:
    from core.library import Library

    with Library.open(library) as opened:
        opened.add_folder(documents)
        opened.wait("meaning")


def _starts(display: str, library: Path, rounds: int) -> None:
    paint, usable = [], []
    for _ in range(rounds):
        program = Program(display, library)
        paint.append(program.wait_for("first paint") - program.started)
        usable.append(program.wait_for("usable") - program.started)
        program.end()
    _print("start to first paint", paint)
    _print("start to usable", usable)


def _reactions(program: Program, display: str, rounds: int) -> None:
    shown, focused, rows = [], [], []
    for number in range(rounds * SEARCHES):
        word = WORDS[number % len(WORDS)]
        start = time.monotonic()
        shown.append(_timed(program, lambda: press(display, HOTKEY), "quick search painted"))
        focused.append(program.wait_for("quick search focused", start) - start)
        xdotool(display, "type", "--delay", "15", word[:-1])
        time.sleep(0.5)
        last = word[-1]
        rows.append(_timed(program, lambda key=last: press(display, key), "rows painted", text=word))  # type: ignore[misc]
        time.sleep(0.3)
        press(display, "Escape")
        time.sleep(0.6)
    _print("hotkey to pop-up", shown)
    _print("hotkey to focus", focused)
    _print("letter to rows", rows)


def _use(program: Program, display: str, minutes: float) -> None:
    def look(seconds: float) -> None:
        _memory(program, f"after {seconds / 60:.0f} minutes of use")

    start = time.monotonic()
    searches = use(display, 60 * minutes, look, MEMORY_SECONDS)
    assert program.process.poll() is None, f"the window ended with {program.process.returncode}"
    _stalls(program, f"{searches} searches", start)


def _scrolling(program: Program, display: str) -> None:
    press(display, "ctrl+f")
    press(display, "ctrl+a")
    xdotool(display, "type", "--delay", "15", "the")
    time.sleep(2.0)
    asked = time.monotonic()
    program.tell(f"rows {ROWS}")
    program.wait_for("rows filled", asked)
    (filled,) = program.since("rows filled", asked)
    time.sleep(1.0)
    start = time.monotonic()
    seconds = scroll(display, lambda: None)
    time.sleep(0.5)
    painted = [one["at"] for one in program.since("list painted", start)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(painted)]
    print(f"{f'{ROWS} rows put into the list':30}{1000 * filled['seconds']:8.0f} ms")
    frames, longest = len(painted) / seconds, 1000 * max(gaps, default=0.0)
    print(f"{'scrolling them':30}{frames:8.0f} frames/s{longest:8.0f} ms longest gap", flush=True)
    _stalls(program, "scrolling", start)


def _stalls(program: Program, name: str, start: float) -> None:
    """The times for which the main thread was held up, the longest with what it did."""
    stalls = sorted(program.since("stall", start), key=lambda one: -one["seconds"])
    longest = 1000 * stalls[0]["seconds"] if stalls else 0.0
    busy = [1000 * one["busy"] for one in stalls]
    above, own = (
        sum(span > GOALS["stall"] for span in spans) for spans in ((1000 * one["seconds"] for one in stalls), busy)
    )
    print(
        f"{f'longest stall, {name}':30}{longest:8.0f} ms; {above} above the goal {GOALS['stall']}; of processor time "
        f"{max(busy, default=0.0):.0f} ms; {own}",
        flush=True,
    )
    for one in stalls[:SHOWN_STALLS]:
        print(
            f"  {1000 * one['seconds']:6.0f} ms, {1000 * one['busy']:.0f} ms of processor: {one['where']}", flush=True
        )


def _timed(program: Program, action: Callable[[], None], event: str, **facts: object) -> float:
    """Seconds from the start of xdotool, which itself takes some 10 ms, to an event."""
    start = time.monotonic()
    action()
    return program.wait_for(event, start, **facts) - start


def _print(name: str, seconds: list[float]) -> None:
    values = sorted(1000 * value for value in seconds)
    goal = f"   goal {GOALS[name]}" if name in GOALS else ""
    middle, late, worst = values[len(values) // 2], values[int(0.95 * (len(values) - 1))], values[-1]
    print(f"{name:30}{middle:8.0f} ms median{late:8.0f} ms p95{worst:8.0f} ms worst of {len(values)}{goal}", flush=True)


def _memory(program: Program, name: str) -> None:
    own, engines, readers = program.memory()
    print(f"{name:32}{own:6.0f} MB window{engines:7.0f} MB engine{readers:7.0f} MB readers (PSS)", flush=True)
