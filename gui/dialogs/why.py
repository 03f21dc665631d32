"""The dialog that explains why a file is not found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from core.document import Retriever
from core.errors import FindlingError
from core.events import FileExplanation
from core.messages import terms, tr
from gui.runtime.desktop_services import documents_folder
from gui.runtime.latest_task import LatestTask
from gui.search.drop_overlay import DropOverlay
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, Symbol, TextButton, label, resize_to_screen

if TYPE_CHECKING:
    from core.library import Library


class WhyDialog(QDialog):
    """Explains one file at a time; with a query, also the file's rank for each retriever."""

    help_page = "problems.md"

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._query = ""
        self.setWindowTitle(tr("Why isn’t this file found?"))
        resize_to_screen(self, 560, 320)
        self.file = label("", factor=1.2, weight=QFont.Weight.DemiBold, elided=ELIDE_MIDDLE)
        self.folder = label("", dim=True, elided=ELIDE_MIDDLE)
        self.sentence = label("", wrap=True)
        self.remedy = label("", dim=True, wrap=True)
        self.ranks = label("", dim=True, wrap=True)
        self.choose = TextButton(tr("Choose file…"), "", "folder-open")
        close = TextButton(tr("Close"))
        self.choose.clicked.connect(self._choose)
        close.clicked.connect(self.close)
        for button in (self.choose, close):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(10)
        for text in (self.file, self.folder, self.sentence, self.remedy, self.ranks):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        column.addStretch(1)
        column.addLayout(_row(Symbol("info", 16), label(tr("You can also drop a file on this window."), dim=True)))
        column.addLayout(_row(self.choose, None, close))
        self.overlay = DropOverlay(self, tr("Drop a file to check it"), symbol="search")
        self.overlay.dropped.connect(self._dropped)
        self.task = LatestTask(self._explain, "why", self)
        self.task.result_ready.connect(self._show)
        self.task.failed.connect(self._failed)
        self._empty()

    def open_for(self, query: str, path: str = "") -> None:
        """Show the dialog for a query, and explain a file if one is given."""
        self._query = query.strip()
        if path:
            self.explain(path)
        self.choose.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def explain(self, path: str) -> None:
        """Explain the state of a file."""
        self.file.setText(messages.shown_name(path))
        self._show_text(tr("Checking…"), folder=messages.shown_path(os.path.dirname(path)))
        self.task.submit((path, self._query))

    def stop(self) -> None:
        """End the thread, and close."""
        self.task.stop()
        self.close()

    def _empty(self) -> None:
        self.file.setText(tr("Choose a file"))
        self._show_text(tr("Findling shows whether the file is indexed, excluded, unreadable or still waiting."))

    def _show_text(self, sentence: str, remedy: str = "", ranks: str = "", folder: str = "") -> None:
        """Show these texts; an empty one takes no room, an empty folder keeps the one shown."""
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.ranks.setText(ranks)
        self.folder.setText(folder or self.folder.text())
        for text in (self.folder, self.remedy, self.ranks):
            text.setVisible(bool(text.text()))

    def _explain(self, request: object) -> Iterator[FileExplanation]:
        path, query = cast("tuple[str, str]", request)
        yield self._library.diagnostics.why(path, query)

    @Slot(object, object)
    def _show(self, request: tuple[str, str], explanation: FileExplanation) -> None:
        ranks = [_rank(retriever, rank) for retriever, rank in explanation.ranks]
        text = tr("For “{query}”: {ranks}", query=request[1], ranks=terms.listed(ranks, tr("; "))) if ranks else ""
        self._show_text(explanation.sentence, explanation.remedy, text)

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self._show_text(*messages.trouble(error))

    @Slot(list)
    def _dropped(self, paths: list[str]) -> None:
        self.explain(paths[0])

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose a file that is not found"), documents_folder())
        if path:
            self.explain(path)


def _rank(name: Retriever, rank: int | None) -> str:
    """The rank of a file in the results of a retriever."""
    retriever = terms.retriever_title(name)
    if rank is None:
        return tr("{retriever}: not among the first results", retriever=retriever)
    return tr("{retriever}: rank {rank}", retriever=retriever, rank=rank)


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    if widgets[-1] is not None and None not in widgets:
        row.addStretch(1)
    return row
