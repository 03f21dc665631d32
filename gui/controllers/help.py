"""Opens the manual: by F1 in every window, at the page that belongs to it, and by the button in the search bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from gui.dialogs.help import CONTENTS, HelpDialog

if TYPE_CHECKING:
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow

KEY = "F1"
SHORTCUT = "help"  # object name of the shortcut in each window


class HelpController(QObject):
    """Gives each window the key once it has the focus; a window names its page in `help_page`."""

    def __init__(self, qt: QApplication, window: MainWindow, desktop: DesktopServices, state: QSettings) -> None:
        super().__init__(window)
        self._desktop, self._state = desktop, state
        self.dialog: HelpDialog | None = None
        self._add_key(window)
        window.search.help.clicked.connect(self.show_contents)
        qt.focusChanged.connect(self._focus_changed)

    def stop(self) -> None:
        """Close the manual."""
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    @Slot()
    def show_contents(self) -> None:
        """Open the manual at its first page."""
        self.show_page(CONTENTS)

    def show_page(self, name: str) -> None:
        """Open the manual at a page by its file name."""
        if self.dialog is None:
            self.dialog = HelpDialog(self._state)
            self.dialog.link_clicked.connect(self._open_link)
        self.dialog.show_page(name)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None:
            self._add_key(now.window())

    def _add_key(self, window: QWidget) -> None:
        if window.findChild(QShortcut, SHORTCUT, Qt.FindChildOption.FindDirectChildrenOnly) is None:
            shortcut = QShortcut(QKeySequence(KEY), window)
            shortcut.setObjectName(SHORTCUT)
            shortcut.activated.connect(self._key_pressed)

    @Slot()
    def _key_pressed(self) -> None:
        self.show_page(getattr(self.sender().parent(), "help_page", CONTENTS))

    @Slot(str)
    def _open_link(self, url: str) -> None:
        self._desktop.open_link(url)
