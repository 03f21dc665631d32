"""The sections of the settings on hotkey, tray, login, opening and shortcuts, which are no settings of the library."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.messages import tr
from gui.dialogs.at_hand_settings import AtHandSettings
from gui.dialogs.opening_settings import OpeningSettings
from gui.dialogs.shortcut_settings import ShortcutSettings
from gui.runtime.autostart import Autostart
from gui.text import messages

if TYPE_CHECKING:
    from gui.dialogs.settings import SettingsDialog
    from gui.dialogs.settings_page import SettingsPage
    from gui.hotkey.hotkey import Hotkey
    from gui.runtime.autostart import SandboxAutostart
    from gui.runtime.preferences import Preferences
    from gui.shortcuts.bindings import Shortcuts
    from gui.tray.host import TrayHost


class SettingsSections(QObject):
    """Adds them to each new dialog, and keeps what is saved.

    Keys of the quick search are tried at once (`keys_tried`), so that it can be said whether they work; they are kept
    if they are saved, and `closed` says that the dialog is closed. `trouble(sentence, remedy)` is shown.
    """

    keys_tried = Signal(str)
    closed = Signal()
    trouble = Signal(str, str)

    def __init__(
        self,
        preferences: Preferences,
        login: Autostart | SandboxAutostart,
        desktop: tuple[TrayHost, Hotkey],
        shortcuts: Shortcuts,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences, self._login, self._shortcuts = preferences, login, shortcuts
        self._host, self._hotkey = desktop

    @Slot(object)
    def add_to(self, dialog: SettingsDialog) -> None:
        """Add the sections to the pages of a dialog, once these are made."""
        dialog.when_made("shortcuts", partial(self._add_keys, dialog))
        dialog.when_made("privacy", partial(self._add_opening, dialog))
        dialog.finished.connect(self.closed)

    @Slot()
    def report_login(self) -> None:
        """Say that starting at login could not be changed."""
        name = messages.shown_path(str(Autostart().file))
        self.trouble.emit(
            tr("Starting at login could not be changed."), tr("The file “{name}” cannot be written.", name=name)
        )

    def _add_keys(self, dialog: SettingsDialog, page: SettingsPage) -> None:
        section = AtHandSettings(self._preferences, self._login, has_tray=self._host.check())
        section.hotkey.show_status(self._hotkey.status)
        section.keys_chosen.connect(self.keys_tried)
        self._hotkey.status_changed.connect(section.hotkey.show_status)
        page.add_section(section)
        dialog.accepted.connect(partial(self._save, section))
        keys = ShortcutSettings(self._shortcuts, self._preferences.hotkey)
        section.keys_chosen.connect(keys.use_hotkey)
        page.add_section(keys)
        dialog.accepted.connect(keys.apply)

    def _add_opening(self, dialog: SettingsDialog, page: SettingsPage) -> None:
        opening = OpeningSettings(self._preferences)
        page.add_section(opening)
        dialog.accepted.connect(opening.apply)

    def _save(self, section: AtHandSettings) -> None:
        if not section.apply():
            self.report_login()
