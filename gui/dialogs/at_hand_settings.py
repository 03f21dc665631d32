"""The settings of how Findling stays at hand: hotkey, tray, closing, start at login."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from core.messages import tr
from gui.dialogs.settings_page import add_option
from gui.hotkey.field import HotkeyField
from gui.runtime.preferences import MAX_REST_MINUTES, Preferences, WithoutTray
from gui.widgets.basic import ignore_wheel
from gui.widgets.card import add_card
from gui.widgets.wrapping_check_box import WrappingCheckBox

_WITHOUT_TRAY: tuple[WithoutTray, ...] = ("quit", "minimise")


class StartAtLogin(Protocol):
    """Whether Findling starts at login, and the means to change it."""

    def is_enabled(self) -> bool: ...

    def set_enabled(self, *, enabled: bool) -> None: ...


class AtHandSettings(QWidget):
    """Edits a copy of the preferences; `apply` saves it.

    `keys_chosen(keys)` tries other keys at once, so that `hotkey` can say whether they work.
    """

    keys_chosen = Signal(str)

    def __init__(
        self, preferences: Preferences, login: StartAtLogin, *, has_tray: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._preferences, self._login, self._has_tray = preferences, login, has_tray
        self._was_at_login = login.is_enabled()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._add_hotkey(column)
        column.addSpacing(8)
        self._add_closing(column)

    def apply(self) -> bool:
        """Save what was edited; returns False if starting at login could not be changed."""
        preferences = self._preferences
        preferences.keep_in_tray = self.keep.isChecked()
        preferences.without_tray = _WITHOUT_TRAY[self.without_tray.currentIndex()]
        preferences.rest_minutes = self.rest.value()
        if self.hotkey.is_usable():
            preferences.hotkey = self.hotkey.chosen()
        if self.at_login.isChecked() == self._was_at_login:
            return True
        try:
            self._login.set_enabled(enabled=self.at_login.isChecked())
        except OSError:
            return False
        self._was_at_login = self.at_login.isChecked()
        return True

    def _add_hotkey(self, column: QVBoxLayout) -> None:
        card = add_card(column, tr("Quick search"), tr("Search from any program, without opening the window."))
        self.hotkey = HotkeyField(self._preferences.hotkey)
        self.hotkey.keys_chosen.connect(self.keys_chosen)
        card.addWidget(self.hotkey)

    def _add_closing(self, column: QVBoxLayout) -> None:
        card = add_card(column, tr("In the background"), self._tray_text())
        self.keep = WrappingCheckBox(tr("Keep Findling in the system tray when I close the window"))
        self.keep.setChecked(self._preferences.keep_in_tray)
        self.at_login = WrappingCheckBox(tr("Start Findling in the background when I log in"))
        self.at_login.setChecked(self._was_at_login)
        self.without_tray = QComboBox()
        self.without_tray.addItems([tr("Quit"), tr("Minimize")])
        self.without_tray.setCurrentIndex(_WITHOUT_TRAY.index(self._preferences.without_tray))
        self.rest = QSpinBox()
        self.rest.setRange(0, MAX_REST_MINUTES)
        self.rest.setSuffix(tr(" min"))
        self.rest.setSpecialValueText(tr("Never"))
        self.rest.setValue(self._preferences.rest_minutes)
        self.rest.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach it
        ignore_wheel(self.without_tray, self.rest)
        add_option(
            card,
            self.keep,
            tr("The quick search stays at hand. Quit in the menu of the tray ends Findling."),
        )
        add_option(card, self.at_login, tr("Findling starts without a window, and your folders are up to date."))
        add_option(
            card,
            self.without_tray,
            tr("Minimized, Findling goes on in the taskbar. Quit ends it until you start it again."),
            tr("Without a system tray, closing the window means"),
        )
        add_option(
            card,
            self.rest,
            tr("Frees its memory. The next search by meaning takes some seconds longer."),
            tr("While hidden and idle, unload the AI model after"),
        )

    def _tray_text(self) -> str:
        if self._has_tray:
            return tr("Your folders stay up to date while the window is hidden.")
        return tr("This desktop shows no system tray. On GNOME, the extension “AppIndicator” adds one.")
