"""The second step of the welcome: the keys of the quick search, and starting at login."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from core.messages import tr
from gui.engine.option import INDENT
from gui.hotkey.field import HotkeyField
from gui.hotkey.keys import DEFAULT_HOTKEY
from gui.welcome.step import WelcomeStep
from gui.widgets.basic import label
from gui.widgets.wrapping_check_box import WrappingCheckBox


class QuickSearchStep(WelcomeStep):
    """Edits a copy; what is chosen is saved by its owner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Search from anywhere"),
            tr("Press these keys in any program, type a few words, and press Enter to open the document."),
            parent,
        )
        self.hotkey = HotkeyField(DEFAULT_HOTKEY)
        self.add_card().addWidget(self.hotkey)
        self.at_login = WrappingCheckBox(tr("Start Findling in the background when I log in"))
        self.said = label("", factor=0.92, dim=True, wrap=True)
        self.said.setContentsMargins(INDENT, 0, 0, 0)
        card = self.add_card()
        card.setSpacing(2)
        card.addWidget(self.at_login)
        card.addWidget(self.said)
        self.at_login.toggled.connect(self._say)
        self._say()

    def show_choices(self, keys: str, *, at_login: bool) -> None:
        """Show what is set."""
        self.hotkey.keys.setKeySequence(keys)
        self.at_login.setChecked(at_login)

    def focus_widgets(self) -> list[QWidget]:
        return [self.hotkey.keys, self.hotkey.default, self.hotkey.copy, self.at_login]

    def _say(self) -> None:
        if self.at_login.isChecked():
            text = tr("The quick search works as soon as you log in, and your folders stay up to date.")
        else:
            text = tr("Off: the quick search works once you have started Findling, and nothing runs before.")
        self.said.setText(text)
        self.at_login.setAccessibleDescription(text)
