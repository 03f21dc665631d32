"""The rows shown while the box is empty: documents opened last, and the last searches."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.messages import tr
from core.messages.visible import visible_name
from gui.text import messages
from gui.widgets.plain_text import tool_tip

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()


class RecentRoles(IntEnum):
    """Roles of a row beside Qt's own."""

    KIND = Qt.ItemDataRole.UserRole + 1
    FOLDER = Qt.ItemDataRole.UserRole + 2


@dataclass(frozen=True, slots=True)
class RecentRow:
    """A document (its path, and the kind that names its icon), or a search (its text, without a kind)."""

    text: str
    kind: str = ""

    @property
    def is_document(self) -> bool:
        return bool(self.kind)


class RecentModel(QAbstractListModel):
    """A fixed list of rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RecentRow] = []

    def show(self, rows: Sequence[RecentRow]) -> None:
        """Show other rows."""
        if list(rows) != self._rows:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()

    def row(self, number: int) -> RecentRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        name = messages.shown_name(row.text) if row.is_document else visible_name(row.text)
        folder = messages.shown_path(os.path.dirname(row.text)) if row.is_document else ""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name
            case Qt.ItemDataRole.AccessibleTextRole:
                if row.is_document:
                    return tr("Recent document {name} in {folder}", name=name, folder=folder)
                return tr("Recent search {text}", text=name)
            case Qt.ItemDataRole.ToolTipRole:
                return tool_tip(messages.shown_path(row.text)) if row.is_document else None
            case RecentRoles.KIND:
                return row.kind
            case RecentRoles.FOLDER:
                return folder
        return None
