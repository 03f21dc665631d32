"""The settings page Search: the reranking model, and what is learnt from the results that the user opens."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from core.messages import mark, tr
from core.settings import Settings
from gui.dialogs.settings_page import SettingsPage, add_option
from gui.engine import engine_text
from gui.widgets.basic import ELIDE_END, TextButton, label
from gui.widgets.wrapping_check_box import WrappingCheckBox


class SearchPage(SettingsPage):
    """Emits `engine_requested` and `measure_requested`."""

    heading = mark("Search")
    engine_requested = Signal()
    measure_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = self.add_card(
            tr("Reranking"),
            tr(
                "A second model reads the best results together with your query and reorders them. Changing this does "
                "not re-index your documents."
            ),
        )
        self._reranker = label("", elided=ELIDE_END)
        choose = TextButton(tr("Choose…"))
        choose.setAccessibleName(tr("Choose reranking model"))
        choose.clicked.connect(self.engine_requested)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._reranker, 1)
        row.addWidget(choose)
        card.addLayout(row)
        self._add_measure()

    def values(self) -> dict[str, object]:
        return {"keep_judgements": self.keep_judgements.isChecked()}

    def show_values(self, settings: Settings) -> None:
        self.keep_judgements.setChecked(settings.keep_judgements)
        self._reranker.setText(engine_text.model(settings.reranker) if settings.reranker else tr("Off"))

    def _add_measure(self) -> None:
        card = self.add_card(
            tr("Quality of search"),
            tr("Findling can measure on your own documents which way of searching finds what you need."),
        )
        self.keep_judgements = WrappingCheckBox(tr("Learn which results I open"))
        add_option(
            card,
            self.keep_judgements,
            tr("Keeps each search with the documents that you open from it, only on this computer."),
        )
        measure = TextButton(tr("Measure…"))
        measure.setAccessibleName(tr("Measure the quality of search"))
        measure.clicked.connect(self.measure_requested)
        row = QHBoxLayout()
        row.addWidget(measure)
        row.addStretch(1)
        card.addLayout(row)
