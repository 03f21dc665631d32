"""Opens the settings, and uses what is saved in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import FindlingError
from core.events import Folder
from core.settings import Settings
from gui.dialogs.settings import SettingsDialog
from gui.folders.model import folder_state
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.diagnostics import DiagnosticsController
    from gui.controllers.document_opener import DocumentOpener
    from gui.dialogs.settings_forms import FilesPage
    from gui.widgets.theme import Theme
    from gui.window import MainWindow


class SettingsController(QObject):
    """Emits `opened(SettingsDialog)`, to which others add their sections, and `trouble(sentence, remedy)`.

    Each opening makes a new dialog, which deletes itself when it is closed; `dialog` is the open one.
    """

    opened = Signal(object)
    engine_requested = Signal()
    trouble = Signal(str, str)

    def __init__(
        self,
        window: MainWindow,
        library: Library,
        opener: DocumentOpener,
        theme: Theme,
        diagnostics: DiagnosticsController,
    ) -> None:
        super().__init__(window)
        self._window, self._library, self._opener, self._theme = window, library, opener, theme
        self._diagnostics = diagnostics
        self.dialog: SettingsDialog | None = None
        self._folders: list[Folder] = []
        self._size = 0  # of the library in bytes, once it was measured
        self._size_task = LatestTask(self._measure, "library-size", self)
        self._size_task.result_ready.connect(self._show_size)
        window.search.settings.clicked.connect(self.show)
        window.shortcuts.install("settings", self.show)

    def stop(self) -> None:
        """End the thread."""
        self._size_task.stop()

    @Slot()
    def show(self) -> None:
        """Open the settings, or bring them to the front."""
        if self.dialog is not None:
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        self.dialog = dialog = SettingsDialog(
            self._library.settings, self._theme.choice, self._window, density=self._window.results.density
        )
        dialog.when_made("files", self._show_availability)
        dialog.chosen.connect(self._change)
        dialog.engine_requested.connect(self.engine_requested)
        dialog.history_cleared.connect(self._library.history.clear)
        dialog.privacy_requested.connect(self._diagnostics.privacy.open_view)
        dialog.measure_requested.connect(self._diagnostics.measure.measure)
        dialog.add_folder_requested.connect(self._window.folders.choose_folder)
        dialog.check_requested.connect(self._diagnostics.doctor.examine)
        dialog.library_requested.connect(partial(self._open, self._library.root))
        dialog.logs_requested.connect(partial(self._open, self._library.root / "logs"))
        dialog.look_chosen.connect(self._theme.choose)
        dialog.density_chosen.connect(self._window.set_density)
        dialog.finished.connect(self._forget)
        self.opened.emit(dialog)
        self._size_task.submit(None)
        dialog.open()

    def show_folders(self, folders: list[Folder]) -> None:
        """Show the library as it is now, whenever the settings are open."""
        self._folders = folders
        self._update()

    def _update(self) -> None:
        if self.dialog is not None and self.dialog.isVisible():
            folders = [(messages.shown_path(folder.path), folder_state(folder)) for folder in self._folders]
            root = messages.shown_path(str(self._library.root))
            self.dialog.use(self._library.settings)
            self.dialog.show_library(root, messages.size(self._size) if self._size else "", folders)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None

    def _show_availability(self, page: FilesPage) -> None:
        page.scans.show_availability(self._library.ocr.availability())

    def _measure(self, _request: object) -> Iterator[int]:
        yield sum(self._library.diagnostics.disk_usage().values())

    @Slot(object, object)
    def _show_size(self, _request: object, size: int) -> None:
        """Show the library in the settings."""
        self._size = size
        self._update()

    def _open(self, folder: Path) -> None:
        self._opener.open_document(str(folder), self.dialog)

    @Slot(object)
    def _change(self, settings: Settings) -> None:
        """Use the settings that the dialog edited; those that the engine panel changed meanwhile stay."""
        try:
            if self.dialog is not None:
                settings = replace(self._library.settings, **self.dialog.edited())
            self._library.change_settings(settings)
        except FindlingError as error:
            self.trouble.emit(*messages.error_text(error))
