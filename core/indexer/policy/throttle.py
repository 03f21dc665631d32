"""When indexing makes way: the person paused it, the plug is out, other programs are at work, or it costs money."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psutil

from core.engine.registry import kind_of
from core.events import PauseReason, PauseState
from core.indexer.policy.pause import StoredPause
from core.settings import Settings

LOOK_EVERY = 15.0  # seconds between two looks at the machine, and only while something waits
BUSY, CALM = 0.6, 0.4  # shares of the processors that other programs take: to make way, and to go on again


def on_battery() -> bool:
    """Whether this machine runs on its battery."""
    battery = psutil.sensors_battery()
    return battery is not None and battery.power_plugged is False


class OtherLoad:
    """The share of the processors, from 0 to 1, that other programs took since it was asked before."""

    def __init__(self) -> None:
        self._before = self._used()
        self._when = time.monotonic()

    def __call__(self) -> float:
        used, now = self._used(), time.monotonic()
        passed = max(now - self._when, 0.001) * (psutil.cpu_count() or 1)
        share = ((used[0] - self._before[0]) - (used[1] - self._before[1])) / passed
        self._before, self._when = used, now
        return min(1.0, max(0.0, share))

    @staticmethod
    def _used() -> tuple[float, float]:
        """Processor seconds of the whole machine, and of this program with its children."""
        times = psutil.cpu_times()
        me = psutil.Process()
        own = 0.0
        for process in (me, *me.children(recursive=True)):
            try:
                used = process.cpu_times()
            except psutil.Error:
                continue  # it ended meanwhile
            own += used.user + used.system + used.children_user + used.children_system
        return times.user + times.nice + times.system, own


class Throttle:
    """Whether work may be done now. `look` is for the indexer's thread, the rest for any.

    `polite` is a program that stays open beside others: only such a one makes way by itself. `pause` is a pause that
    was kept from the last time.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        polite: bool,
        battery: Callable[[], bool] = on_battery,
        others: Callable[[], float] | None = None,
        pause: StoredPause | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._by_battery = polite and settings.wait_on_battery
        self._by_load = polite and settings.wait_on_load
        self._by_bill = polite and settings.ask_before_embedding and kind_of(settings.engine).sends_text
        self._battery = battery
        self._others = others or (OtherLoad() if self._by_load else lambda: 0.0)
        self._pause = pause or StoredPause()
        self._machine: PauseState | None = None
        self._ignored: PauseReason | None = None
        self._looked = -LOOK_EVERY

    @property
    def pause_state(self) -> PauseState | None:
        """Why not everything is done now; None if nothing stands in the way."""
        with self._lock:
            return self._pause.pause_state or self._machine

    def pause(self, seconds: float | None = None) -> None:
        """Do nothing for so many seconds, or until `go_on`."""
        with self._lock:
            self._pause.begin(seconds)

    def go_on(self) -> None:
        """Work in spite of what stands in the way now, until that is over."""
        with self._lock:
            self._pause.end()
            if self._machine is not None:
                self._ignored, self._machine = self._machine.reason, None

    def take_over(self, previous: Throttle) -> None:
        """Stay paused if another one was."""
        with self._lock:
            self._pause = previous._pause

    def look(self, *, reading: bool, embedding: bool) -> None:
        """Look at the machine now and then, while files wait to be read or passages to be embedded."""
        if not (reading or embedding):
            with self._lock:
                self._machine = None
                self._ignored = None if self._ignored == "metered" else self._ignored
            return
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        reason = self._reason(embedding=embedding)
        with self._lock:
            if reason != self._ignored:
                self._ignored = None
            self._machine = None if reason in {None, self._ignored} else PauseState(reason)

    def next_wakeup(self) -> float | None:
        """Seconds until a hold may be over; None if only somebody's word ends it."""
        pause_state = self.pause_state
        if pause_state is None or pause_state.reason == "metered":
            return None
        if pause_state.reason == "paused":
            with self._lock:
                left = self._pause.left()
            return None if left is None else max(0.1, left)
        return LOOK_EVERY

    def _reason(self, *, embedding: bool) -> PauseReason | None:
        if self._by_battery and self._battery():
            return "battery"
        if self._by_load and self._others() > (CALM if self._is_held_by("load") else BUSY):
            return "load"
        return "metered" if self._by_bill and embedding else None

    def _is_held_by(self, reason: PauseReason) -> bool:
        return reason == self._ignored or (self._machine is not None and self._machine.reason == reason)
