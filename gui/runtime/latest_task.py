"""Questions to the library that may take a while: one plain thread, and only the newest question is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import FindlingError

STOP_SECONDS = 5.0


class LatestTask(QObject):
    """Answers the newest question on one thread of its own; whatever belongs to an older one is dropped.

    `answer(question)` runs on that thread and gives its answers step by step; they come out of `answered`, then
    `finished`, on the thread of this object. A FindlingError comes out of `failed`; any other error is raised there.
    """

    answered = Signal(object, object)
    finished = Signal(object)
    failed = Signal(object, object)
    _crossed = Signal(int, object, object)

    def __init__(self, answer: Callable[[object], Iterable[object]], name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answer = answer
        self._change = threading.Condition()
        self._turn = 0
        self._question: object = None
        self._waiting = False
        self._stopping = False
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether the newest question is still being answered."""
        return self._question is not None

    def ask(self, question: object) -> None:
        """Make this the newest question; returns at once."""
        with self._change:
            self._turn += 1
            self._question = question
            self._waiting = True
            self._change.notify()

    def drop(self) -> None:
        """Forget the newest question: nothing more is delivered for it."""
        with self._change:
            self._turn += 1
            self._question = None
            self._waiting = False

    def stop(self, timeout: float = STOP_SECONDS) -> bool:
        """Answer nothing more and wait for the thread, at most `timeout` seconds; whether it has ended."""
        with self._change:
            self._turn += 1
            self._stopping = True
            self._change.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                turn, question = self._turn, self._question
                self._waiting = False
            self._work(turn, question)

    def _work(self, turn: int, question: object) -> None:
        try:
            for step in self._answer(question):
                if turn != self._turn:
                    return
                self._crossed.emit(turn, "answered", step)
        except Exception as error:  # noqa: BLE001  it is raised again where it can be shown
            self._cross(turn, "failed", error)
            return
        self._cross(turn, "finished", None)

    def _cross(self, turn: int, what: str, value: object) -> None:
        if turn == self._turn:
            self._crossed.emit(turn, what, value)

    @Slot(int, object, object)
    def _deliver(self, turn: int, what: str, value: object) -> None:
        if turn != self._turn:
            return
        question = self._question
        if what == "answered":
            self.answered.emit(question, value)
            return
        self._question = None
        if what == "finished":
            self.finished.emit(question)
        elif isinstance(value, FindlingError):
            self.failed.emit(question, value)
        elif isinstance(value, BaseException):
            raise value
