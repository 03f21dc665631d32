"""Runs requests to the library on a background thread; a new request replaces the one before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import FindlingError

STOP_SECONDS = 5.0


class LatestTask(QObject):
    """Runs the newest request on a background thread and drops the results of older ones.

    `work(request)` runs on that thread and yields results. Signals arrive on the thread of this object:
    `result_ready(request, result)` for each, then `finished(request)`, or `failed(request, error)` for a FindlingError;
    any other exception is raised there.
    """

    result_ready = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object, object)
    _crossed = Signal(int, object, object)

    def __init__(self, work: Callable[[object], Iterable[object]], name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._change = threading.Condition()
        self._generation = 0  # of the newest request; results of another one are dropped
        self._request: object = None
        self._pending = False
        self._stopping = False
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether the newest request is still running."""
        return self._request is not None

    def submit(self, request: object) -> None:
        """Make this the newest request; returns at once."""
        with self._change:
            self._generation += 1
            self._request = request
            self._pending = True
            self._change.notify()

    def cancel(self) -> None:
        """Forget the newest request; no more results are delivered for it."""
        with self._change:
            self._generation += 1
            self._request = None
            self._pending = False

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Deliver no more results and wait up to `timeout` seconds for the thread; returns whether it has ended."""
        with self._change:
            self._generation += 1
            self._stopping = True
            self._change.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._pending or self._stopping)
                if self._stopping:
                    return
                generation, request = self._generation, self._request
                self._pending = False
            self._process(generation, request)

    def _process(self, generation: int, request: object) -> None:
        try:
            for result in self._work(request):
                if generation != self._generation:
                    return
                self._crossed.emit(generation, "result", result)
        except Exception as error:  # noqa: BLE001  raised again by _deliver, where it can be shown
            self._cross(generation, "failed", error)
            return
        self._cross(generation, "finished", None)

    def _cross(self, generation: int, what: str, value: object) -> None:
        if generation == self._generation:
            self._crossed.emit(generation, what, value)

    @Slot(int, object, object)
    def _deliver(self, generation: int, what: str, value: object) -> None:
        if generation != self._generation:
            return
        request = self._request
        if what == "result":
            self.result_ready.emit(request, value)
            return
        self._request = None
        if what == "finished":
            self.finished.emit(request)
        elif isinstance(value, FindlingError):
            self.failed.emit(request, value)
        elif isinstance(value, BaseException):
            raise value
