"""Tables as tables: a tab for each sheet, and the cells with what was found marked."""

from __future__ import annotations

from bisect import bisect_right

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.document import Document
from core.messages import tr
from gui.preview.kinds import suffix
from gui.preview.page_marks import Marks
from gui.preview.table_rows import Cell, Sheet, sheets_of
from gui.widgets.theme import colours

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
SAMPLE_ROWS = 60
MIN_COLUMN, MAX_COLUMN = 60, 320  # pixels
CELL_ROOM = 24


class SheetModel(QAbstractTableModel):
    """The rows of one sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = Sheet("", ())
        self._columns = 0
        self._marks = Marks()

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet."""
        self.beginResetModel()
        self.sheet, self._columns = sheet, sheet.columns
        self.endResetModel()

    def show_marks(self, marks: Marks) -> None:
        """Mark the cells that have words of the query."""
        self._marks = marks
        if self.sheet.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.sheet.rows) - 1, max(self._columns - 1, 0)))

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.sheet.rows)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self._cell(index)
        if cell is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.BackgroundRole:
                return self._background(cell)
            case Qt.ItemDataRole.ForegroundRole:
                return self._foreground(cell)
            case Qt.ItemDataRole.FontRole if index.row() == 0:
                font = QFont()
                font.setWeight(QFont.Weight.DemiBold)
                return font
            case Qt.ItemDataRole.TextAlignmentRole if _is_number(cell.text):
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return super().headerData(section, orientation, role)
        return str(section + 1) if orientation == Qt.Orientation.Vertical else column_letters(section)

    def place_of(self, offset: int) -> QModelIndex:
        """The cell at an offset of the document's text; an invalid index if it is in none."""
        rows = self.sheet.rows
        row = bisect_right(rows, offset, key=lambda cells: cells[0].start) - 1
        if row < 0:
            return QModelIndex()
        column = bisect_right(rows[row], offset, key=lambda cell: cell.start) - 1
        return self.index(row, max(column, 0))

    def _cell(self, index: Index) -> Cell | None:
        row = self.sheet.rows[index.row()] if index.isValid() else ()
        return row[index.column()] if index.column() < len(row) else None

    def _foreground(self, cell: Cell) -> QColor | None:
        background = self._background(cell)
        if background is None:
            return None
        return colours().current_mark_text if background == colours().current_mark else colours().mark_text

    def _background(self, cell: Cell) -> QColor | None:
        """The colour of a cell with a word of the query, or with the word that is current."""
        words, current = self._marks.words, self._marks.current_span
        if current is not None and cell.start <= current[0] < max(cell.end, cell.start + 1):
            return colours().current_mark
        after = bisect_right(words, (cell.start, 0)) if words else 0
        return colours().mark if after < len(words) and words[after][0] < cell.end else None


def column_letters(column: int) -> str:
    """The name of a column, counted from 0, as spreadsheets have it: A to Z, AA, AB, ..."""
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters


def _is_number(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return 0 < digits >= len(text.strip()) / 2 and not any(letter.isalpha() for letter in text)


class TableView(QWidget):
    """Shows the sheets of a document, one at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheets: list[Sheet] = []
        self._marks = Marks()
        self._is_showing = False
        self.model = SheetModel(self)
        self.grid = _Grid(self)
        self.grid.setModel(self.model)
        self.tabs = QTabBar(self)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        self.tabs.setAccessibleName(tr("Sheets"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        column.addWidget(self.tabs)
        self.tabs.currentChanged.connect(self._show_sheet)

    def show_document(self, document: Document, path: str) -> None:
        """Show the sheets of a document."""
        self._is_showing = True
        self._sheets = sheets_of(document, suffix(path))
        while self.tabs.count():
            self.tabs.removeTab(0)
        for number, sheet in enumerate(self._sheets, 1):
            name = sheet.name or tr("Sheet {number}", number=number)
            self.tabs.addTab(name.replace("&", "&&"))
        self.tabs.setVisible(len(self._sheets) > 1)
        self._is_showing = False
        self._show_sheet(0)

    def show_marks(self, marks: Marks) -> None:
        """Mark what was found, and go to the sheet and the cell of what is current."""
        self._marks = marks
        self.model.show_marks(marks)
        target = marks.target
        sheet = next(
            (n for n, one in enumerate(self._sheets) if one.rows and target[0] <= one.rows[-1][-1].end),
            len(self._sheets) - 1,
        )
        if sheet != self.tabs.currentIndex() and 0 <= sheet < self.tabs.count():
            self.tabs.setCurrentIndex(sheet)
        place = self.model.place_of(target[0])
        if place.isValid():
            self.grid.selectionModel().setCurrentIndex(place, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.grid.scrollTo(place, QAbstractItemView.ScrollHint.PositionAtCenter)

    @Slot(int)
    def _show_sheet(self, number: int) -> None:
        if self._is_showing or not 0 <= number < len(self._sheets):
            return
        self.model.show_sheet(self._sheets[number])
        self.model.show_marks(self._marks)
        metrics = self.grid.fontMetrics()
        for column in range(min(self.model.columnCount(), 100)):
            texts = [row[column].text[:80] for row in self._sheets[number].rows[:SAMPLE_ROWS] if column < len(row)]
            width = max(map(metrics.horizontalAdvance, texts), default=0) + CELL_ROOM
            self.grid.setColumnWidth(column, min(max(width, MIN_COLUMN), MAX_COLUMN))


class _CellDelegate(QStyledItemDelegate):
    """Paints the colour of a mark, which the style sheet would leave out."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colour = index.data(Qt.ItemDataRole.BackgroundRole)
        if isinstance(colour, QColor):
            painter.fillRect(option.rect, colour)
        super().paint(painter, option, index)


class _Grid(QTableView):
    """A table that is read; typing goes to the search box."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("grid")
        self.setAccessibleName(tr("Table"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setItemDelegate(_CellDelegate(self))
        self.setTabKeyNavigation(False)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.horizontalHeader().setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def _copy(self) -> None:
        """Copy the selected cells, with tabs between them."""
        rows: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda index: (index.row(), index.column())):
            rows.setdefault(index.row(), []).append(str(index.data() or ""))
        if rows:
            QApplication.clipboard().setText("\n".join("\t".join(cells) for cells in rows.values()))
