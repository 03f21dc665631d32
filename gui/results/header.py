"""The line above the result list: how much was found, and how its rows are shown."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from core.messages import tr
from gui.results.row_metrics import DENSITIES, Density
from gui.widgets.basic import ELIDE_END, IconButton, label


def density_title(density: Density) -> str:
    """A density as the menu and the settings call it."""
    return {"comfortable": tr("Comfortable rows"), "compact": tr("Compact rows")}[density]


class ResultsHeader(QWidget):
    """Emits `density_chosen(density)` when one is chosen in the menu of its button."""

    density_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self.view = IconButton("rows", tr("View"), size=16)
        self.view.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.view)
        group = QActionGroup(menu)
        self._actions: dict[Density, QAction] = {}
        for density in DENSITIES:
            action = menu.addAction(density_title(density))
            action.setCheckable(True)
            action.setData(density)
            group.addAction(action)
            self._actions[density] = action
        group.triggered.connect(self._chosen)
        self.view.setMenu(menu)
        self.note = label("", factor=0.9, wrap=True)
        self.note.setContentsMargins(0, 0, 0, 6)
        self.note.hide()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.summary, 1)
        row.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 6, 16, 2)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.note)

    def show_note(self, text: str) -> None:
        """Show what the user has to know of this search below the summary; "" for nothing."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_density(self, density: Density) -> None:
        """Check the density in use."""
        self._actions[density].setChecked(True)

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        self.density_chosen.emit(action.data())
