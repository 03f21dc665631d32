"""A popup that explains a hit: how likely it is an answer, and what each retriever contributes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout

from core.document import Hit
from core.messages import terms, tr
from gui.results.hit_text import title
from gui.text import messages
from gui.widgets.basic import ELIDE_END, label

if TYPE_CHECKING:
    from core.library import FilterEffect
    from gui.results.view import ResultsView

MAX_WIDTH = 480


class ExplainPopup(QFrame):
    """The popup; it closes on Escape or a click elsewhere."""

    def __init__(self, hit: Hit, view: ResultsView, narrowing: FilterEffect | None = None) -> None:
        super().__init__(view, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("whyFound")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(tr("Why this result?"))
        self._view = view
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        heading = label(title(hit), weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        heading.setMaximumWidth(MAX_WIDTH)
        layout.addWidget(heading)
        layout.addWidget(label(terms.strength_with_probability(hit.band, hit.chance)))
        layout.addLayout(self._retriever_grid(hit))
        for sentence in self._reasons(hit):
            layout.addWidget(label(sentence))
        if narrowing is not None:
            filters = label(messages.filter_effect(narrowing), wrap=True)
            layout.addWidget(filters)

    def show_beside_row(self) -> None:
        """Show under the current row, on the screen that it is on."""
        self.adjustSize()
        row = self._view.visualRect(self._view.currentIndex())
        at = self._view.viewport().mapToGlobal(row.bottomLeft() + QPoint(24, -8))
        room = self._view.screen().availableGeometry()
        self.move(min(at.x(), room.right() - self.width()), min(at.y(), room.bottom() - self.height()))
        self.show()

    def _reasons(self, hit: Hit) -> list[str]:
        """Further facts that affect the hit's rank, as sentences."""
        reasons = []
        if hit.says_all:
            reasons.append(tr("This passage contains every word you typed."))
        if hit.answers is not None:
            reasons.append(
                tr(
                    "Reranking rates the best passage at {share:percent}, number {rank} of those compared.",
                    share=hit.answers,
                    rank=hit.answers_place or 1,
                )
            )
        if hit.nearest is not None:
            reasons.append(tr("The similarity of the best sentence is {score:.2f}.", score=hit.nearest))
        return reasons

    def _retriever_grid(self, hit: Hit) -> QGridLayout:
        """A row for each retriever that found the hit: rank, own score, and share of the total score."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        for row, match in enumerate(hit.findings):
            grid.addWidget(label(terms.retriever_title(match.retriever), dim=True), row, 0)
            rank, part = tr("no. {rank}", rank=match.rank), tr("adds {score:.2f}", score=match.part)
            score = terms.retriever_score(match.retriever, match.score)
            for column, text in enumerate((rank, score, part), start=1):
                grid.addWidget(label(text), row, column)
        return grid
