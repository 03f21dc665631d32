"""The table of how well each way of searching finds what was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from core.messages import terms, tr
from core.messages.translate import formatter

if TYPE_CHECKING:
    from core.library import Estimate, Measurement


class MeasureTable(QTableWidget):
    """A row for each way of searching."""

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
        self.setRowCount(len(result.methods))
        for row, scores in enumerate(result.methods):
            gain = tr("in use") if scores.gain is None else estimate_text(scores.gain, sign=True)
            cells = (terms.search_method(scores.method), estimate_text(scores.ndcg), estimate_text(scores.mrr))
            for column, text in enumerate((*cells, estimate_text(scores.first_three), gain)):
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
