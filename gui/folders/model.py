"""The item model of the folders, keyed by path, and the delegate that paints their rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Any, cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.events import Folder
from core.messages import ntr, tr
from gui.text import messages
from gui.widgets.assets import picture, symbol
from gui.widgets.plain_text import elided, tool_tip
from gui.widgets.theme import colours, scaled

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
ICON = 18
SMALL = 0.88


class FolderRoles(IntEnum):
    """Item data roles beside Qt's own."""

    FOLDER = Qt.ItemDataRole.UserRole + 1
    STATE = Qt.ItemDataRole.UserRole + 2
    MARKED = Qt.ItemDataRole.UserRole + 3


class FoldersModel(QAbstractListModel):
    """The rows of the folder list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders: list[Folder] = []
        self._marked: frozenset[str] = frozenset()

    def mark(self, paths: Collection[str]) -> None:
        """Mark some folders as those that are searched in."""
        if frozenset(paths) != self._marked:
            self._marked = frozenset(paths)
            if self._folders:
                self.dataChanged.emit(self.index(0), self.index(len(self._folders) - 1))

    def folder(self, row: int) -> Folder | None:
        return self._folders[row] if 0 <= row < len(self._folders) else None

    def row_of(self, path: str) -> int:
        return next((row for row, folder in enumerate(self._folders) if folder.path == path), -1)

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._folders)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        folder = self.folder(index.row())
        if folder is None or not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return messages.shown_name(folder.path)
            case Qt.ItemDataRole.ToolTipRole:
                return tool_tip(messages.shown_path(folder.path))
            case Qt.ItemDataRole.AccessibleTextRole:
                state = tr("Searched only") if folder.path in self._marked else folder_state(folder)
                return tr("{folder}. {state}", folder=messages.shown_path(folder.path), state=state)
            case FolderRoles.MARKED:
                return folder.path in self._marked
            case FolderRoles.STATE:
                return folder_state(folder)
            case FolderRoles.FOLDER:
                return folder
        return None

    def replace(self, folders: Sequence[Folder]) -> None:
        """Show these folders; a change of counts alone does not reset the model."""
        if [folder.path for folder in folders] == [folder.path for folder in self._folders]:
            if list(folders) != self._folders:
                self._folders = list(folders)
                self.dataChanged.emit(self.index(0), self.index(len(self._folders) - 1))
            return
        self.beginResetModel()
        self._folders = list(folders)
        self.endResetModel()


class FolderDelegate(QStyledItemDelegate):
    """Paints a folder's row: icon, name, and the number of files or that it is not connected."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        small = QFontMetrics(scaled(option.font, SMALL)).height()
        return QSize(120, option.fontMetrics.height() + small + 2 + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        folder = cast(Folder, index.data(FolderRoles.FOLDER))
        these = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(index.data(FolderRoles.MARKED))
        ground = QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected):
            painter.setBrush(these.selected if chosen else these.soft)
            painter.drawRoundedRect(ground, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(these.accent, 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 5, 5)
        text = these.selected_text if chosen else these.text
        dim = these.selected_text if chosen and these.selected_text != these.text else these.dim
        warn = these.warn if not folder.connected else dim
        self._paint_text(painter, option, index, (text, warn), "warning" if not folder.connected else _icon(folder))
        painter.restore()

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, index: Index, inks: Any, icon: str) -> None:
        text, second = inks
        room = option.rect.adjusted(20, 8, -16, -8)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        left = room.right() - ICON + 1 if mirrored else room.left()
        density = painter.device().devicePixelRatio()
        drawn = symbol(icon, second, ICON, density) if icon else picture("document", ICON, density)
        painter.drawPixmap(left, room.top() + 1, drawn)
        room = room.adjusted(0, 0, -ICON - 10, 0) if mirrored else room.adjusted(ICON + 10, 0, 0, 0)
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        top = QRect(room.left(), room.top(), room.width(), option.fontMetrics.height())
        small = scaled(option.font, SMALL)
        for font, ink, role, place in (
            (QFont(option.font), text, int(Qt.ItemDataRole.DisplayRole), top),
            (small, second, int(FolderRoles.STATE), top.translated(0, top.height() + 2)),
        ):
            painter.setFont(font)
            painter.setPen(ink)
            shown = elided(str(index.data(role)), QFontMetrics(font), place.width(), Qt.TextElideMode.ElideMiddle)
            painter.drawText(place, int(side.value) | int(Qt.AlignmentFlag.AlignVCenter.value), shown)


def _icon(folder: Folder) -> str:
    """The folder's symbol; none for a single file, which has a picture."""
    return "" if folder.single else "folder"


def folder_state(folder: Folder) -> str:
    """The second line of a folder's row."""
    if not folder.connected:
        return tr("Deleted or moved") if folder.single and not folder.files else tr("Not connected")
    if folder.single:
        return tr("Single file")
    if folder.away:
        return ntr(
            "{count} file; not connected: {disks}",
            "{count} files; not connected: {disks}",
            folder.files,
            disks=", ".join(map(messages.shown_name, folder.away)),
        )
    return ntr("{count} file", "{count} files", folder.files)
