"""Opens the library on a thread, after a repair if one is asked for, and closes it; shows how far that is."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core import settings as settings_file
from core.errors import FindlingError, LibraryLockedError
from gui.app.opening import open_library
from gui.app.single_instance import SingleInstance
from gui.runtime.latest_task import LatestTask
from gui.window import MainWindow

if TYPE_CHECKING:
    from core.events import Report
    from core.library import Library

CLOSE_SECONDS = 20.0  # in which a thread that ends must do something
MOST_CLOSE_SECONDS = 120.0  # at most, for one that works: a busy machine may leave it little of the processor
LEAST_WORK = 0.05  # seconds of the processor
LOCKED_MS = 1000  # between attempts to open a library that another Findling uses


class LibraryOpening(QObject):
    """Shows how far the opening is and why it failed; emits `opened(library)`, None if another window has it.

    `hand_over()` gives such a window what this one was started with; whether it took that.
    """

    opened = Signal(object)

    def __init__(
        self, window: MainWindow, root: str, instance: SingleInstance, report: Report, hand_over: Callable[[], bool]
    ) -> None:
        super().__init__(window)
        self._window, self._root, self._instance = window, root, instance
        self._report, self._hand_over = report, hand_over
        self._repairing: threading.Event | None = None  # set to cancel the repair
        self._repair_message = ""
        self.library: Library | None = None
        self.task = LatestTask(self._work, "opening", self)
        self.task.result_ready.connect(self._opened)
        self.task.failed.connect(self._failed)
        self._locked = QTimer(self)
        self._locked.setSingleShot(True)
        self._locked.setInterval(LOCKED_MS)
        self._locked.timeout.connect(self._submit)
        window.unusable.retry.clicked.connect(self.start)
        window.unusable.repair.clicked.connect(self._repair)
        window.opening.cancel.clicked.connect(self._cancel_repair)
        window.unusable.use_builtin.clicked.connect(self._use_builtin)

    @Slot()
    def start(self) -> None:
        """Open the library, after a repair if one was asked for."""
        if self._repairing is None:
            self._window.opening.show_opening()
        else:
            self._window.opening.show_repairing()
        self._window.show_page(self._window.opening)
        self._submit()

    def take_message(self) -> str:
        """What a repair before the opening did; "" if there was none, or once it was told."""
        message, self._repair_message = self._repair_message, ""
        return message

    def stop(self) -> None:
        """Cancel a repair, and wait for the thread."""
        self._cancel_repair()
        self._locked.stop()
        self.task.stop(CLOSE_SECONDS)

    def close_library(self) -> bool:
        """Close the library on a thread, so that a blocked one cannot keep the process alive; whether it closed."""
        if self.library is None:
            return True
        closing = threading.Thread(target=self.library.close, name="closing", daemon=True)
        closing.start()
        return _ends(closing)

    @Slot()
    def _repair(self) -> None:
        """Move a damaged catalogue aside and open its repaired copy."""
        self._repairing = threading.Event()
        self.start()

    @Slot()
    def _cancel_repair(self) -> None:
        """Cancel a running repair, which leaves the library unchanged."""
        self._window.opening.cancel.setEnabled(False)
        if self._repairing is not None:
            self._repairing.set()

    @Slot()
    def _use_builtin(self) -> None:
        """Switch to the built-in model and open the library; the index of the other model is kept."""
        path = Path(self._root) / settings_file.SETTINGS_NAME
        with contextlib.suppress(OSError, FindlingError):  # then opening reports the error again
            settings = settings_file.with_bundled_model(settings_file.load(path))
            settings_file.save(settings, path)
        self.start()

    @Slot()
    def _submit(self) -> None:
        self._locked.stop()
        self.task.submit(self._root)

    def _work(self, root: object) -> Iterator[Library | None]:
        """Open the library; yields None if another window has it and took what this one was started with."""
        tell, repairing = self._window.opening.progress.report, self._repairing
        if repairing is not None:
            from core.library import recover_library

            self._repair_message = recover_library(Path(str(root)), tell, repairing.is_set).sentence
        self.library = open_library(str(root), self._instance.control, self._report, tell, self._hand_over)
        yield self.library

    @Slot(object, object)
    def _opened(self, _root: object, library: Library | None) -> None:
        self._repairing = None
        self.opened.emit(library)

    @Slot(object, object)
    def _failed(self, _root: object, error: FindlingError) -> None:
        self._repairing = None
        self._window.show_unusable(error)
        if isinstance(error, LibraryLockedError):
            self._locked.start()  # opens the library when the other Findling has ended


def _ends(thread: threading.Thread) -> bool:
    """Whether a thread comes to its end: it is waited for while this process works, and not when it does nothing."""
    end, used = time.monotonic() + MOST_CLOSE_SECONDS, time.process_time()
    while True:
        thread.join(CLOSE_SECONDS)
        before, used = used, time.process_time()
        if not thread.is_alive():
            return True
        if used - before < LEAST_WORK or time.monotonic() > end:
            return False
