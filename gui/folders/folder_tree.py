"""The folders of a folder with their sizes, each with a tick to leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from core.messages import tr
from gui.text import messages
from gui.widgets.plain_text import tool_tip

if TYPE_CHECKING:
    from core.library import SubfolderCost

PATH = Qt.ItemDataRole.UserRole
SPECIAL = "\\*?[]!#"  # characters that mean something in a pattern


def pattern_of(path: str) -> str:
    """The line that leaves out a folder, by its relative path, and nothing else."""
    return "/" + "".join(f"\\{char}" if char in SPECIAL else char for char in path) + "/"


def is_left_out(pattern: str, lines: Sequence[str]) -> bool:
    """Whether the last line that names a folder, by its path (its `pattern`) or by its name alone, leaves it out."""
    name = pattern.rstrip("/").rpartition("/")[2]
    naming = {pattern, pattern.rstrip("/"), name, f"{name}/"}
    last = next((line for line in reversed(lines) if line.removeprefix("!") in naming), "!")
    return not last.startswith("!")


class FolderTree(QTreeWidget):
    """Emits `toggled(pattern, left_out)` when a tick is changed; a folder below one that is left out has no choice."""

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Folders to include"))
        self.setColumnCount(3)
        self.setHeaderLabels([tr("Folder"), tr("Files"), tr("Size")])
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._by_path: dict[str, QTreeWidgetItem] = {}
        self._lines: Sequence[str] = ()
        self._is_showing = False
        self.itemChanged.connect(self._changed)

    def show_sizes(self, sizes: Sequence[SubfolderCost]) -> None:
        """Show the folders as far as they are counted; relative paths, each after that of its parent."""
        self._is_showing = True
        for cost in sizes:
            item = self._by_path.get(cost.path)
            if item is None:
                parent, _, name = cost.path.rpartition("/")
                item = QTreeWidgetItem()
                item.setText(0, messages.shown_name(name))
                item.setToolTip(0, tool_tip(messages.shown_path(cost.path)))
                item.setData(0, PATH, cost.path)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                for column in (1, 2):
                    item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                above = self._by_path.get(parent)
                if above is None:
                    self.addTopLevelItem(item)
                else:
                    above.addChild(item)
                self._by_path[cost.path] = item
            item.setText(1, messages.number(cost.files))
            item.setText(2, tr("{size:size}", size=cost.size))
        self._is_showing = False
        self.show_left_out(self._lines)

    def show_left_out(self, lines: Sequence[str]) -> None:
        """Tick the folders that none of these lines names."""
        self._lines = lines
        self._is_showing = True
        for path, item in self._by_path.items():
            parent = item.parent()
            above = parent is not None and (parent.isDisabled() or parent.checkState(0) == Qt.CheckState.Unchecked)
            left_out = is_left_out(pattern_of(path), self._lines)
            item.setCheckState(0, Qt.CheckState.Unchecked if left_out or above else Qt.CheckState.Checked)
            item.setDisabled(above)
        self._is_showing = False

    @Slot(QTreeWidgetItem, int)
    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._is_showing and column == 0:
            self.toggled.emit(pattern_of(item.data(0, PATH)), item.checkState(0) == Qt.CheckState.Unchecked)
