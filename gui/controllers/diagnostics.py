"""Opens the diagnostics: why a file is not found, the check of the library, its privacy, the quality of search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gui.dialogs.doctor import DoctorDialog
from gui.dialogs.measure import MeasureDialog
from gui.dialogs.privacy import PrivacyDialog
from gui.dialogs.why import WhyDialog

if TYPE_CHECKING:
    from core.library import Library
    from gui.dialogs.problems import ProblemsDialog
    from gui.window import MainWindow


class DiagnosticsController(QObject):
    """Opens the dialogs from the page without results, the problems, the settings and by shortcut."""

    def __init__(self, window: MainWindow, library: Library, problems: ProblemsDialog) -> None:
        super().__init__(window)
        self._window = window
        self.why = WhyDialog(library, window)
        self.doctor = DoctorDialog(library, window)
        self.privacy = PrivacyDialog(library, window)
        self.measure = MeasureDialog(library, window)
        window.no_results.why.clicked.connect(self.show_why)
        problems.why_requested.connect(self._show_why_of)
        problems.check.clicked.connect(self.doctor.examine)
        window.shortcuts.install("why", self.show_why)
        window.shortcuts.install("privacy", self.privacy.open_view)

    def stop(self) -> None:
        """Close the dialogs and end their threads."""
        self.why.stop()
        self.doctor.stop()
        self.privacy.stop()
        self.measure.stop()

    @Slot()
    def show_why(self) -> None:
        """Open the dialog that explains why a file is not found by the current query."""
        self.why.open_for(self._window.search.box.text())

    @Slot(str)
    def _show_why_of(self, path: str) -> None:
        self.why.open_for(self._window.search.box.text(), path)
