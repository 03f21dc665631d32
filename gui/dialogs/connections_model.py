"""The item model of the connections to other computers, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.messages import terms, tr
from core.messages.visible import visible_name
from gui.text import messages
from gui.widgets.plain_text import tool_tip

if TYPE_CHECKING:
    from core.library import Connection

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
WHEN, HOST, WHY, COUNT, SENT, RECEIVED = range(6)


class ConnectionsModel(QAbstractTableModel):
    """Time, host, purpose, number and bytes of each entry of the list of connections."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._connections: tuple[Connection, ...] = ()

    def replace(self, connections: Sequence[Connection]) -> None:
        """Show these connections."""
        self.beginResetModel()
        self._connections = tuple(connections)
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._connections)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else 6

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Last time"), tr("Computer"), tr("Why"), tr("Number"), tr("Sent"), tr("Received"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._connections):
            return None
        shown = self._cell(self._connections[index.row()], index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return shown
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(shown)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    @staticmethod
    def _cell(one: Connection, column: int) -> str:
        if column == WHEN:
            return messages.date(one.at)
        if column == HOST:
            return visible_name(one.host)
        if column == WHY:
            return terms.purpose_of_connection(one.purpose, visible_name(one.about))
        if column == COUNT:
            return messages.number(one.count)
        count = one.sent if column == SENT else one.received
        return messages.size(count) if count else ""


def _alignment(column: int) -> Qt.AlignmentFlag:
    """Numbers end below one another."""
    side = Qt.AlignmentFlag.AlignTrailing if column >= COUNT else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter
