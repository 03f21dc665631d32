"""The table of how well each way of searching finds what was opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from core.messages import terms, tr
from core.messages.translate import formatter

if TYPE_CHECKING:
    from core.library import ComparedModels, Estimate, Measurement, MethodScores, ModelScores


class MeasureTable(QTableWidget):
    """A row for each way of searching, or for each model."""

    def __init__(self) -> None:
        heads = [tr("Way of searching"), tr("nDCG@10"), tr("MRR@10"), tr("Among the first three"), tr("Difference")]
        super().__init__(0, len(heads))
        self.setHorizontalHeaderLabels(heads)
        self.setAccessibleName(tr("Quality of each way of searching"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)

    def show_result(self, result: Measurement) -> None:
        """Show the scores of each way of searching."""
        self._show(tr("Way of searching"), [(terms.search_method(one.method), one) for one in result.methods])

    def show_models(self, result: ComparedModels) -> None:
        """Show the scores of each model."""
        from core.library import model_named

        self._show(tr("Model"), [(tr(model_named(one.model).title), one) for one in result.models])

    def _show(self, head: str, rows: Sequence[tuple[str, MethodScores | ModelScores]]) -> None:
        self.setHorizontalHeaderItem(0, QTableWidgetItem(head))
        self.setRowCount(len(rows))
        for row, (name, scores) in enumerate(rows):
            gain = tr("in use") if scores.gain is None else estimate_text(scores.gain, sign=True)
            cells = (name, estimate_text(scores.ndcg), estimate_text(scores.mrr), estimate_text(scores.first_three))
            for column, text in enumerate((*cells, gain)):
                self.setItem(row, column, QTableWidgetItem(text))
        self.setCurrentCell(0, 0)


def estimate_text(value: Estimate, *, sign: bool = False) -> str:
    """A mean with its interval in brackets."""
    mean, low, high = (_number(each, sign=sign) for each in (value.mean, value.low, value.high))
    return f"{mean} ({low} … {high})"


def _number(value: float, *, sign: bool) -> str:
    """A number with two digits, as the language in use writes it."""
    shown = formatter().number(abs(value), 2)
    return f"−{shown}" if round(value, 2) < 0 else f"+{shown}" if sign else shown
