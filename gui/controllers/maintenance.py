"""Rebuilds the index after a question; exports what is set up, and imports it after showing what changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMessageBox

from core.errors import FindlingError
from core.messages import ntr, tr
from gui.dialogs.import_dialog import ImportDialog
from gui.runtime.desktop_services import documents_folder
from gui.text import messages
from gui.widgets.plain_text import PlainMessageBox
from gui.widgets.wrapping_check_box import WrappingCheckBox

if TYPE_CHECKING:
    from core.library import ImportPlan, Library
    from gui.dialogs.advanced_page import AdvancedPage
    from gui.dialogs.doctor import DoctorDialog
    from gui.dialogs.settings import SettingsDialog
    from gui.window import MainWindow

FILE_NAME = "findling.json"


class MaintenanceController(QObject):
    """Emits `imported` once what was set up elsewhere is in use here, and `trouble(sentence, remedy)`."""

    imported = Signal()
    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, doctor: DoctorDialog) -> None:
        super().__init__(window)
        self._window, self._library, self._doctor = window, library, doctor
        self._settings: SettingsDialog | None = None
        self.question: PlainMessageBox | None = None
        self.dialog: ImportDialog | None = None

    @Slot(object)
    def add_settings(self, dialog: SettingsDialog) -> None:
        """Answer what the page with these buttons asks for."""
        self._settings = dialog
        dialog.finished.connect(self._forget_settings)
        dialog.when_made("advanced", self._connect_page)

    def _connect_page(self, page: AdvancedPage) -> None:
        page.rebuild_requested.connect(self.ask_to_rebuild)
        page.export_requested.connect(self.export)
        page.import_requested.connect(self.choose_import)

    @Slot()
    def _forget_settings(self) -> None:
        self._settings = None

    @Slot()
    def ask_to_rebuild(self) -> None:
        """Ask whether to rebuild the index, with what it costs."""
        progress, folders = self._library.progress(), self._library.folders()
        self.question = question = PlainMessageBox(
            self._settings or self._window,
            tr("Rebuild the index"),
            tr("Rebuild the index?"),
            ntr(
                "Findling makes its indexes again from the {count} passage that it has read. No file is read and "
                "nothing is sent to the AI model. Until it is done, a search finds only a part of your documents. "
                "If you cancel it, the index from before is used again.",
                "Findling makes its indexes again from the {count} passages that it has read. No file is read and "
                "nothing is sent to the AI model. Until it is done, a search finds only a part of your documents. "
                "If you cancel it, the index from before is used again.",
                progress.passages_total,
            ),
        )
        files, size = sum(folder.files for folder in folders), sum(folder.size for folder in folders)
        reading = ntr(
            "Also read {count} file again ({size:size}), which takes as long as the first time",
            "Also read all {count} files again ({size:size}), which takes as long as the first time",
            files,
            size=size,
        )
        self.read_again = WrappingCheckBox(reading)
        question.setCheckBox(self.read_again)
        self.rebuild = question.addButton(tr("Rebuild"), QMessageBox.ButtonRole.AcceptRole)
        question.addButton(QMessageBox.StandardButton.Cancel)
        question.setDefaultButton(QMessageBox.StandardButton.Cancel)
        question.buttonClicked.connect(self._answered)
        question.open()

    @Slot(QAbstractButton)
    def _answered(self, button: QAbstractButton) -> None:
        self.question = None
        if button is self.rebuild:
            self._doctor.rebuild(read_again=self.read_again.isChecked())

    @Slot(bool)
    def export(self, secrets: bool) -> None:  # noqa: FBT001  Qt's signal
        """Write the file that the user names."""
        start = os.path.join(documents_folder(), FILE_NAME)
        path, _ = QFileDialog.getSaveFileName(self._settings or self._window, tr("Export"), start, _filter())
        if path and self._tried(lambda: self._library.transfer.export(path, secrets=secrets)):
            self._window.toast.show_message(tr("Exported to {path}", path=messages.shown_path(path)))

    @Slot()
    def choose_import(self) -> None:
        """Show what the file that the user chooses would change."""
        path, _ = QFileDialog.getOpenFileName(
            self._settings or self._window, tr("Import"), documents_folder(), _filter()
        )
        if path:
            self.show_import(path)

    def show_import(self, path: str) -> None:
        """Show what a file would change."""
        plans: list[ImportPlan] = []
        if self._tried(lambda: plans.append(self._library.transfer.plan(path))):
            self.dialog = ImportDialog(messages.shown_name(path), plans[0], self._settings or self._window)
            self.dialog.agreed.connect(self._import)
            self.dialog.open()

    @Slot(object)
    def _import(self, plan: ImportPlan) -> None:
        kept: list[Path] = []
        if self._tried(lambda: kept.append(self._library.transfer.apply(plan))):
            place = messages.shown_path(str(kept[0]))
            self._window.toast.show_message(tr("Imported. What was set up before is in {path}", path=place))
        if self._settings is not None:
            self._settings.reject()  # it shows what was set before
        self.imported.emit()

    def _tried(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except FindlingError as error:
            if self._settings is not None:
                self._settings.reject()  # the banner is behind it
            self.trouble.emit(*messages.error_text(error))
            return False
        return True


def _filter() -> str:
    return tr("Findling export (*.json)")
