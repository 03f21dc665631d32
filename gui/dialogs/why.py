"""Why isn't this file found: drop a file or choose one, and read its exact state."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import FileExplanation
from gui.runtime.desktop_services import documents_folder
from gui.runtime.latest_task import LatestTask
from gui.search.drop_overlay import DropOverlay
from gui.text import messages
from gui.widgets.basic import CUT_MIDDLE, Symbol, TextButton, label, resize_to_screen

if TYPE_CHECKING:
    from core.library import Library


class WhyDialog(QDialog):
    """Asks the library about one file at a time; with a query it tells the file's ranks for it, too."""

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._query = ""
        self.setWindowTitle(self.tr("Why isn't this file found?"))
        resize_to_screen(self, 560, 320)
        self.file = label("", factor=1.2, weight=QFont.Weight.DemiBold, elided=CUT_MIDDLE)
        self.folder = label("", dim=True, elided=CUT_MIDDLE)
        self.sentence = label("", wrap=True)
        self.remedy = label("", dim=True, wrap=True)
        self.ranks = label("", dim=True, wrap=True)
        self.choose = TextButton(self.tr("Choose a file…"), "", "folder-open")
        close = TextButton(self.tr("Close"))
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
        column.addLayout(
            _row(Symbol("info", 16), label(self.tr("Drop a file on this window to ask about it."), dim=True))
        )
        column.addLayout(_row(self.choose, None, close))
        self.overlay = DropOverlay(self, self.tr("Drop a file to ask about it"), symbol="search")
        self.overlay.dropped.connect(self._dropped)
        self.asking = LatestTask(self._answers, "why", self)
        self.asking.result_ready.connect(self._show)
        self.asking.failed.connect(self._failed)
        self._empty()

    def open_for(self, query: str, path: str = "") -> None:
        """Show the dialog for a query that did not find what it should, and ask about a file if one is known."""
        self._query = query.strip()
        if path:
            self.ask(path)
        self.choose.setFocus()
        self.show()
        self.raise_()
        self.activateWindow()

    def ask(self, path: str) -> None:
        """Ask about a file."""
        self.file.setText(messages.shown_name(path))
        self._say(self.tr("Looking…"), folder=messages.shown_path(os.path.dirname(path)))
        self.asking.submit((path, self._query))

    def stop(self) -> None:
        """Ask nothing more, and close."""
        self.asking.stop()
        self.close()

    def _empty(self) -> None:
        self.file.setText(self.tr("Which file?"))
        self._say(self.tr("Findling tells whether it was read, what left it out, or where it is in the queue."))

    def _say(self, sentence: str, remedy: str = "", ranks: str = "", folder: str = "") -> None:
        """Show that; what is not said takes no room, and the folder stays."""
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.ranks.setText(ranks)
        self.folder.setText(folder or self.folder.text())
        for text in (self.folder, self.remedy, self.ranks):
            text.setVisible(bool(text.text()))

    def _answers(self, question: object) -> Iterator[FileExplanation]:
        path, query = cast("tuple[str, str]", question)
        yield self._library.why(path, query)

    @Slot(object, object)
    def _show(self, question: tuple[str, str], told: FileExplanation) -> None:
        places = [
            self.tr("{retriever}: no. {place}").format(
                retriever=messages.retriever_title(retriever), place=messages.number(rank)
            )
            if rank is not None
            else self.tr("{retriever}: further down, if at all").format(retriever=messages.retriever_title(retriever))
            for retriever, rank in told.ranks
        ]
        says = self.tr("For “{query}”: {places}").format(query=question[1], places=", ".join(places))
        remedy = messages.tr(told.remedy) if told.remedy else ""
        self._say(messages.tr(told.sentence), remedy, says if places else "")

    @Slot(object, object)
    def _failed(self, _question: object, error: FindlingError) -> None:
        self._say(*messages.trouble(error))

    @Slot(list)
    def _dropped(self, paths: list[str]) -> None:
        self.ask(paths[0])

    @Slot()
    def _choose(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Which file isn't found?"), documents_folder())
        if path:
            self.ask(path)


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
