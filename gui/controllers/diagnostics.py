"""Opens the diagnostics: why a file is not found, and the check of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from gui.dialogs.doctor import DoctorDialog
from gui.dialogs.why import WhyDialog

if TYPE_CHECKING:
    from core.library import Library
    from gui.dialogs.problems import ProblemsDialog
    from gui.window import MainWindow


class DiagnosticsController(QObject):
    """Opens both dialogs from the page without results, the problems dialog and by shortcut."""

    def __init__(self, window: MainWindow, library: Library, problems: ProblemsDialog) -> None:
        super().__init__(window)
        self._window = window
        self.why = WhyDialog(library, window)
        self.doctor = DoctorDialog(library, window)
        window.no_results.why.clicked.connect(self.show_why)
        problems.why.clicked.connect(self.show_why)
        problems.check.clicked.connect(self.doctor.examine)
        QShortcut(QKeySequence("Ctrl+Shift+W"), window, self.show_why)

    def stop(self) -> None:
        """Close both dialogs and end their threads."""
        self.why.stop()
        self.doctor.stop()

    @Slot()
    def show_why(self) -> None:
        """Open the dialog that explains why a file is not found by the current query."""
        self.why.open_for(self._window.search.box.text())
