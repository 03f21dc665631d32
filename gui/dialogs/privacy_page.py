"""The page of the settings on what leaves the computer, and on what is remembered."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout

from core.messages import mark, tr
from core.settings import Settings
from gui.dialogs.settings_page import SettingsPage, add_option
from gui.widgets.basic import TextButton
from gui.widgets.elided_button import ElidedButton
from gui.widgets.wrapping_check_box import WrappingCheckBox


class PrivacyPage(SettingsPage):
    """What leaves the computer, and what is remembered; emits `history_cleared` and `connections_requested`."""

    heading = mark("Privacy")
    history_cleared = Signal()
    connections_requested = Signal()

    def __init__(self, sent: str) -> None:
        super().__init__()
        card = self.add_card(tr("What leaves this computer"), sent)
        self.connections = ElidedButton(tr("Connections and what is kept…"))
        self.connections.clicked.connect(self.connections_requested)
        row = QHBoxLayout()
        row.addWidget(self.connections)
        row.addStretch(1)
        card.addLayout(row)
        self.keep_history = WrappingCheckBox(tr("Remember what I searched for and opened"))
        self.clear = TextButton(tr("Clear history"))
        self.clear.clicked.connect(self._clear)
        card = self.add_card(tr("History"), tr("Your last searches and opened documents, kept only on this computer."))
        add_option(
            card,
            self.keep_history,
            tr("Turning this off deletes it. Does not re-index your documents."),
        )
        row = QHBoxLayout()
        row.addWidget(self.clear)
        row.addStretch(1)
        card.addLayout(row)

    def values(self) -> dict[str, object]:
        return {"keep_history": self.keep_history.isChecked()}

    def show_values(self, settings: Settings) -> None:
        self.keep_history.setChecked(settings.keep_history)

    @Slot()
    def _clear(self) -> None:
        self.clear.setEnabled(False)  # says that it is done
        self.clear.setText(tr("History cleared"))
        self.history_cleared.emit()
