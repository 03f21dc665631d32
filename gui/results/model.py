"""The hits as a Qt list model keyed by path: new results move rows instead of resetting the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from itertools import groupby
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from core.document import Hit, HitPassage
from gui.results import hit_text
from gui.results.file_drag import files_mime
from gui.results.rows import ResultRow, rows_of, section_key
from gui.results.sections import Section, SectionMaker, by_tier

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()


class HitRoles(IntEnum):
    """Roles of a row beside Qt's own."""

    HIT = Qt.ItemDataRole.UserRole + 1
    PATH = Qt.ItemDataRole.UserRole + 2
    EXPANDED = Qt.ItemDataRole.UserRole + 3
    ROW_KIND = Qt.ItemDataRole.UserRole + 4
    NOTE = Qt.ItemDataRole.UserRole + 5


_OF_HIT: dict[int, Callable[[Hit], object]] = {
    Qt.ItemDataRole.DisplayRole: hit_text.title,
    Qt.ItemDataRole.AccessibleTextRole: hit_text.accessible_text,
    Qt.ItemDataRole.ToolTipRole: hit_text.hit_tool_tip,
    HitRoles.PATH: lambda hit: hit.path,
}


class ResultsModel(QAbstractListModel):
    """The rows of the result list; versions, and the folded hits of a section, are hidden until they are asked for."""

    def __init__(self, parent: QObject | None = None, sections_of: SectionMaker = by_tier) -> None:
        super().__init__(parent)
        self._sections_of = sections_of
        self._sections: Sequence[Section] = ()
        self._hits: list[Hit] = []
        self._rows: list[ResultRow] = []
        self._expanded: set[str] = set()  # paths of all files of the expanded results
        self._unfolded: set[str] = set()  # keys of sections
        self._passages: dict[str, Sequence[HitPassage]] = {}  # shown below a file, by path

    def hits(self) -> list[Hit]:
        """The hits of all rows that have one, in order."""
        return [row.hit for row in self._rows if row.hit is not None]

    def results(self) -> list[Hit]:
        """The results in the order they are shown in, folded ones too, each with its versions."""
        return [hit for section in self._sections for hit in (*section.hits, *section.folded)]

    def hit(self, row: int) -> Hit | None:
        """The hit of a row; None for a heading, and outside the list."""
        return self._rows[row].hit if 0 <= row < len(self._rows) else None

    def row_of(self, path: str) -> int:
        """The row of a path, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.key == path), -1)

    def row_containing(self, path: str) -> int:
        """The row of a path, else of the result of which it is a version, else -1."""
        row = self.row_of(path)
        return row if row >= 0 else next((at for at, row in enumerate(self._rows) if row.contains(path)), -1)

    def first_row(self) -> int:
        """The first row with a hit, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.hit is not None), -1)

    def result_row(self, row: int) -> int:
        """The row of the result that a version belongs to; the row itself if it is no version."""
        while row > 0 and self._rows[row].kind in {"version", "passage"}:
            row -= 1
        return row

    def is_expanded(self, hit: Hit) -> bool:
        return bool(hit.versions) and not self._expanded.isdisjoint(hit.paths)

    def set_expanded(self, row: int, *, on: bool) -> None:
        """Show or hide the versions below a row."""
        hit = self.hit(row)
        if hit is None or not hit.versions or self.is_expanded(hit) == on:
            return
        self._expanded = self._expanded | set(hit.paths) if on else self._expanded - set(hit.paths)
        self._update_rows()
        self.dataChanged.emit(self.index(row), self.index(row))

    def toggle_section(self, row: int) -> bool:
        """Show or fold away the hits behind the last row of a section; whether this is such a row."""
        if not 0 <= row < len(self._rows) or self._rows[row].kind != "more":
            return False
        self._unfolded ^= {section_key(self._rows[row])}
        self._update_rows()
        return True

    def fold_sections(self) -> None:
        """Fold away what was shown on request; for the results of another query."""
        self._unfolded.clear()
        self._passages.clear()

    def has_passages(self, path: str) -> bool:
        """Whether passages are shown below a file."""
        return path in self._passages

    def set_passages(self, path: str, passages: Sequence[HitPassage]) -> None:
        """Show passages below a file; none for an empty list."""
        self._passages.pop(path, None)
        if passages:
            self._passages[path] = passages
        self._update_rows()

    def set_sections(self, sections_of: SectionMaker) -> None:
        """Divide the results otherwise, such as by folder."""
        if sections_of != self._sections_of:
            self._sections_of = sections_of
            self.replace(self._hits)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == HitRoles.ROW_KIND:
            return row.kind
        if role == HitRoles.HIT:
            return row.hit
        if row.hit is None:
            return _text_of(row, role)
        if role == HitRoles.EXPANDED:
            return self.is_expanded(row.hit)
        return _OF_HIT[role](row.hit) if role in _OF_HIT else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return super().flags(index)
        chosen = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        match index.data(HitRoles.ROW_KIND):
            case "heading":
                return Qt.ItemFlag.ItemNeverHasChildren
            case "more":
                return chosen
        return chosen | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted(index.row() for index in indexes)
        return files_mime([hit.path for row in rows if (hit := self.hit(row))])

    def replace(self, hits: Sequence[Hit]) -> None:
        """Show other results by removing, moving, inserting and changing rows, so that selection and scroll stay."""
        self._hits = list(hits)
        self._sections = self._sections_of(self._hits)
        self._expanded &= {path for hit in hits for path in hit.paths}
        self._update_rows()

    def _update_rows(self) -> None:
        target = list(rows_of(self._sections, self._expanded, self._unfolded, self._passages))
        keys = {row.key for row in target}
        end = len(self._rows)
        for is_gone, group in groupby(reversed(self._rows[:]), lambda row: row.key not in keys):
            start = end - len(list(group))
            if is_gone:
                self.beginRemoveRows(NO_PARENT, start, end - 1)
                del self._rows[start:end]
                self.endRemoveRows()
            end = start
        here, number = {row.key for row in self._rows}, 0
        for is_new, group in groupby(target, lambda row: row.key not in here):
            rows = list(group)
            if is_new:
                self.beginInsertRows(NO_PARENT, number, number + len(rows) - 1)
                self._rows[number:number] = rows
                self.endInsertRows()
            else:
                for at, row in enumerate(rows, number):
                    self._set_row(at, row)
            number += len(rows)

    def _set_row(self, number: int, row: ResultRow) -> None:
        """Put a row that is in the list to its place; those before it are at theirs."""
        old = next(at for at in range(number, len(self._rows)) if self._rows[at].key == row.key)
        if old != number:
            self.beginMoveRows(NO_PARENT, old, old, NO_PARENT, number)
            self._rows.insert(number, self._rows.pop(old))
            self.endMoveRows()
        if self._rows[number] != row:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))


def _text_of(row: ResultRow, role: int) -> str | None:
    """What a row without a hit says."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return row.text
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.text}. {row.note}" if row.note else row.text
        case HitRoles.NOTE:
            return row.note
    return None
