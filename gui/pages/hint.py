"""The page before a query: recent searches and documents, or examples while there are none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget

from core.events import Progress
from core.messages import tr
from gui.pages.page import Page, heading
from gui.status import progress_text
from gui.text import messages
from gui.widgets import context_menu
from gui.widgets.basic import TextButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.plain_text import tool_tip
from gui.widgets.tab_order import keep_place, stops_in

if TYPE_CHECKING:
    from core.library import HistoryEntry


class HintPage(QScrollArea):
    """Emits `example_chosen(text)` for a search, `document_chosen(path)`, and what is to be forgotten.

    An entry is forgotten by Delete or its menu (`removed(HistoryEntry)`), all of them by `cleared`.
    """

    example_chosen = Signal(str)
    document_chosen = Signal(str)
    removed = Signal(object)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = Page()
        self.coverage = label("", dim=True, wrap=True)
        self.examples = _examples(self)
        self.searches, self.documents = _Recent(tr("Recent searches")), _Recent(tr("Recent documents"))
        self.search_flow = FlowLayout(self.searches.content)
        self.document_column = QVBoxLayout(self.documents.content)
        self.document_column.setContentsMargins(0, 0, 0, 0)
        self.document_column.setSpacing(2)
        self.clear = TextButton(tr("Clear history"), "quiet")
        self.clear.clicked.connect(self.cleared)
        page.add(heading(tr("What are you looking for?")), 4)
        for part in (self.examples, self.searches, self.documents):
            page.column.addWidget(part)
        page.column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        page.add(12, self.coverage)
        self.setWidget(page)
        self.show_history((), ())

    def show_history(self, searches: Sequence[HistoryEntry], documents: Sequence[HistoryEntry]) -> None:
        """Show the last searches and documents; the examples if there are none."""
        for layout in (self.search_flow, self.document_column):
            while (item := layout.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
        for entry in searches:
            self.search_flow.addWidget(self._button(entry, entry.text, "chip"))
        for entry in documents:
            folder = messages.shown_path(os.path.dirname(entry.text))
            text = tr("{name}, in {folder}", name=messages.shown_name(entry.text), folder=folder)
            self.document_column.addWidget(self._button(entry, text, "recent"))
        for recent in (self.searches, self.documents):
            keep_place(recent, *stops_in(recent))
        self.searches.setVisible(bool(searches))
        self.documents.setVisible(bool(documents))
        self.clear.setVisible(bool(searches or documents))
        self.examples.setVisible(not (searches or documents))

    def show_progress(self, progress: Progress) -> None:
        self.coverage.setText(progress_text.coverage(progress))

    def _button(self, entry: HistoryEntry, text: str, style: str) -> ElidedButton:
        button = ElidedButton(text, style, "document" if style == "recent" else "")
        button.setProperty("entry", entry)
        if style == "recent":
            button.setToolTip(tool_tip(messages.shown_path(entry.text)))
        button.clicked.connect(self._choose)
        button.installEventFilter(self)
        return button

    @Slot()
    def _choose(self) -> None:
        entry = cast("HistoryEntry", self.sender().property("entry"))
        (self.example_chosen if entry.kind == "search" else self.document_chosen).emit(entry.text)

    @Slot()
    def choose_example(self) -> None:
        """Emit the text of the example that was clicked."""
        self.example_chosen.emit(self.sender().property("example"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Forget an entry by Delete, or by its menu; Qt has the page watch what it scrolls, too."""
        if watched.property("entry") is None:
            return super().eventFilter(watched, event)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Delete:
                self.removed.emit(watched.property("entry"))
                return True
        elif isinstance(event, QContextMenuEvent):
            menu = QMenu(self)
            remove = menu.addAction(tr("Remove from history"))
            remove.setData(watched.property("entry"))
            remove.triggered.connect(self._remove)
            context_menu.show(menu, event.globalPos())
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.sender().data())  # type: ignore[attr-defined]


class _Recent(QWidget):
    """A title above some buttons."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.content = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(title, factor=0.9, weight=QFont.Weight.DemiBold, dim=True))
        column.addWidget(self.content)


def _examples(page: HintPage) -> QWidget:
    """Queries to click on."""
    examples = QWidget()
    column = QVBoxLayout(examples)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    hint = label(tr("Type a few words, a file name, or a whole question. For example:"), dim=True, wrap=True)
    hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column.addWidget(hint)
    column.addSpacing(8)
    for example in (
        tr("when does the lease end"),
        tr("invoice for the bicycle repair"),
        "type:pdf date:last-year",
    ):
        chip = TextButton(example, "chip")
        chip.setProperty("example", example)
        chip.clicked.connect(page.choose_example)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(chip)
        row.addStretch(1)
        column.addLayout(row)
    return examples
