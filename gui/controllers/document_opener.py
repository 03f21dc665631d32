"""Opens documents in their own programs: the one way to do so, which asks before anything that may run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from core.messages import tr
from gui.dialogs.opening_question import OpeningQuestion
from gui.runtime.preferences import Preferences
from gui.text import messages

if TYPE_CHECKING:
    from core.document import OpeningRisk
    from gui.runtime.desktop_services import DesktopServices

STOP_SECONDS = 5.0
OpenWith = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _OpenRequest:
    """A file that the user chose to open: above which window questions are asked, and in which other program."""

    path: str
    parent: QWidget | None
    open_with: OpenWith | None
    copy: str = ""  # of a document inside a file, which is opened instead

    @property
    def file(self) -> str:
        return self.copy or self.path


class DocumentOpener(QObject):
    """Opens files that people choose in the results, the quick search and the lists.

    A file is looked at on a thread of its own, so that a disk that does not answer stops neither the window nor the
    next file. Emits `trouble(sentence, remedy)` for one that cannot be opened, `opened(path)` for one that was, and
    `asked(question)` for one that the user is asked about.
    """

    trouble = Signal(str, str)
    opened = Signal(str)
    asked = Signal(object)
    _looked_at = Signal(object, object, object)

    def __init__(
        self, desktop: DesktopServices, parent: QObject | None = None, preferences: Preferences | None = None
    ) -> None:
        """`preferences` remember the folders about whose scripts the user wants no question."""
        super().__init__(parent)
        self._desktop = desktop
        self._preferences = preferences or Preferences()
        self.copy_of: Callable[[str], str | None] | None = None  # of a document inside a file; may wait
        self._stopping = False
        self._threads: list[threading.Thread] = []
        self._looked_at.connect(self._open_or_ask, Qt.ConnectionType.QueuedConnection)

    def open_document(self, path: str, parent: QWidget | None = None, open_with: OpenWith | None = None) -> None:
        """Open a file in its own program, after a question above `parent` where it may run something; returns at once.

        `open_with` opens it in another program, and returns whether that was started. A folder is shown in the file
        manager.
        """
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        request = _OpenRequest(path, parent, open_with)
        thread = threading.Thread(target=self._look, args=(request,), name="opening a document", daemon=True)
        self._threads.append(thread)
        thread.start()

    def open_folder(self, path: str) -> None:
        """Show the folder that a file is in, or the file that a document is in."""
        path = _file_on_disk(path)
        if self._desktop.open_folder(path):
            return
        name = messages.shown_name(path)
        self.trouble.emit(
            tr("The folder of “{name}” cannot be opened.", name=name),
            tr("It was moved or deleted, or its disk is not connected."),
        )

    def stop(self) -> None:
        """Open nothing more, and wait for the threads, but not for a disk that does not answer."""
        self._stopping = True
        until = time.monotonic() + STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _look(self, request: _OpenRequest) -> None:
        from core.library import opening_risk

        if not os.path.lexists(request.path) and self.copy_of is not None:
            request = replace(request, copy=self.copy_of(request.path) or "")
        exists = os.path.lexists(request.file)
        risk = opening_risk(request.file) if exists else None
        folder = os.path.dirname(os.path.realpath(request.file)) if exists else None
        if not self._stopping:
            self._looked_at.emit(request, risk, folder)

    @Slot(object, object, object)
    def _open_or_ask(self, request: _OpenRequest, risk: OpeningRisk | None, folder: str | None) -> None:
        """Open a file that is in a folder, by its real path, after a question if there is a risk; None: it is gone."""
        if self._stopping:
            return
        path, parent = request.path, request.parent
        if folder is None:
            self.trouble.emit(
                tr("“{name}” does not exist any more.", name=messages.shown_name(path)),
                tr("It was moved or deleted, or its disk is not connected."),
            )
        elif risk is None or (risk.plain and folder in self._preferences.script_folders):
            self._open(request)
        else:
            above = parent if parent is not None and isValid(parent) else None
            question = OpeningQuestion(above, path, risk)
            question.folder_chosen.connect(partial(self.open_folder, path))
            question.open_chosen.connect(partial(self._open_all_the_same, request, question, folder))
            question.open()
            self.asked.emit(question)

    def _open_all_the_same(self, request: _OpenRequest, question: OpeningQuestion, folder: str) -> None:
        folders = self._preferences.script_folders
        if question.is_remembered and folder not in folders:
            self._preferences.script_folders = (*folders, folder)
        self._open(request)

    def _open(self, request: _OpenRequest) -> None:
        path = request.path
        if request.open_with is not None:
            is_open = request.open_with(request.file)
        else:
            is_open = self._desktop.show_folder(request.file) or self._desktop.open_file(request.file)
        if is_open:
            self.opened.emit(path)
            return
        self.trouble.emit(
            tr("No application can open “{name}”.", name=messages.shown_name(path)),
            tr("Choose an application for this file type in the system settings."),
        )


def _file_on_disk(path: str) -> str:
    """The file that a document is in; the path itself if it is in none."""
    above = path
    while not os.path.lexists(above) and above != os.path.dirname(above):
        above = os.path.dirname(above)
    return above if os.path.isfile(above) else path
