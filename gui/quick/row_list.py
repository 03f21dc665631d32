"""A list of the quick search: it shows which row is current, and never takes the focus from the box."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

LIST_PADDING = 6  # pixels above and below the rows, as in the style sheet


class RowList(QListView):
    """As high as its rows, where the screen has room."""

    def __init__(self, model: QAbstractItemModel, delegate: QStyledItemDelegate, name: str) -> None:
        super().__init__()
        self.setObjectName("quick")
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def content_height(self) -> int:
        """The height in pixels at which all rows are seen."""
        rows = range(self.model().rowCount())
        return sum(max(0, self.sizeHintForRow(number)) for number in rows) + 2 * LIST_PADDING

    def move_current(self, rows: int) -> None:
        """Make the row so many below (or above) the current one current."""
        last = self.model().rowCount() - 1
        if last >= 0:
            number = min(last, max(0, self.currentIndex().row() + rows))
            self.setCurrentIndex(self.model().index(number, 0))
