"""The list of problems by reason: groups with what would help them, and their files in sortable columns."""

from __future__ import annotations

from PySide6.QtCore import QKeyCombination, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from core.events import Problem
from core.messages import tr
from gui.dialogs.problems_model import DATE, FILE, FOLDER, SIZE, ProblemRoles, ProblemsModel
from gui.widgets.basic import ELIDE_MIDDLE
from gui.widgets.plain_text import elided
from gui.widgets.theme import colours

Index = QModelIndex | QPersistentModelIndex
PADDING = 7  # pixels above and below the text of a group
GAP = 2  # between its lines
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY_ACTIONS = {
    QKeyCombination(Qt.Key.Key_Delete).toCombined(): "ignore",
    QKeyCombination(CONTROL, Qt.Key.Key_Return).toCombined(): "folder",
    QKeyCombination(CONTROL | SHIFT, Qt.Key.Key_C).toCombined(): "copy_path",
}
WIDTHS = {FOLDER: 240, SIZE: 84, DATE: 110}


class ProblemsTree(QTreeView):
    """Emits `opened(problem)` for a file that is activated, and `key_action(name)` for the keys in `KEY_ACTIONS`."""

    opened = Signal(object)
    key_action = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ProblemsModel(self)
        self._collapsed: set[str] = set()  # reasons
        self.setModel(self.rows)
        self.setItemDelegate(GroupDelegate(self))
        self.setAccessibleName(tr("Files with problems"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTextElideMode(ELIDE_MIDDLE)
        self.setIndentation(18)
        self.setExpandsOnDoubleClick(True)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(FILE, QHeaderView.ResizeMode.Stretch)
        for column, width in WIDTHS.items():
            header.resizeSection(column, width)
        self.setSortingEnabled(True)
        self.sortByColumn(FILE, Qt.SortOrder.AscendingOrder)
        self.collapsed.connect(self._remember_collapsed)
        self.expanded.connect(self._forget_collapsed)
        self.activated.connect(self._activate)
        self.rows.rowsInserted.connect(self._show_groups)
        self.rows.modelReset.connect(self._show_groups)

    def chosen(self) -> list[Problem]:
        """The selected files, and those of the selected groups."""
        found = {
            problem.path: problem
            for index in self.selectionModel().selectedRows()
            for problem in self.rows.problems_at(index)
        }
        return list(found.values())

    def select(self, path: str) -> None:
        """Select one file."""
        self.setCurrentIndex(self.rows.index_of(path))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if action := KEY_ACTIONS.get(event.keyCombination().toCombined()):
            self.key_action.emit(action)
            event.accept()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._is_group(self.currentIndex()):
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.viewport().width() < sum(WIDTHS.values()) + WIDTHS[FOLDER]
        self.header().resizeSection(FOLDER, WIDTHS[FOLDER] // 2 if narrow else WIDTHS[FOLDER])
        self.scheduleDelayedItemsLayout()  # the help of a group wraps

    @Slot()
    def _show_groups(self) -> None:
        """Give new groups the whole width, and expand them unless the user collapsed them."""
        for row in range(self.rows.rowCount()):
            group = self.rows.index(row, FILE)
            self.setFirstColumnSpanned(row, QModelIndex(), True)  # noqa: FBT003  Qt's method
            self.setExpanded(group, self._reason(group) not in self._collapsed)

    @Slot(QModelIndex)
    def _remember_collapsed(self, index: QModelIndex) -> None:
        self._collapsed.add(self._reason(index))

    @Slot(QModelIndex)
    def _forget_collapsed(self, index: QModelIndex) -> None:
        self._collapsed.discard(self._reason(index))

    @Slot(QModelIndex)
    def _activate(self, index: QModelIndex) -> None:
        if not self._is_group(index):
            for problem in self.rows.problems_at(index):
                self.opened.emit(problem)

    @staticmethod
    def _reason(index: QModelIndex) -> str:
        return str(index.data(ProblemRoles.REASON))

    @staticmethod
    def _is_group(index: QModelIndex) -> bool:
        return index.isValid() and not index.parent().isValid()


class GroupDelegate(QStyledItemDelegate):
    """Paints a group in two lines: its reason and number of files, and what would help."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if index.parent().isValid():
            super().paint(painter, option, index)
            return
        palette = colours()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        bold = _bold(option.font)
        title = QRect(option.rect.adjusted(4, PADDING, -8, 0))
        title.setHeight(QFontMetrics(bold).height())
        painter.save()
        if is_selected:
            painter.fillRect(option.rect, palette.selected)
        painter.setFont(bold)
        painter.setPen(palette.selected_text if is_selected else palette.text)
        flags = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        shown = elided(str(index.data()), QFontMetrics(bold), title.width())
        painter.drawText(title, flags, shown)
        below = option.rect.adjusted(4, title.bottom() + 1 + GAP - option.rect.top(), -8, 0)
        painter.setFont(option.font)
        painter.setPen(palette.selected_text if is_selected else palette.dim)
        wrapped = int(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(below, wrapped, str(index.data(ProblemRoles.HELP)))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if index.parent().isValid():
            return super().sizeHint(option, index)
        view = self.parent()
        assert isinstance(view, ProblemsTree)
        width = view.viewport().width() - view.indentation() - 12
        metrics = QFontMetrics(view.font())
        wrapped = metrics.boundingRect(
            QRect(0, 0, max(width, 100), 10_000), int(Qt.TextFlag.TextWordWrap), str(index.data(ProblemRoles.HELP))
        )
        return QSize(width, 2 * PADDING + QFontMetrics(_bold(view.font())).height() + GAP + wrapped.height())


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setWeight(QFont.Weight.DemiBold)
    return made
