"""The division of the window between the private results and those of the team library."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from gui.team.panel import TeamPanel

SHARE = 0.4  # of the height, for the team library


class TeamSplit(QSplitter):
    """The team library below; it takes its share of the height once it has results, until the user moves the line."""

    def __init__(self, private: QWidget, team: TeamPanel, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._share = SHARE
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(private)
        self.addWidget(team)
        self.setStretchFactor(0, 1)
        team.opened.connect(self._divide)
        team.emptied.connect(self._give_back)
        self.splitterMoved.connect(self._remember)

    @Slot()
    def _divide(self) -> None:
        height = self.height()
        self.setSizes([round(height * (1 - self._share)), round(height * self._share)])

    @Slot()
    def _give_back(self) -> None:
        """Leave the team library only what its line and its note need."""
        self.setSizes([self.height(), 0])

    @Slot()
    def _remember(self) -> None:
        self._share = self.sizes()[1] / max(1, sum(self.sizes()))
