"""The settings page Model and engine: what is in use, and the way to its panel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from core.messages import mark, tr
from core.settings import Settings
from gui.dialogs.settings_page import SettingsPage
from gui.engine import engine_text
from gui.widgets.basic import ELIDE_END, TextButton, label


class ModelPage(SettingsPage):
    """Names the model and the engine in use; emits `engine_requested`."""

    heading = mark("Model and engine")
    engine_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = self.add_card(
            tr("In use"),
            tr("The AI model that Findling searches with, and where it runs. Another model re-indexes your documents."),
        )
        self._model = label("", elided=ELIDE_END)
        self.choose = TextButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose model and engine"))
        self.choose.clicked.connect(self.engine_requested)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._model, 1)
        row.addWidget(self.choose)
        card.addLayout(row)

    def show_values(self, settings: Settings) -> None:
        self._model.setText(engine_text.in_use(settings))
