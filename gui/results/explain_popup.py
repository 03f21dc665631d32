"""A small popup that tells why a document was found: how likely it is an answer, and what each lane says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from core.document import Hit, RetrieverMatch
from gui.results.model import title
from gui.text import messages
from gui.widgets.basic import CUT_END, label

if TYPE_CHECKING:
    from core.library import FilterEffect
    from gui.results.view import ResultsView

WIDEST = 480


class ExplainPopup(QFrame):
    """Closes when anything else is clicked or Escape is pressed."""

    def __init__(self, hit: Hit, view: ResultsView, narrowing: FilterEffect | None = None) -> None:
        super().__init__(view, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("whyFound")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Why found"))
        self._view = view
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        heading = label(title(hit), weight=QFont.Weight.DemiBold, elided=CUT_END)
        heading.setMaximumWidth(WIDEST)
        layout.addWidget(heading)
        chance = self.tr("{}; the chance that it answers is put at {}.")
        told = messages.percent(round(100 * hit.chance), 100)
        layout.addWidget(QLabel(chance.format(messages.band(hit.band).capitalize(), told)))
        layout.addLayout(self._lanes(hit))
        if hit.says_all:
            layout.addWidget(QLabel(self.tr("Its passage has every word of the question.")))
        if hit.answers is not None:
            read = self.tr("The reranker read its best passage: {percent}, no. {place} of those that it read.")
            percent = messages.percent(round(100 * hit.answers), 100)
            layout.addWidget(QLabel(read.format(percent=percent, place=messages.number(hit.answers_place or 1))))
        if hit.nearest is not None:
            layout.addWidget(QLabel(self.tr("Its nearest sentence counts too: {:.2f} alike.").format(hit.nearest)))
        if narrowing is not None:
            layout.addWidget(_filters(messages.narrowing(narrowing)))

    def show_beside_row(self) -> None:
        """Show under the current row, on the screen that it is on."""
        self.adjustSize()
        row = self._view.visualRect(self._view.currentIndex())
        at = self._view.viewport().mapToGlobal(row.bottomLeft() + QPoint(24, -8))
        room = self._view.screen().availableGeometry()
        self.move(min(at.x(), room.right() - self.width()), min(at.y(), room.bottom() - self.height()))
        self.show()

    def _lanes(self, hit: Hit) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for row, finding in enumerate(hit.findings):
            grid.addWidget(label(messages.retriever_title(finding.retriever), dim=True), row, 0)
            for column, text in enumerate(
                (self._place(finding), messages.retriever_score(finding), self._part(finding)), start=1
            ):
                grid.addWidget(QLabel(text), row, column)
        return grid

    def _place(self, finding: RetrieverMatch) -> str:
        return self.tr("no. {}").format(messages.number(finding.rank))

    def _part(self, finding: RetrieverMatch) -> str:
        return self.tr("adds {}").format(messages.decimal(finding.part))


def _filters(says: str) -> QLabel:
    label = QLabel(says)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
