"""Connects the folder list, the drop overlay and the exclusions dialog with the library."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from core.errors import FindlingError
from core.events import Folder
from core.messages import tr
from core.settings import Exclusions
from gui.controllers.adding import FolderAdding
from gui.folders.exclusions_dialog import ExclusionsDialog
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.window import MainWindow


class FoldersController(QObject):
    """Adds, removes, rescans and excludes; emits `trouble(sentence, remedy)` when the library refuses.

    Emits `folders_changed` after the list changed, `work_started` when the library has something to do, and
    `excluded(path, Exclusions)` for a folder from which something is left out now.
    """

    trouble = Signal(str, str)
    folders_changed = Signal()
    work_started = Signal()
    excluded = Signal(str, object)

    def __init__(self, window: MainWindow, library: Library, opener: DocumentOpener) -> None:
        super().__init__(window)
        self._window, self._library, self._opener = window, library, opener
        self._exclusions: ExclusionsDialog | None = None
        self.adding = FolderAdding(window, library, self._add_known)
        self.adding.agreed.connect(self._add_agreed)
        window.folders.add_requested.connect(self.add_priced)
        window.no_results.add_requested.connect(self.add_priced)
        window.folders.remove_requested.connect(self._remove)
        window.folders.open_requested.connect(self._open)
        window.folders.rescan_requested.connect(self.rescan)
        window.folders.exclude_requested.connect(self.show_exclusions)
        window.overlay.dropped.connect(self.add_dropped)
        window.no_folders.add_folder.clicked.connect(window.folders.choose_folder)
        window.shortcuts.install("check_folders", self.rescan)
        window.shortcuts.install("add_folder", window.folders.choose_folder)

    @Slot(list)
    def add(self, paths: list[str]) -> None:
        """Add folders and files, which may be searched already."""
        for path in paths:
            self._add(path)
        self.folders_changed.emit()

    @Slot(list)
    def add_priced(self, paths: list[str]) -> None:
        """Show the price of each folder before it is added."""
        self.adding.ask(paths, always=True)

    @Slot(list)
    def add_dropped(self, paths: list[str]) -> None:
        """Add what was dropped; large folders only after their price was shown."""
        self.adding.ask(paths, always=False)

    def stop(self) -> None:
        """Close what is open."""
        self.adding.stop()

    @Slot(str, object)
    def _add_agreed(self, path: str, exclusions: Exclusions | None) -> None:
        self._add(path, exclusions)
        self.folders_changed.emit()

    def _add_known(self, path: str) -> None:
        """Add a file, or check again what is searched already and say so."""
        known = {folder.path for folder in self._library.folders()}
        folder = self._add(path)
        if folder is not None and folder.path in known:
            self.trouble.emit(*messages.already_covered(path, folder))
        self.folders_changed.emit()

    @Slot()
    def rescan(self) -> None:
        """Check all folders for changes."""
        self._library.indexing.rescan()
        self._window.toast.show_message(tr("Checking your folders for changes"))
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
        sizes = partial(self._library.exclusions.sizes, path)
        self._exclusions = ExclusionsDialog(path, before, preview, self._window, sizes=sizes)
        self._exclusions.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exclusions.chosen.connect(partial(self._exclude, path))
        self._exclusions.open()

    def _add(self, path: str, exclusions: Exclusions | None = None) -> Folder | None:
        try:
            return self._library.add_folder(os.path.abspath(path), exclusions)
        except FindlingError as error:
            self._report(error)
            return None

    def _exclude(self, path: str, exclusions: Exclusions) -> None:
        try:
            self._library.exclusions.change(path, exclusions)
            self.excluded.emit(path, exclusions)
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
        self._opener.open_document(path, self._window)

    def _report(self, error: FindlingError) -> None:
        self.trouble.emit(*messages.error_text(error))
