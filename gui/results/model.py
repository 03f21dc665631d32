"""The hits as a Qt list model keyed by path: new results move rows instead of resetting the model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from core.document import RETRIEVERS, Hit
from core.messages import terms, tr
from gui.text import messages

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
MIN_STRENGTH = 0.12  # share of the bar that is always filled


class HitRoles(IntEnum):
    """Roles of a row beside Qt's own."""

    HIT = Qt.ItemDataRole.UserRole + 1
    PATH = Qt.ItemDataRole.UserRole + 2
    TITLE = Qt.ItemDataRole.UserRole + 3
    WHERE = Qt.ItemDataRole.UserRole + 4
    PLACE = Qt.ItemDataRole.UserRole + 5
    DATE = Qt.ItemDataRole.UserRole + 6
    STRENGTH = Qt.ItemDataRole.UserRole + 7
    VERSIONS = Qt.ItemDataRole.UserRole + 8
    EXPANDED = Qt.ItemDataRole.UserRole + 9
    IS_VERSION = Qt.ItemDataRole.UserRole + 10


def title(hit: Hit) -> str:
    """A row's title: the document's title, else the file's name."""
    return hit.title.strip() or messages.shown_name(hit.path)


def where(hit: Hit) -> str:
    """The folder of a hit, or its full path if the row's title is not the file's name."""
    named = hit.title.strip() in {"", os.path.basename(hit.path)}
    return messages.shown_path(os.path.dirname(hit.path) if named else hit.path)


def place(hit: Hit) -> str:
    """The page, slide or sheet of the best passage."""
    return messages.place(hit.passages[0]) if hit.passages else terms.place(None, hit.page)


def files_mime(paths: Sequence[str]) -> QMimeData:
    """Files in the formats that other programs paste and drop."""
    urls = [QUrl.fromLocalFile(path) for path in paths]
    mime = QMimeData()
    mime.setUrls(urls)
    mime.setText("\n".join(messages.shown_path(path) if "\udc80" in path else path for path in paths))
    copied = "\n".join(["copy", *(bytes(url.toEncoded().data()).decode() for url in urls)])
    mime.setData("x-special/gnome-copied-files", QByteArray(copied.encode()))
    return mime


class ResultRow(NamedTuple):
    """A hit in a row: a result, or a version shown below its result."""

    hit: Hit
    is_version: bool = False


class ResultsModel(QAbstractListModel):
    """The rows of the result list; the versions of a result are hidden until it is expanded."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []
        self._rows: list[ResultRow] = []
        self._expanded: set[str] = set()  # paths of all files of the expanded results

    def hits(self) -> list[Hit]:
        """The hits of all rows."""
        return [row.hit for row in self._rows]

    def results(self) -> list[Hit]:
        """The results in order, each with its versions."""
        return list(self._hits)

    def hit(self, row: int) -> Hit | None:
        return self._rows[row].hit if 0 <= row < len(self._rows) else None

    def row_of(self, path: str) -> int:
        """The row of a path, or -1."""
        return next((number for number, row in enumerate(self._rows) if row.hit.path == path), -1)

    def row_containing(self, path: str) -> int:
        """The row of a path, else of the result of which it is a version, else -1."""
        row = self.row_of(path)
        return row if row >= 0 else next((at for at, row in enumerate(self._rows) if path in row.hit.paths), -1)

    def result_row(self, row: int) -> int:
        """The row of the result that a version belongs to; the row itself if it is no version."""
        while row > 0 and self._rows[row].is_version:
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
        self._update_rows(self._target_rows())
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None or not index.isValid():
            return None
        if role == HitRoles.IS_VERSION:
            return self._rows[index.row()].is_version
        return self._value(hit, role)

    def _value(self, hit: Hit, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole | HitRoles.TITLE:
                return title(hit)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(hit)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(hit)
            case HitRoles.HIT:
                return hit
            case HitRoles.PATH:
                return hit.path
            case HitRoles.WHERE:
                return where(hit)
            case HitRoles.PLACE:
                return place(hit)
            case HitRoles.DATE:
                return messages.date(hit.modified)
            case HitRoles.STRENGTH:
                return self._strength(hit)
            case HitRoles.VERSIONS:
                return len(hit.versions)
            case HitRoles.EXPANDED:
                return self.is_expanded(hit)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = super().flags(index)
        return base | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren if index.isValid() else base

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return files_mime([hit.path for index in indexes if (hit := self.hit(index.row()))])

    def replace(self, hits: Sequence[Hit]) -> None:
        """Show other results by removing, moving, inserting and changing rows, so that selection and scroll stay."""
        best_before = self._best_score()
        self._hits = list(hits)
        self._expanded &= {path for hit in hits for path in hit.paths}
        self._update_rows(self._target_rows())
        if self._rows and best_before != self._best_score():
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [HitRoles.STRENGTH])

    def _target_rows(self) -> list[ResultRow]:
        """The rows for the current results and their expansion."""
        rows: list[ResultRow] = []
        for hit in self._hits:
            below = hit.versions if self.is_expanded(hit) else ()
            rows += [ResultRow(hit), *(ResultRow(version, is_version=True) for version in below)]
        return rows

    def _update_rows(self, target: Sequence[ResultRow]) -> None:
        paths = {row.hit.path for row in target}
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].hit.path not in paths:
                self.beginRemoveRows(NO_PARENT, number, number)
                del self._rows[number]
                self.endRemoveRows()
        for number, row in enumerate(target):
            self._set_row(number, row)

    def _set_row(self, number: int, row: ResultRow) -> None:
        old = self.row_of(row.hit.path)
        if old < 0:
            self.beginInsertRows(NO_PARENT, number, number)
            self._rows.insert(number, row)
            self.endInsertRows()
            return
        if old != number:
            self.beginMoveRows(NO_PARENT, old, old, NO_PARENT, number)
            self._rows.insert(number, self._rows.pop(old))
            self.endMoveRows()
        if self._rows[number] != row:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))

    def _best_score(self) -> float:
        return max((hit.score for hit in self._hits), default=0.0)

    def _strength(self, hit: Hit) -> float:
        best = self._best_score()
        return max(MIN_STRENGTH, min(1.0, hit.score / best)) if best > 0 else MIN_STRENGTH

    def _accessible_text(self, hit: Hit) -> str:
        retrievers = terms.listed([terms.retriever(name) for name in RETRIEVERS if name in hit.lanes])
        parts = [
            title(hit),
            place(hit),
            hit.snippet,
            where(hit),
            messages.date(hit.modified),
            tr("found by {retrievers}", retrievers=retrievers) if retrievers else "",
            terms.strength(hit.band),
            terms.versions(len(hit.versions)),
        ]
        return ". ".join(part for part in parts if part)

    def _tool_tip(self, hit: Hit) -> str:
        lines = [messages.shown_path(hit.path)]
        lines += [tr("Same content: {path}", path=messages.shown_path(path)) for path in hit.also_at]
        lines += [tr("Similar version: {path}", path=messages.shown_path(version.path)) for version in hit.versions]
        return "\n".join([*lines, terms.strength(hit.band)])
