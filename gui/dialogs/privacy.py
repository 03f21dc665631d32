"""What leaves this computer, where the library is, and every connection that was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.errors import FindlingError
from core.messages import tr
from gui.dialogs.connections_model import COUNT, HOST, RECEIVED, SENT, WHEN, WHY, ConnectionsModel
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, Symbol, TextButton, label, resize_to_screen

if TYPE_CHECKING:
    from core.library import Library, PrivacyReport

LONG_DATE = 1_798_675_200.0  # 31 December 2026: as wide as a date gets in each language
CELL_PADDING = 20  # pixels beside the text of a cell


class PrivacyView(QWidget):
    """Shows a `PrivacyReport`; emits `folder_requested(path)` for the library's folder."""

    folder_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = ""
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold, wrap=True)
        self.promise = label("", dim=True, wrap=True)
        self.symbol = Symbol("check", 28, "good")
        self.place = label("", elided=ELIDE_MIDDLE)
        self.size_text = label("", dim=True)
        self.open_folder = TextButton(tr("Open folder"), "", "folder-open")
        self.open_folder.clicked.connect(self._open_folder)
        self.rows = ConnectionsModel(self)
        self.table = self._make_table()
        self.empty = label(tr("Findling has not connected to another computer."), wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.table)
        self._lay_out()

    def show_report(self, report: PrivacyReport) -> None:
        """Show this report."""
        self._library = report.library
        if report.server:
            self.symbol.set("info", "accent")
            self.title.setText(tr("Your documents’ text goes to {server}", server=report.server))
            self.promise.setText(
                tr("You chose this server for search by meaning. It receives the text of your documents and queries.")
            )
        elif report.vector_server:
            self.symbol.set("info", "accent")
            self.title.setText(tr("Your documents’ vectors go to {server}", server=report.vector_server))
            self.promise.setText(
                tr(
                    "You chose this server as the vector store. It receives numbers made from your documents and "
                    "queries, from which their subjects can be guessed, and no text."
                )
            )
        elif report.team_library:
            self.symbol.set("info", "accent")
            self.title.setText(tr("The text of your searches goes to {server}", server=report.team_library))
            self.promise.setText(tr("You added this team library. It receives nothing of your documents."))
        else:
            self.symbol.set("check", "good")
            self.title.setText(tr("Nothing leaves this computer"))
            self.promise.setText(
                tr("Your documents, queries and results stay here. There is no account and no telemetry.")
            )
        if report.server and report.vector_server:
            store = tr("The vector store {server} receives their vectors.", server=report.vector_server)
            self.promise.setText(f"{self.promise.text()} {store}")
        if report.team_library and (report.server or report.vector_server):
            asked = tr("The text of each search goes to the team library at {server}, too.", server=report.team_library)
            self.promise.setText(f"{self.promise.text()} {asked}")
        self.place.setText(messages.shown_path(report.library))
        self.size_text.setText(messages.size(report.size))
        self.rows.replace(report.connections)
        self.pages.setCurrentWidget(self.table if report.connections else self.empty)

    def show_failure(self, sentence: str) -> None:
        """Show why there is no report."""
        self.symbol.set("warning", "bad")
        self.title.setText(sentence)
        self.promise.clear()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.title)
        words.addWidget(self.promise)
        top = QHBoxLayout()
        top.setSpacing(14)
        top.addWidget(self.symbol, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        kept = QHBoxLayout()
        kept.setSpacing(12)
        kept.addWidget(self.place, 1)
        kept.addWidget(self.size_text)
        kept.addWidget(self.open_folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addSpacing(12)
        column.addWidget(label(tr("What Findling keeps"), weight=QFont.Weight.DemiBold))
        column.addWidget(
            label(tr("The text of your documents and the indexes, in a folder only you can open."), dim=True, wrap=True)
        )
        column.addLayout(kept)
        column.addSpacing(12)
        column.addWidget(label(tr("Connections to other computers"), weight=QFont.Weight.DemiBold))
        column.addWidget(
            label(
                tr("Each one is listed here before it is made: downloads that you start, and your own server."),
                dim=True,
                wrap=True,
            )
        )
        column.addWidget(self.pages, 1)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.rows)
        table.setAccessibleName(tr("Connections to other computers"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setIconSize(QSize(0, 0))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 12)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in ((WHEN, 110), (HOST, 220), (COUNT, 76), (SENT, 84), (RECEIVED, 84)):
            table.setColumnWidth(column, max(width, header.sectionSizeHint(column)))
        dates = table.fontMetrics().horizontalAdvance(messages.date(LONG_DATE)) + CELL_PADDING
        table.setColumnWidth(WHEN, max(table.columnWidth(WHEN), dates))
        header.setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        return table

    @Slot()
    def _open_folder(self) -> None:
        self.folder_requested.emit(self._library)


class PrivacyDialog(QDialog):
    """The view in a window of its own; it is loaded on a thread when it is opened."""

    help_page = "privacy.md"

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self.setWindowTitle(tr("Privacy"))
        resize_to_screen(self, 960, 540)
        self.view = PrivacyView()
        close = TextButton(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)
        self.task = LatestTask(self._load, "privacy", self)
        self.task.result_ready.connect(self._show)
        self.task.failed.connect(self._failed)

    @Slot()
    def open_view(self) -> None:
        """Show the dialog, and load the report."""
        self.task.submit("privacy")
        self.open()  # modal, so that it is not blocked by the settings

    def stop(self) -> None:
        """Close, and end the thread."""
        self.task.stop()
        self.close()

    def _load(self, _request: object) -> Iterator[PrivacyReport]:
        yield self._library.diagnostics.privacy()

    @Slot(object, object)
    def _show(self, _request: object, report: PrivacyReport) -> None:
        self.view.show_report(report)

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.view.show_failure(messages.error_text(error)[0])
