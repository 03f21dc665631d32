"""Runs requests to the library on a background thread; a new request replaces the one before."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import FindlingError

STOP_SECONDS = 5.0


class NothingYet:
    """Yielded in the place of a first result that is not to be delivered."""


class LatestTask(QObject):
    """Runs the newest request on a background thread and drops the results of older ones.

    `work(request)` runs on that thread and yields results. Signals arrive on the thread of this object:
    `result_ready(request, result)` for each but `NothingYet`, then `finished(request)`, or `failed(request, error)` for
    a FindlingError; any other exception is raised there.

    With `rest_apart`, what follows the first result runs on a second thread, so that the first result of a new request
    never waits for the rest of an older one.
    """

    result_ready = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object, object)
    _crossed = Signal(int, object, object)

    def __init__(
        self,
        work: Callable[[object], Iterable[object]],
        name: str,
        parent: QObject | None = None,
        *,
        rest_apart: bool = False,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._change = threading.Condition()
        self._generation = 0  # of the newest request; results of another one are dropped
        self._request: object = None
        self._pending = False
        self._rest: tuple[int, Iterator[object]] | None = None  # that the second thread has not begun
        self._stopping = False
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True)]
        self._rest_apart = rest_apart
        if rest_apart:
            self._threads.append(threading.Thread(target=self._run_rest, name=f"{name}, rest", daemon=True))
        for thread in self._threads:
            thread.start()

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
            self._change.notify_all()

    def cancel(self) -> None:
        """Forget the newest request; no more results are delivered for it."""
        with self._change:
            self._generation += 1
            self._request = None
            self._pending = False

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Deliver no more results and wait up to `timeout` seconds for the threads; returns whether they have ended."""
        with self._change:
            self._generation += 1
            self._stopping = True
            self._change.notify_all()
        end = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

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
            results = iter(self._work(request))
        except Exception as error:  # noqa: BLE001  raised again by _deliver, where it can be shown
            self._cross(generation, "failed", error)
            return
        self._take(generation, results, only_first=self._rest_apart)

    def _run_rest(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._rest is not None or self._stopping)
                if self._stopping or self._rest is None:
                    return
                generation, results = self._rest
                self._rest = None
            self._take(generation, results)

    def _take(self, generation: int, results: Iterator[object], *, only_first: bool = False) -> None:
        """Deliver results while their request is the newest; after the first the second thread may go on."""
        if generation != self._generation:
            return
        try:
            for result in results:
                if generation != self._generation:
                    return
                if not isinstance(result, NothingYet):
                    self._crossed.emit(generation, "result", result)
                if only_first:
                    with self._change:
                        self._rest = generation, results
                        self._change.notify_all()
                    return
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
