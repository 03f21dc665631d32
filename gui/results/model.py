"""The hits as a Qt list, keyed by path: a new answer moves rows instead of making the list anew."""

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
from gui.text import messages

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
WEAKEST = 0.12


class HitRoles(IntEnum):
    """What the delegate and the tests ask of a row, beside Qt's own roles."""

    HIT = Qt.ItemDataRole.UserRole + 1
    PATH = Qt.ItemDataRole.UserRole + 2
    TITLE = Qt.ItemDataRole.UserRole + 3
    WHERE = Qt.ItemDataRole.UserRole + 4
    PLACE = Qt.ItemDataRole.UserRole + 5
    DATE = Qt.ItemDataRole.UserRole + 6
    STRENGTH = Qt.ItemDataRole.UserRole + 7
    VERSIONS = Qt.ItemDataRole.UserRole + 8
    UNFOLDED = Qt.ItemDataRole.UserRole + 9
    IS_VERSION = Qt.ItemDataRole.UserRole + 10


def title(hit: Hit) -> str:
    """What a row is headed with: the document's title, else the file's name."""
    return hit.title.strip() or messages.shown_name(hit.path)


def where(hit: Hit) -> str:
    """The row's place on disk: the folder, and the file's name too where the title hides it."""
    named = hit.title.strip() in {"", os.path.basename(hit.path)}
    return messages.shown_path(os.path.dirname(hit.path) if named else hit.path)


def place(hit: Hit) -> str:
    """The page, slide or sheet of the best passage."""
    return messages.place(hit.passages[0]) if hit.passages else messages.unit_place(None, hit.page)


def files_mime(paths: Sequence[str]) -> QMimeData:
    """Files as other programs take them, from the clipboard or by dragging."""
    urls = [QUrl.fromLocalFile(path) for path in paths]
    mime = QMimeData()
    mime.setUrls(urls)
    mime.setText("\n".join(messages.shown_path(path) if "\udc80" in path else path for path in paths))
    copied = "\n".join(["copy", *(bytes(url.toEncoded().data()).decode() for url in urls)])
    mime.setData("x-special/gnome-copied-files", QByteArray(copied.encode()))
    return mime


class ResultRow(NamedTuple):
    """A hit as it is shown: in a place of its own, or below another one of which it is a version."""

    hit: Hit
    is_version: bool = False


class ResultsModel(QAbstractListModel):
    """The rows of the result list; versions of a text are folded under the first of them until they are asked for."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: list[Hit] = []
        self._rows: list[ResultRow] = []
        self._unfolded: set[str] = set()  # paths of all files of the places that are

    def hits(self) -> list[Hit]:
        """The hits of all rows."""
        return [row.hit for row in self._rows]

    def places(self) -> list[Hit]:
        """The hits that have a place of their own, with their versions in them."""
        return list(self._hits)

    def hit(self, row: int) -> Hit | None:
        return self._rows[row].hit if 0 <= row < len(self._rows) else None

    def row_of(self, path: str) -> int:
        """The row of that path; -1 if it has none."""
        return next((number for number, row in enumerate(self._rows) if row.hit.path == path), -1)

    def place_of(self, path: str) -> int:
        """The row of that path, or the one that it is folded under; -1 if it is not in the list."""
        row = self.row_of(path)
        return row if row >= 0 else next((at for at, row in enumerate(self._rows) if path in row.hit.paths), -1)

    def first_of(self, row: int) -> int:
        """The row that a version is shown below; the row itself if it is none."""
        while row > 0 and self._rows[row].is_version:
            row -= 1
        return row

    def is_unfolded(self, hit: Hit) -> bool:
        return bool(hit.versions) and not self._unfolded.isdisjoint(hit.paths)

    def unfold(self, row: int, *, on: bool) -> None:
        """Show the versions below a row, or fold them away."""
        hit = self.hit(row)
        if hit is None or not hit.versions or self.is_unfolded(hit) == on:
            return
        self._unfolded = self._unfolded | set(hit.paths) if on else self._unfolded - set(hit.paths)
        self._become(self._wanted())
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self.hit(index.row())
        if hit is None or not index.isValid():
            return None
        if role == HitRoles.IS_VERSION:
            return self._rows[index.row()].is_version
        return self._of(hit, role)

    def _of(self, hit: Hit, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole | HitRoles.TITLE:
                return title(hit)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(hit)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(hit)
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
            case HitRoles.UNFOLDED:
                return self.is_unfolded(hit)
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
        best_before = self._best()
        self._hits = list(hits)
        self._unfolded &= {path for hit in hits for path in hit.paths}
        self._become(self._wanted())
        if self._rows and best_before != self._best():
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1), [HitRoles.STRENGTH])

    def _wanted(self) -> list[ResultRow]:
        """The rows that there should be."""
        rows: list[ResultRow] = []
        for hit in self._hits:
            below = hit.versions if self.is_unfolded(hit) else ()
            rows += [ResultRow(hit), *(ResultRow(version, is_version=True) for version in below)]
        return rows

    def _become(self, wanted: Sequence[ResultRow]) -> None:
        paths = {row.hit.path for row in wanted}
        for number in range(len(self._rows) - 1, -1, -1):
            if self._rows[number].hit.path not in paths:
                self.beginRemoveRows(NO_PARENT, number, number)
                del self._rows[number]
                self.endRemoveRows()
        for number, row in enumerate(wanted):
            self._put(number, row)

    def _put(self, number: int, row: ResultRow) -> None:
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

    def _best(self) -> float:
        return max((hit.score for hit in self._hits), default=0.0)

    def _strength(self, hit: Hit) -> float:
        best = self._best()
        return max(WEAKEST, min(1.0, hit.score / best)) if best > 0 else WEAKEST

    def _spoken(self, hit: Hit) -> str:
        lanes = ", ".join(messages.retriever(retriever) for retriever in RETRIEVERS if retriever in hit.lanes)
        found = self.tr("found by {}").format(lanes) if lanes else ""
        parts = [
            title(hit),
            place(hit),
            hit.snippet,
            where(hit),
            messages.date(hit.modified),
            found,
            messages.band(hit.band),
            messages.versions(len(hit.versions)),
        ]
        return ". ".join(part for part in parts if part)

    def _tip(self, hit: Hit) -> str:
        others = [self.tr("also at {}").format(messages.shown_path(path)) for path in hit.also_at]
        others += [self.tr("much the same: {}").format(messages.shown_path(version.path)) for version in hit.versions]
        return "\n".join([messages.shown_path(hit.path), *others, messages.band(hit.band).capitalize()])
