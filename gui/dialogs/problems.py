"""The files that could not be read, each with its reason and remedy."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
)

from core.events import Problem
from core.messages import terms, tr
from gui.dialogs.problems_model import FILE, FOLDER, REASON, REMEDY, ProblemsModel
from gui.pages.welcome import Page, heading
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen


class ProblemsDialog(QDialog):
    """Emits `retry_requested(paths)` (an empty list means all) and `folder_requested(path)`."""

    help_page = "problems.md"
    retry_requested = Signal(list)
    folder_requested = Signal(str)

    def __init__(self, parent: object = None) -> None:
        super().__init__(parent)  # type: ignore[arg-type]
        self.setWindowTitle(tr("Problems"))
        resize_to_screen(self, 960, 500)
        self.rows = ProblemsModel(self)
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold)
        self.table = self._make_table()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self._make_empty())
        self.retry_chosen = TextButton(tr("Try again"), "", "refresh")
        self.retry_all = TextButton(tr("Try all again"))
        self.open_folder = TextButton(tr("Open folder"), "", "folder-open")
        self.why = TextButton(tr("Why isn’t a file found?"), "quiet")
        self.check = TextButton(tr("Check the library…"), "quiet")
        close = TextButton(tr("Close"))
        self.retry_chosen.clicked.connect(self._retry_chosen)
        self.retry_all.clicked.connect(self._retry_all)
        self.open_folder.clicked.connect(self._open_folder)
        close.clicked.connect(self.close)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.retry_chosen, self.retry_all, self.open_folder):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.why, self.check, close):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(
            label(tr("You can find these files by name. Their text could not be read, or not all of it."), dim=True)
        )
        column.addWidget(self._pages, 1)
        column.addLayout(buttons)
        self.show_problems([])

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems; the selection is kept."""
        self.rows.replace(problems)
        self.title.setText(terms.problems(len(problems)) if problems else tr("No problems"))
        self._pages.setCurrentIndex(0 if problems else 1)
        self._enable()

    def chosen(self) -> list[Problem]:
        """The selected problems."""
        rows = [self.rows.problem(index.row()) for index in self.table.selectionModel().selectedRows()]
        return [problem for problem in rows if problem is not None]

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.rows)
        table.setAccessibleName(tr("Files with problems"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(2 * table.fontMetrics().height() + 16)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in ((FILE, 200), (REASON, 260), (REMEDY, 270), (FOLDER, 160)):
            table.setColumnWidth(column, width)
        header.setStretchLastSection(True)
        return table

    def _make_empty(self) -> Page:
        page = Page()
        page.add(
            Symbol("check", 40, "good"),
            12,
            heading(tr("All files are readable")),
            label(tr("Files that Findling cannot read appear here with the reason."), dim=True, wrap=True),
        )
        return page

    @Slot()
    def _enable(self) -> None:
        chosen = self.chosen()
        self.retry_chosen.setEnabled(bool(chosen))
        self.open_folder.setEnabled(len(chosen) == 1)
        self.retry_all.setEnabled(self.rows.rowCount() > 0)

    @Slot()
    def _retry_chosen(self) -> None:
        self.retry_requested.emit([problem.path for problem in self.chosen()])

    @Slot()
    def _retry_all(self) -> None:
        self.retry_requested.emit([])

    @Slot()
    def _open_folder(self) -> None:
        for problem in self.chosen()[:1]:
            self.folder_requested.emit(problem.path)
