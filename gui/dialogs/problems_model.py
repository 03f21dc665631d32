"""The item model of the problems: a group for each reason, and the files in it, keyed by path."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.events import Problem
from core.messages import amounts, sentences, tr
from core.messages.visible import visible_text
from gui.text import messages
from gui.widgets.plain_text import shortened, tool_tip

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
FILE, FOLDER, SIZE, DATE = range(4)
MOST_STEPS = 200  # removed files, beyond which the whole list is shown anew
_SORT_KEYS: tuple[Callable[[Problem], Any], ...] = (
    lambda problem: os.path.basename(problem.path).casefold(),
    lambda problem: os.path.dirname(problem.path).casefold(),
    lambda problem: problem.size,
    lambda problem: problem.modified,
)


class ProblemRoles(IntEnum):
    """Roles of a group beside Qt's own."""

    REASON = Qt.ItemDataRole.UserRole + 1
    HELP = Qt.ItemDataRole.UserRole + 2
    COUNT = Qt.ItemDataRole.UserRole + 3


@dataclass(slots=True, eq=False)
class ProblemGroup:
    """The files with one reason; `number` identifies the group in an index."""

    number: int
    reason: str
    help: str
    problems: list[Problem] = field(default_factory=list)


class ProblemsModel(QAbstractItemModel):
    """Groups, the largest first; in them name, folder, size and date of each file."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[ProblemGroup] = []
        self._numbers = count(1)
        self._column, self._order = FILE, Qt.SortOrder.AscendingOrder

    @property
    def count(self) -> int:
        """The number of files."""
        return sum(len(group.problems) for group in self._groups)

    def problems_at(self, index: Index) -> list[Problem]:
        """The problem of a file, or those of a whole group."""
        group = self._group_of(index)
        if group is None:
            return self._groups[index.row()].problems if index.isValid() else []
        return [group.problems[index.row()]]

    def index_of(self, path: str) -> QModelIndex:
        """The index of a file; an invalid one if it has no problem."""
        for group in self._groups:
            for row, problem in enumerate(group.problems):
                if problem.path == path:
                    return self.createIndex(row, FILE, group.number)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = NO_PARENT) -> QModelIndex:
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, self._groups[parent.row()].number if parent.isValid() else 0)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]  # Qt's other one has no argument
        group = self._group_of(index)
        return QModelIndex() if group is None else self.createIndex(self._groups.index(group), 0, 0)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        if not parent.isValid():
            return len(self._groups)
        is_group = parent.internalId() == 0 and parent.column() == 0
        return len(self._groups[parent.row()].problems) if is_group else 0

    def columnCount(self, _parent: Index = NO_PARENT) -> int:
        return 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("File"), tr("Folder"), tr("Size"), tr("Changed"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group = self._group_of(index)
        if group is None:
            return _of_group(self._groups[index.row()], index.column(), role)
        return _of_problem(group.problems[index.row()], index.column(), role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the files in each group; what is selected stays selected."""
        self._column, self._order = column, order
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        shown = [
            (one, self._groups[one.row()] if self._group_of(one) is None else self.problems_at(one)[0]) for one in old
        ]
        for group in self._groups:
            self._sort(group.problems)
        self._groups.sort(key=lambda group: (-len(group.problems), group.reason))
        places = {
            problem.path: (row, group.number) for group in self._groups for row, problem in enumerate(group.problems)
        }
        new = [
            self.createIndex(self._groups.index(what), one.column(), 0)
            if isinstance(what, ProblemGroup)
            else self.createIndex(places[what.path][0], one.column(), places[what.path][1])
            for one, what in shown
        ]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def replace(self, problems: Sequence[Problem]) -> None:
        """Show these problems; files that stay are kept, so that they stay selected."""
        listed: dict[str, dict[str, Problem]] = {}
        for problem in problems:
            listed.setdefault(problem.reason, {})[problem.path] = problem
        if self._removals(listed) > MOST_STEPS:
            self.beginResetModel()
            self._groups = []
            self.endResetModel()
        for group in list(self._groups):
            self._update(group, listed.get(group.reason, {}))
        known = {group.reason: group for group in self._groups}
        for reason, files in listed.items():
            self._add(known.get(reason), files)
        self.sort(self._column, self._order)

    def _removals(self, listed: dict[str, dict[str, Problem]]) -> int:
        return sum(
            problem.path not in listed.get(group.reason, {}) for group in self._groups for problem in group.problems
        )

    def _update(self, group: ProblemGroup, listed: dict[str, Problem]) -> None:
        """Take out of a group the files that are not listed in it, and update the others."""
        place = self._groups.index(group)
        if not listed:
            self.beginRemoveRows(NO_PARENT, place, place)
            del self._groups[place]
            self.endRemoveRows()
            return
        parent = self.index(place, 0)
        for row in range(len(group.problems) - 1, -1, -1):
            if group.problems[row].path not in listed:
                self.beginRemoveRows(parent, row, row)
                del group.problems[row]
                self.endRemoveRows()
        group.problems = [listed[problem.path] for problem in group.problems]
        if group.problems:
            last = self.createIndex(len(group.problems) - 1, DATE, group.number)
            self.dataChanged.emit(self.createIndex(0, FILE, group.number), last)
        self.dataChanged.emit(parent, parent)

    def _add(self, group: ProblemGroup | None, listed: dict[str, Problem]) -> None:
        """Add the files that a group lacks, or the group itself."""
        if group is None:
            first = next(iter(listed.values()))
            group = ProblemGroup(next(self._numbers), first.reason, first.help, list(listed.values()))
            self._sort(group.problems)
            self.beginInsertRows(NO_PARENT, len(self._groups), len(self._groups))
            self._groups.append(group)
            self.endInsertRows()
            return
        known = {problem.path for problem in group.problems}
        added = [problem for path, problem in listed.items() if path not in known]
        if added:
            first_row = len(group.problems)
            parent = self.index(self._groups.index(group), 0)
            self.beginInsertRows(parent, first_row, first_row + len(added) - 1)
            group.problems += added
            self.endInsertRows()
            self.dataChanged.emit(parent, parent)

    def _sort(self, problems: list[Problem]) -> None:
        problems.sort(key=lambda one: one.path)
        problems.sort(key=_SORT_KEYS[self._column], reverse=self._order == Qt.SortOrder.DescendingOrder)

    def _group_of(self, index: Index) -> ProblemGroup | None:
        """The group that a file is in; None for a group itself."""
        number = index.internalId() if index.isValid() else 0
        return next((group for group in self._groups if group.number == number), None) if number else None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignTrailing if column == SIZE else Qt.AlignmentFlag.AlignLeading
    return side | Qt.AlignmentFlag.AlignVCenter


