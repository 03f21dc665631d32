"""The item model of the problems, keyed by path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.events import Problem
from core.messages import tr
from gui.text import messages

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
FILE, REASON, REMEDY, FOLDER = range(4)


class ProblemsModel(QAbstractTableModel):
    """File, reason, remedy and folder of each problem."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._problems: list[Problem] = []

    def problem(self, row: int) -> Problem | None:
        return self._problems[row] if 0 <= row < len(self._problems) else None

    def row_of(self, path: str) -> int:
        return next((row for row, problem in enumerate(self._problems) if problem.path == path), -1)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._problems)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("File"), tr("Problem"), tr("Solution"), tr("Folder"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        problem = self.problem(index.row())
        if problem is None or not index.isValid():
            return None
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            shown = self._cell(problem, index.column())
            return f"{shown}\n{problem.detail}".strip() if self._has_detail(index.column(), role) else shown
        return None

    def replace(self, problems: Sequence[Problem]) -> None:
        """Show these problems; rows that stay are kept, so that they stay selected."""
        new = {problem.path: problem for problem in problems}
        for row in range(len(self._problems) - 1, -1, -1):
            if self._problems[row].path not in new:
                self.beginRemoveRows(NO_PARENT, row, row)
                del self._problems[row]
                self.endRemoveRows()
        known = {problem.path for problem in self._problems}
        self._problems = [new[problem.path] for problem in self._problems]
        if self._problems:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._problems) - 1, 3))
        added = [problem for problem in new.values() if problem.path not in known]
        if added:
            self.beginInsertRows(NO_PARENT, len(self._problems), len(self._problems) + len(added) - 1)
            self._problems += added
            self.endInsertRows()

    @staticmethod
    def _has_detail(column: int, role: int) -> bool:
        return column == REASON and role == Qt.ItemDataRole.ToolTipRole

    @staticmethod
    def _cell(problem: Problem, column: int) -> str:
        sentence, remedy = messages.problem(problem)
        if column == FILE:
            return messages.shown_name(problem.path)
        if column == FOLDER:
            return messages.shown_path(os.path.dirname(problem.path))
        return sentence if column == REASON else remedy
