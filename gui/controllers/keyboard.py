"""The keyboard shortcuts of the search, and the keys of the search box that act on the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from gui.preview.text import SIMILAR_KEY

if TYPE_CHECKING:
    from gui.controllers.hit_actions import HitActions
    from gui.window import MainWindow

NUMBERED_ROWS = 9  # opened by Ctrl+1 to Ctrl+9


class SearchKeys(QObject):
    """Installs the shortcuts on the window."""

    def __init__(self, window: MainWindow, hit_actions: HitActions) -> None:
        super().__init__(window)
        self._window, self._hit_actions = window, hit_actions
        window.search.box.key_action.connect(self._key_pressed)
        for keys, slot in (
            ("Ctrl+F", window.search.take_focus),
            ("Ctrl+L", window.search.take_focus),
            ("Ctrl+Return", self._open_current_folder),
            ("Ctrl+Shift+C", self._copy_current_path),
            ("Alt+Down", window.preview.next_passage),
            ("Alt+Up", window.preview.previous_passage),
            (SIMILAR_KEY, window.preview.text.find_similar),
            ("Escape", self._escape),
        ):
            QShortcut(QKeySequence(keys), window, slot)
        for number in range(1, NUMBERED_ROWS + 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), window)
            shortcut.setProperty("row", number - 1)
            shortcut.activated.connect(self._open_numbered)

    @Slot(str)
    def _key_pressed(self, action: str) -> None:
        """Handle a key in the search box that acts on the results."""
        results = self._window.results
        if action == "escape":
            self._escape()
        elif action == "down":
            if results.rows.rowCount():
                results.enter()
        elif hit := results.current():
            self._hit_actions.do(action, hit)

    @Slot()
    def _escape(self) -> None:
        """Clear the query; minimise the window if there is none."""
        box = self._window.search.box
        if box.text():
            box.clear()
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._window.showMinimized()

    @Slot()
    def _open_current_folder(self) -> None:
        if hit := self._window.results.current():
            self._hit_actions.do("folder", hit)

    @Slot()
    def _copy_current_path(self) -> None:
        if hit := self._window.results.current():
            self._hit_actions.do("copy_path", hit)

    @Slot()
    def _open_numbered(self) -> None:
        row = self.sender().property("row")
        if hit := self._window.results.rows.hit(row):
            self._hit_actions.do("open", hit)
