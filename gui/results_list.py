"""The hits as a Qt list, keyed by path: a new answer moves rows instead of making the list anew."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

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

from core.document import LANES, Hit
from gui import wording

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
WEAKEST = 0.12


class Roles(IntEnum):
    """What the delegate and the tests ask of a row, beside Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole + 1
    PATH = Qt.ItemDataRole.UserRole + 2
    TITLE = Qt.ItemDataRole.UserRole + 3
    WHERE = Qt.ItemDataRole.UserRole + 4
    PLACE = Qt.ItemDataRole.UserRole + 5
    DATE = Qt.ItemDataRole.UserRole + 6
    STRENGTH = Qt.ItemDataRole.UserRole + 7


def title(hit: Hit) -> str:
    """What a row is headed with: the document's title, else the file's name."""
    return hit.title.strip() or wording.shown_name(hit.path)


def where(hit: Hit) -> str:
    """The row's place on disk: the folder, and the file's name too where the title hides it."""
    named = hit.title.strip() in {"", os.path.basename(hit.path)}
    return wording.shown_path(os.path.dirname(hit.path) if named else hit.path)


def place(hit: Hit) -> str:
    """The page, slide or sheet of the best passage."""
    return wording.place(hit.passages[0]) if hit.passages else wording.unit_place(None, hit.page)


def files_mime(paths: Sequence[str]) -> QMimeData:
    """Files as other programs take them, from the clipboard or by dragging."""
    urls = [QUrl.fromLocalFile(path) for path in paths]
    mime = QMimeData()
    mime.setUrls(urls)
    mime.setText("\n".join(wording.shown_path(path) if "\udc80" in path else path for path in paths))
    copied = "\n".join(["copy", *(bytes(url.toEncoded().data()).decode() for url in urls)])
    mime.setData("x-special/gnome-copied-files", QByteArray(copied.encode()))
    return mime


class ResultsList(QAbstractListModel):
    """The rows of the result list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []

    def hits(self) -> list[Hit]:
        return list(self._hits)

    def hit(self, row: int) -> Hit | None:
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def row_of(self, path: str) -> int:
        """The row of that path, or -1."""
        return next((row for row, hit in enumerate(self._hits) if hit.path == path), -1)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None or not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Roles.TITLE:
                return title(hit)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(hit)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(hit)
            case Roles.HIT:
                return hit
            case Roles.PATH:
                return hit.path
            case Roles.WHERE:
                return where(hit)
            case Roles.PLACE:
                return place(hit)
            case Roles.DATE:
                return wording.date(hit.modified)
            case Roles.STRENGTH:
                return self._strength(hit)
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
        """Become that list by removing, moving, adding and changing rows, so that selection and scroll stay."""
        wanted = {hit.path for hit in hits}
        for row in range(len(self._hits) - 1, -1, -1):
            if self._hits[row].path not in wanted:
                self.beginRemoveRows(NO_PARENT, row, row)
                del self._hits[row]
                self.endRemoveRows()
        best_before = self._best()
        for row, hit in enumerate(hits):
            self._put(row, hit)
        if self._hits and best_before != self._best():
            self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1), [Roles.STRENGTH])

    def _put(self, row: int, hit: Hit) -> None:
        old = self.row_of(hit.path)
        if old < 0:
            self.beginInsertRows(NO_PARENT, row, row)
            self._hits.insert(row, hit)
            self.endInsertRows()
            return
        if old != row:
            self.beginMoveRows(NO_PARENT, old, old, NO_PARENT, row)
            self._hits.insert(row, self._hits.pop(old))
            self.endMoveRows()
        if self._hits[row] != hit:
            self._hits[row] = hit
            self.dataChanged.emit(self.index(row), self.index(row))

    def _best(self) -> float:
        return max((hit.score for hit in self._hits), default=0.0)

    def _strength(self, hit: Hit) -> float:
        best = self._best()
        return max(WEAKEST, min(1.0, hit.score / best)) if best > 0 else WEAKEST

    def _spoken(self, hit: Hit) -> str:
        lanes = ", ".join(wording.lane(lane) for lane in LANES if lane in hit.lanes)
        found = self.tr("found by {}").format(lanes) if lanes else ""
        parts = [
            title(hit),
            place(hit),
            hit.snippet,
            where(hit),
            wording.date(hit.modified),
            found,
            wording.band(hit.band),
        ]
        return ". ".join(part for part in parts if part)

    def _tip(self, hit: Hit) -> str:
        others = [self.tr("also at {}").format(wording.shown_path(path)) for path in hit.also_at]
        return "\n".join([wording.shown_path(hit.path), *others, wording.band(hit.band).capitalize()])