def _of_group(group: ProblemGroup, column: int, role: int) -> Any:
    if column != FILE:
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return tr("{reason}: {files}", reason=group.reason, files=amounts.files(len(group.problems)))
    if role in {Qt.ItemDataRole.AccessibleDescriptionRole, Qt.ItemDataRole.ToolTipRole, ProblemRoles.HELP}:
        return group.help
    return {ProblemRoles.REASON: group.reason, ProblemRoles.COUNT: len(group.problems)}.get(role)  # type: ignore[call-overload]


def _of_problem(problem: Problem, column: int, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return shortened(_cell(problem, column))
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return _alignment(column)
    if role == Qt.ItemDataRole.AccessibleDescriptionRole:
        return sentences(problem.sentence, problem.remedy)
    if role == Qt.ItemDataRole.ToolTipRole:
        shown = [messages.shown_path(problem.path), problem.sentence, visible_text(shortened(problem.detail))]
        return tool_tip("\n".join(line for line in shown if line))
    return None


def _cell(problem: Problem, column: int) -> str:
    if column == FILE:
        name = messages.shown_name(problem.path)
        return tr("{name} (trying again…)", name=name) if problem.waiting else name
    if column == FOLDER:
        return messages.shown_path(os.path.dirname(problem.path))
    return messages.size(problem.size) if column == SIZE else messages.date(problem.modified)
