"""The keyboard shortcuts of the search, and the keys of the search box that act on the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from gui.shortcuts.actions import NUMBERED

if TYPE_CHECKING:
    from gui.controllers.hit_actions import HitActions
    from gui.window import MainWindow

ZOOMS = {"zoom_in": "in", "zoom_out": "out", "zoom_actual": "actual"}


class SearchKeys(QObject):
    """Installs the shortcuts on the window."""

    def __init__(self, window: MainWindow, hit_actions: HitActions) -> None:
        super().__init__(window)
        self._window, self._hit_actions = window, hit_actions
        window.search.box.key_action.connect(self._key_pressed)
        install, preview = window.shortcuts.install, window.preview
        for name, slot in (
            ("find", self._find),
            ("search", window.search.take_focus),
            ("folder", self._open_current_folder),
            ("next_match", preview.next_match),
            ("previous_match", preview.previous_match),
            ("next_passage", preview.next_passage),
            ("previous_passage", preview.previous_passage),
            ("find_in_document", preview.find_in_document),
            ("toggle_preview", window.toggle_preview),
            ("find_similar", preview.find_similar),
            ("copy_path", self._copy_paths),
            ("properties", self._show_properties),
        ):
            install(name, slot)
        for name, how in ZOOMS.items():
            install(name, self._zoom).setProperty("how", how)
        for number in range(1, NUMBERED + 1):
            install(f"open_result_{number}", self._open_numbered).setProperty("row", number - 1)
        QShortcut(QKeySequence("Escape"), window, self._escape)
        self._show_on_buttons()

    def _show_on_buttons(self) -> None:
        """Show the keys of buttons in their tool tips."""
        search, tools = self._window.search, self._window.preview.tools
        for button, name in (
            (search.back, "back"),
            (search.forward, "forward"),
            (search.preview, "toggle_preview"),
            (search.settings, "settings"),
            (search.help, "help"),
            (search.box.syntax, "syntax"),
            (self._window.filters.save, "save_search"),
            (tools.previous, "previous_match"),
            (tools.next, "next_match"),
            (tools.find_button, "find_in_document"),
            (tools.zoom_out, "zoom_out"),
            (tools.zoom_in, "zoom_in"),
        ):
            self._window.shortcuts.show_on(button, name)

    @Slot()
    def _find(self) -> None:
        """Find in the document if the preview has the focus, else search."""
        preview = self._window.preview
        focus = self._window.focusWidget()
        if focus is not None and preview.isAncestorOf(focus):
            preview.find_in_document()
        else:
            self._window.search.take_focus()

    @Slot()
    def _zoom(self) -> None:
        if self._window.preview.isVisible():
            self._window.preview.zoom(self.sender().property("how"))

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
        """Clear the query; put the window away if there is none."""
        box = self._window.search.box
        if box.text():
            box.clear()
            box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._window.dismissed.emit()

    @Slot()
    def _open_current_folder(self) -> None:
        if hit := self._window.results.current():
            self._hit_actions.do("folder", hit)

    @Slot()
    def _copy_paths(self) -> None:
        self._hit_actions.do("copy_path", self._window.results.selected())

    @Slot()
    def _show_properties(self) -> None:
        self._hit_actions.do("properties", self._window.results.selected()[:1])

    @Slot()
    def _open_numbered(self) -> None:
        number, hits = self.sender().property("row"), self._window.results.rows.hits()
        if number < len(hits):
            self._hit_actions.do("open", hits[number])
