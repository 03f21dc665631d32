"""Decides when indexing waits: paused by the user, on battery, under load, or before embedding on a remote server.

The measured thresholds: .github/decisions/0304-throttle-and-commit-intervals.md.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psutil

from core.engine.registry import kind_of
from core.events import PauseReason, PauseState
from core.indexer.policy.pause import StoredPause
from core.settings import Settings

CHECK_INTERVAL = 15.0  # seconds between two checks of battery and load, which happen only while there is work
LOAD_PAUSE, LOAD_RESUME = 0.6, 0.4  # the share of the processors used by other programs at which to pause and resume


def on_battery() -> bool:
    """Whether this machine runs on its battery; not where that cannot be told, as in a sandbox without /sys."""
    try:
        battery = psutil.sensors_battery()
    except OSError:
        return False
    return battery is not None and battery.power_plugged is False


class OtherLoad:
    """A callable that returns the share of the processors (0 to 1) that other programs used since the last call."""

    def __init__(self) -> None:
        self._last_used = self._used()
        self._measured_at = time.monotonic()

    def __call__(self) -> float:
        used, now = self._used(), time.monotonic()
        available = max(now - self._measured_at, 0.001) * (psutil.cpu_count() or 1)
        share = ((used[0] - self._last_used[0]) - (used[1] - self._last_used[1])) / available
        self._last_used, self._measured_at = used, now
        return min(1.0, max(0.0, share))

    @staticmethod
    def _used() -> tuple[float, float]:
        """Processor seconds of the whole machine, and of this process with its children."""
        times = psutil.cpu_times()
        this_process = psutil.Process()
        own = 0.0
        for process in (this_process, *this_process.children(recursive=True)):
            try:
                used = process.cpu_times()
            except psutil.Error:
                continue  # the process ended
            own += used.user + used.system + used.children_user + used.children_system
        return times.user + times.nice + times.system, own


class Throttle:
    """Decides whether indexing may run. Call `check` on the indexer's thread, all else on any.

    Battery, load and permission only apply to a `background` process, which stays open beside other programs.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        background: bool,
        battery: Callable[[], bool] = on_battery,
        other_load: Callable[[], float] | None = None,
        pause: StoredPause | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._waits_on_battery = background and settings.wait_on_battery
        self._waits_on_load = background and settings.wait_on_load
        self._waits_for_permission = (
            background and settings.ask_before_embedding and kind_of(settings.engine).sends_text
        )
        self._battery = battery
        self._other_load = other_load or (OtherLoad() if self._waits_on_load else lambda: 0.0)
        self._pause = pause or StoredPause()
        self._automatic: PauseState | None = None
        self._overridden: PauseReason | None = None
        self._checked_at = -CHECK_INTERVAL

    @property
    def pause_state(self) -> PauseState | None:
        """Why indexing waits; None if it does not."""
        with self._lock:
            return self._pause.state or self._automatic

    def pause(self, seconds: float | None = None) -> None:
        """Pause for this many seconds, or until `resume` is called."""
        with self._lock:
            self._pause.begin(seconds)

    def resume(self) -> None:
        """End the pause, and ignore the current reason to wait until it is over."""
        with self._lock:
            self._pause.end()
            if self._automatic is not None:
                self._overridden, self._automatic = self._automatic.reason, None

    def copy_pause(self, previous: Throttle) -> None:
        """Copy the user's pause from another throttle."""
        with self._lock:
            self._pause = previous._pause

    def check(self, *, reading: bool, embedding: bool) -> None:
        """Check battery, load and permission if due; `reading` and `embedding` say whether such work is waiting."""
        if not (reading or embedding):
            with self._lock:
                self._automatic = None
                self._overridden = None if self._overridden == "metered" else self._overridden
            return
        if time.monotonic() - self._checked_at < CHECK_INTERVAL:
            return
        self._checked_at = time.monotonic()
        reason = self._reason(embedding=embedding)
        with self._lock:
            if reason != self._overridden:
                self._overridden = None
            self._automatic = None if reason in {None, self._overridden} else PauseState(reason)

    def next_wakeup(self) -> float | None:
        """Seconds until the reason to wait may be over; None if only the user can end it."""
        state = self.pause_state
        if state is None or state.reason == "metered":
            return None
        if state.reason == "paused":
            with self._lock:
                remaining = self._pause.remaining()
            return None if remaining is None else max(0.1, remaining)
        return CHECK_INTERVAL

    def _reason(self, *, embedding: bool) -> PauseReason | None:
        if self._waits_on_battery and self._battery():
            return "battery"
        if self._waits_on_load and self._other_load() > (LOAD_RESUME if self._is_present("load") else LOAD_PAUSE):
            return "load"
        return "metered" if self._waits_for_permission and embedding else None

    def _is_present(self, reason: PauseReason) -> bool:
        return reason == self._overridden or (self._automatic is not None and self._automatic.reason == reason)
