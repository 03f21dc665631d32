"""Connects the step of the welcome about the quick search with the preferences, the hotkey and the start at login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

if TYPE_CHECKING:
    from gui.hotkey.hotkey import Hotkey
    from gui.runtime.autostart import Autostart, SandboxAutostart
    from gui.runtime.preferences import Preferences
    from gui.welcome.page import WelcomePage


class QuickSearchChoices(QObject):
    """Emits `keys_tried(keys)` for other keys, and `not_saved` if the start at login could not be changed."""

    keys_tried = Signal(str)
    not_saved = Signal()

    def __init__(
        self,
        page: WelcomePage,
        preferences: Preferences,
        login: Autostart | SandboxAutostart,
        hotkey: Hotkey,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._page, self._preferences, self._login, self._hotkey = page, preferences, login, hotkey
        page.came_up.connect(self._show)
        page.left.connect(self._keep)

    @Slot()
    def _show(self) -> None:
        """Show what is set, and whether the keys work."""
        step = self._page.quick
        step.show_choices(self._preferences.hotkey, at_login=self._login.is_enabled())
        step.hotkey.show_status(self._hotkey.status)
        step.hotkey.keys_chosen.connect(self.keys_tried, Qt.ConnectionType.UniqueConnection)
        self._hotkey.status_changed.connect(step.hotkey.show_status, Qt.ConnectionType.UniqueConnection)

    @Slot(int)
    def _keep(self, left: int) -> None:
        """Keep what was chosen, once the step was left."""
        step = self._page.quick
        if self._page.shown(left) is not step:
            return
        if step.hotkey.is_usable():
            self._preferences.hotkey = step.hotkey.chosen()
        if step.at_login.isChecked() != self._login.is_enabled():
            try:
                self._login.set_enabled(enabled=step.at_login.isChecked())
            except OSError:
                self.not_saved.emit()
