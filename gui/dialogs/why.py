"""The dialog that explains why a file is not found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
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
from gui.widgets.plain_text import tool_tip

if TYPE_CHECKING:
    from core.library import Library


class WhyDialog(QDialog):
    """Explains one file at a time; with a query, also the file's rank for each retriever.

    `add_requested(folder)` asks for the folder of a file that is in none of the library's folders.
    """

    help_page = "problems.md"
    add_requested = Signal(str)

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
        self.add_folder = TextButton(tr("Add this folder…"), "", "folder-add")
        self.add_folder.clicked.connect(self._ask_add)
        self.add_folder.hide()
        self._path = ""
        self.choose.clicked.connect(self._choose)
        close.clicked.connect(self.close)
        for button in (self.choose, self.add_folder, close):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(10)
        for text in (self.file, self.folder, self.sentence, self.remedy, self.ranks):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(text)
        column.addStretch(1)
        column.addLayout(_row(Symbol("info", 16), label(tr("You can also drop a file on this window."), dim=True)))
        column.addLayout(_row(self.choose, self.add_folder, None, close))
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
        self._path = path
        self.add_folder.hide()
        self.file.setText(messages.unmarked(messages.shown_name(path)))  # it can be copied
        self._show_text(tr("Checking…"), folder=messages.unmarked(messages.shown_path(os.path.dirname(path))))
        self.task.submit((path, self._query))

    @Slot()
    def refresh(self) -> None:
        """Explain the file again: the folders have changed."""
        if self._path and self.isVisible():
            self.explain(self._path)

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
        self._show_text(explanation.sentence, explanation.remedy, _places(request[1], explanation))
        self.add_folder.setVisible(explanation.code == "outside")
        folder = messages.shown_path(self._folder())
        self.add_folder.setAccessibleDescription(folder)
        self.add_folder.setToolTip(tool_tip(folder))

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self._show_text(*messages.error_text(error))

    def _folder(self) -> str:
        """The folder that would be added: the one that the file is in, or the chosen path if that is one."""
        return self._path if os.path.isdir(self._path) else os.path.dirname(self._path)

    @Slot()
    def _ask_add(self) -> None:
        self.add_requested.emit(self._folder())

    @Slot(list)
    def _dropped(self, paths: list[str]) -> None:
        self.explain(paths[0])

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, tr("Choose a file that is not found"), documents_folder())
        if path:
            self.explain(path)


def _places(query: str, explanation: FileExplanation) -> str:
    """Where the file is in the results of a query; empty without a query."""
    if explanation.in_list is None:
        return ""
    ranks = [explanation.in_list.sentence, *(_rank(retriever, rank) for retriever, rank in explanation.ranks)]
    places = tr("For “{query}”: {ranks}", query=query, ranks=terms.listed(ranks, tr("; ")))
    return "\n".join(filter(None, (places, messages.broad_wildcards(explanation.broad_wildcards))))


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
