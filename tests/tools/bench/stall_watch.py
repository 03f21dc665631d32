"""Measures how long the main thread of a window is held up, and by what."""

from __future__ import annotations

import faulthandler
import re
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer

TICK_MS = 5
NOTED_SECONDS = 0.03  # shorter ones are not reported
SAMPLED_SECONDS = 0.04  # after which it is noted what the thread does
FRAMES = 4  # of the stack, from the innermost of ours

_FRAME = re.compile(r'File "(.*)", line (\d+) in (.*)')
Tell = Callable[..., None]


class StallWatch(QObject):
    """Calls `tell("stall", seconds=..., busy=..., where=...)` whenever a timer of the event loop comes late.

    `busy` is the processor time that the thread used meanwhile: on a busy machine it may have waited for a processor.
    """

    def __init__(self, tell: Tell, parent: QObject) -> None:
        super().__init__(parent)
        self._tell = tell
        self._main = threading.get_ident()
        self._last, self._last_busy = time.monotonic(), time.thread_time()
        self._where = ""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        threading.Thread(target=self._sample, name="stall watch", daemon=True).start()

    def _tick(self) -> None:
        now, busy = time.monotonic(), time.thread_time()
        late = now - self._last - TICK_MS / 1000
        if late > NOTED_SECONDS:
            self._tell("stall", seconds=late, busy=busy - self._last_busy, where=self._where)
        self._last, self._last_busy, self._where = now, busy, ""

    def _sample(self) -> None:
        pause = threading.Event()
        while not pause.wait(TICK_MS / 1000):
            if not self._where and time.monotonic() - self._last > SAMPLED_SECONDS:
                self._where = _ours(self._main)


def _ours(thread: int) -> str:
    """The innermost functions of Findling that a thread is in, or else of others.

    Written down by faulthandler: a reference from here to a frame would keep what is in it beyond its end. A painter
    that was ended late, and on this thread, crashed the window.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file)
        file.seek(0)
        threads = file.read().decode(errors="replace")
    stack = threads.partition(f"Thread 0x{thread:016x}")[2].partition("\n\n")[0]
    frames = _FRAME.findall(stack)
    own = [frame for frame in frames if "/gui/" in frame[0] or "/core/" in frame[0]] or frames
    return " < ".join(f"{Path(name).name}:{line} {function}" for name, line, function in own[:FRAMES])
