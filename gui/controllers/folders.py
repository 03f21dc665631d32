"""Connects the folder list, the drop overlay and the exclusions dialog with the library."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from core.errors import FindlingError
from core.events import Folder
from core.settings import Exclusions
from gui.folders.exclusions_dialog import ExclusionsDialog
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow


class FoldersController(QObject):
    """Adds, removes, rescans and excludes; emits `trouble(sentence, remedy)` when the library refuses.

    Emits `folders_changed` after the list changed, and `work_started` when the library has something to do.
    """

    trouble = Signal(str, str)
    folders_changed = Signal()
    work_started = Signal()

    def __init__(self, window: MainWindow, library: Library, desktop: DesktopServices) -> None:
        super().__init__(window)
        self._window, self._library, self._desktop = window, library, desktop
        self._exclusions: ExclusionsDialog | None = None
        window.folders.add_requested.connect(self.add_chosen)
        window.folders.remove_requested.connect(self._remove)
        window.folders.open_requested.connect(self._open)
        window.folders.rescan_requested.connect(self.rescan)
        window.folders.exclude_requested.connect(self.show_exclusions)
        window.overlay.dropped.connect(self.add_chosen)
        window.welcome.add_folder.clicked.connect(window.folders.choose_folder)
        QShortcut(QKeySequence("F5"), window, self.rescan)
        QShortcut(QKeySequence("Ctrl+O"), window, window.folders.choose_folder)

    @Slot(list)
    def add(self, paths: list[str]) -> None:
        """Add folders and files, which may be searched already."""
        for path in paths:
            self._add(path)
        self.folders_changed.emit()

    @Slot(list)
    def add_chosen(self, paths: list[str]) -> None:
        """Add what the person chose or dropped, and report what is searched already."""
        known = {folder.path for folder in self._library.folders()}
        for path in paths:
            folder = self._add(path)
            if folder is not None and folder.path in known:
                self.trouble.emit(*messages.known_already(path, folder))
        self.folders_changed.emit()

    @Slot()
    def rescan(self) -> None:
        """Check all folders for changes."""
        self._library.indexing.rescan()
        self.work_started.emit()

    @Slot(str)
    def show_exclusions(self, path: str) -> None:
        """Open the exclusions of a folder."""
        try:
            before = self._library.exclusions.get(path)
        except FindlingError as error:
            self._report(error)
            return
        preview = partial(self._library.exclusions.preview, path)
        self._exclusions = ExclusionsDialog(path, before, preview, self._window)
        self._exclusions.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exclusions.chosen.connect(partial(self._exclude, path))
        self._exclusions.open()

    def _add(self, path: str) -> Folder | None:
        try:
            return self._library.add_folder(os.path.abspath(path))
        except FindlingError as error:
            self._report(error)
            return None

    def _exclude(self, path: str, exclusions: Exclusions) -> None:
        try:
            self._library.exclusions.change(path, exclusions)
            self.work_started.emit()
        except FindlingError as error:
            self._report(error)

    @Slot(str)
    def _remove(self, path: str) -> None:
        try:
            self._library.remove_folder(path)
        except FindlingError as error:
            self._report(error)
        self.folders_changed.emit()

    @Slot(str)
    def _open(self, path: str) -> None:
        self._desktop.open(path)

    def _report(self, error: FindlingError) -> None:
        self.trouble.emit(*messages.trouble(error))
