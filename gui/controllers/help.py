"""Opens the manual: by its key in every window, at the page that belongs to it, and by the menu in the search bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from core.messages import tr
from gui.dialogs.help import CONTENTS, HelpDialog
from gui.dialogs.syntax_sheet import SyntaxSheet

if TYPE_CHECKING:
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow

SHORTCUT = "help"  # object name of the shortcut in each window


class HelpController(QObject):
    """Gives each window the key once it has the focus; a window names its page in `help_page`.

    The button opens a menu, in which `welcome_requested` is one entry.
    """

    welcome_requested = Signal()

    def __init__(self, qt: QApplication, window: MainWindow, desktop: DesktopServices, state: QSettings) -> None:
        super().__init__(window)
        self._window, self._desktop, self._state = window, desktop, state
        self.dialog: HelpDialog | None = None
        self.sheet: SyntaxSheet | None = None
        self._add_key(window)
        self.menu = QMenu(window)
        for text, name, call in (
            (tr("Manual"), "help", self.show_contents),
            (tr("What you can type"), "syntax", self.show_sheet),
            (tr("Welcome…"), "", self.welcome_requested),
        ):
            action = self.menu.addAction(text)
            action.setData(name)
            action.triggered.connect(call)
        self._show_keys()
        window.shortcuts.changed.connect(self._show_keys)
        window.search.help.clicked.connect(self.show_menu)
        window.search.box.syntax.clicked.connect(self.show_sheet)
        window.shortcuts.install("syntax", self.show_sheet)
        qt.focusChanged.connect(self._focus_changed)

    def stop(self) -> None:
        """Close the manual and the sheet."""
        if self.sheet is not None:
            self.sheet.close()
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    @Slot()
    def show_menu(self) -> None:
        """Open the menu below its button."""
        button = self._window.search.help
        at = button.rect().bottomRight() - QPoint(self.menu.sizeHint().width(), 0)
        self.menu.popup(button.mapToGlobal(at))

    @Slot()
    def show_contents(self) -> None:
        """Open the manual at its first page."""
        self.show_page(CONTENTS)

    @Slot()
    def show_sheet(self) -> None:
        """Show what can be typed in the search box."""
        if self.sheet is None:
            self.sheet = SyntaxSheet(self._window)
            self.sheet.show_keys(self._window.shortcuts)
            self.sheet.manual_requested.connect(self.show_page)
        self.sheet.show()
        self.sheet.raise_()
        self.sheet.activateWindow()

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
            shortcut = QShortcut(window)
            shortcut.setObjectName(SHORTCUT)
            shortcut.setKeys([QKeySequence(keys) for keys in self._window.shortcuts.keys()["help"]])
            shortcut.activated.connect(self._key_pressed)

    @Slot()
    def _show_keys(self) -> None:
        """Show the keys in the menu and the sheet, and use them in every window that is there."""
        shortcuts = self._window.shortcuts
        for action in self.menu.actions():
            if name := action.data():
                keys = shortcuts.text(name)
                title = action.text().partition("\t")[0]
                action.setText(f"{title}\t{keys}" if keys else title)
        for window in QApplication.topLevelWidgets():
            shortcut = window.findChild(QShortcut, SHORTCUT, Qt.FindChildOption.FindDirectChildrenOnly)
            if shortcut is not None:
                shortcut.setKeys([QKeySequence(keys) for keys in shortcuts.keys()["help"]])
        if self.sheet is not None:
            self.sheet.show_keys(shortcuts)

    @Slot()
    def _key_pressed(self) -> None:
        self.show_page(getattr(self.sender().parent(), "help_page", CONTENTS))

    @Slot(str)
    def _open_link(self, url: str) -> None:
        self._desktop.open_link(url)
