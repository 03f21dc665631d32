"""The preview pane: a document's text, the place of the passage, and buttons for the next and previous passage."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.document import Document, Hit, HitPassage, Part
from core.messages import tr
from gui.preview.slices import Slice, around, part_at
from gui.preview.text import TextView
from gui.results import model
from gui.results.text_offsets import find_marks
from gui.text import messages
from gui.widgets.basic import ELIDE_END, ELIDE_MIDDLE, IconButton, Picture, TextButton, label, rule

FIXED_WIDTH = {"code", "spreadsheet"}


class PreviewPane(QWidget):
    """Shows one hit; emits `document_requested(path)` for its text, to be answered by `show_document`."""

    document_requested = Signal(str)
    action_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._hit: Hit | None = None
        self._document: Document | None = None
        self._path = ""
        self._passage_index = 0
        self._slice: Slice | None = None
        self._build()
        self.show_hit(None)

    def _build(self) -> None:
        self.text = TextView(self)
        self._note = label("", dim=True, wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._earlier = TextButton(tr("Show earlier text"), "quiet", "chevron-up")
        self._later = TextButton(tr("Show later text"), "quiet", "chevron-down")
        self._earlier.clicked.connect(self._show_earlier)
        self._later.clicked.connect(self._show_later)
        text_page = QWidget()
        inner = QVBoxLayout(text_page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._earlier)
        inner.addWidget(self.text, 1)
        inner.addWidget(self._later)
        note_page = QWidget()
        around_note = QVBoxLayout(note_page)
        around_note.setContentsMargins(40, 40, 40, 80)
        around_note.addWidget(self._note)
        self._pages = QStackedWidget()
        self._pages.addWidget(note_page)
        self._pages.addWidget(text_page)
        self._head = QWidget()
        self._build_head(self._head)
        self._line = rule()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._line)
        column.addWidget(self._pages, 1)

    def _build_head(self, head: QWidget) -> None:
        self._icon = Picture("", 24)
        self.title = label("", factor=1.1, weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        self.folder = label("", factor=0.9, dim=True, elided=ELIDE_MIDDLE)
        self._place = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self._previous_button = IconButton("chevron-up", tr("Previous passage (Alt+Up)"), size=16)
        self._next_button = IconButton("chevron-down", tr("Next passage (Alt+Down)"), size=16)
        self._open_button = IconButton("open", tr("Open in default application (Enter)"), size=16)
        self._previous_button.clicked.connect(self.previous_passage)
        self._next_button.clicked.connect(self.next_passage)
        self._open_button.clicked.connect(self._open_hit)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for line in (upper, lower):
            line.setSpacing(4)
        upper.addWidget(self.title, 1)
        upper.addWidget(self._open_button)
        lower.addWidget(self.folder, 1)
        lower.addSpacing(8)
        lower.addStrut(self._previous_button.sizeHint().height())  # with and without the buttons
        for widget in (self._place, self._previous_button, self._next_button):
            lower.addWidget(widget)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addLayout(upper)
        names.addLayout(lower)
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 8, 12, 8)
        row.setSpacing(12)
        icon = QVBoxLayout()
        icon.addSpacing(max(0, (self._open_button.sizeHint().height() - self._icon.height()) // 2))  # beside the title
        icon.addWidget(self._icon)
        icon.addStretch(1)
        row.addLayout(icon)
        row.addLayout(names, 1)

    def show_hit(self, hit: Hit | None) -> None:
        """Show a hit's best passage, at once if its document is loaded already."""
        same = hit is not None and self._hit is not None and hit.path == self._hit.path
        kept = self._passage() if same else None
        self._hit = hit
        self._passage_index = hit.passages.index(kept) if hit and kept in hit.passages else 0
        self._head.setVisible(hit is not None)
        self._line.setVisible(hit is not None)
        if hit is None:
            self._show_note(tr("Select a document to preview it."))
            return
        if self._pages.currentIndex() == 0 and hit.path != self._path:
            self._show_note("")  # the note was about another document
        self._icon.show_picture(hit.kind)
        self.title.setText(model.title(hit))
        self.folder.setText(messages.shown_path(os.path.dirname(hit.path)))
        self._show_place()
        if hit.path != self._path:
            self.document_requested.emit(hit.path)
        elif not (same and kept == self._passage()):
            self._show_text()

    def show_document(self, path: str, document: Document | None) -> None:
        """Show a requested document, unless another hit has become current."""
        if self._hit is None or self._hit.path != path or (path, document) == (self._path, self._document):
            return
        self._path, self._document, self._slice = path, document, None
        self._show_text()

    def refresh(self) -> None:
        """Request the document again, because it may have been indexed or changed."""
        if self._hit is not None:
            self.document_requested.emit(self._hit.path)

    def _show_text(self) -> None:
        if self._document is not None and self._document.text.strip():
            self._show_passage()
        else:
            self._show_note(tr("No preview: so far only the name of this file is known."))

    def passage_text(self, hit: Hit) -> str:
        """The text of a hit's shown passage: all of it if the document is loaded, else the snippet."""
        passage = self._passage() if self._hit and self._hit.path == hit.path else next(iter(hit.passages), None)
        if passage is None:
            return hit.snippet
        if self._document is not None and self._path == hit.path:
            return self._document.text[passage.start : passage.end].strip()
        return passage.snippet

    @property
    def passage_number(self) -> int:
        """The index of the shown passage among the hit's, from 0."""
        return self._passage_index

    @Slot()
    def next_passage(self) -> None:
        self._go_to_passage(self._passage_index + 1)

    @Slot()
    def previous_passage(self) -> None:
        self._go_to_passage(self._passage_index - 1)

    def _go_to_passage(self, number: int) -> None:
        if self._hit and 0 <= number < len(self._hit.passages):
            self._passage_index = number
            self._show_place()
            self._show_passage()

    def _passage(self) -> HitPassage | None:
        passages = self._hit.passages if self._hit else ()
        return passages[self._passage_index] if self._passage_index < len(passages) else None

    def _show_passage(self) -> None:
        if self._document is None or not self._document.text.strip():
            return
        passage = self._passage()
        span = (passage.start, passage.end) if passage else (0, 0)
        if self._slice is None or not self._slice.covers(span):
            self._show_slice(around(self._document, span[0]))
        marked = [passage.snippet[start:end] for start, end in passage.marks] if passage else []
        marks = find_marks(self._document.text, span, marked)
        self._pages.setCurrentIndex(1)
        self.text.show_passage(span, marks)
        self._show_place(part_at(self._document, marks[0][0] if marks else span[0]))

    def _show_slice(self, part: Slice) -> None:
        if self._document is None or self._hit is None:
            return
        self._slice = part
        self.text.show_slice(self._document, part, fixed=self._hit.kind in FIXED_WIDTH)
        self._earlier.setVisible(part.start > 0)
        self._later.setVisible(part.end < len(self._document.text))

    @Slot()
    def _show_earlier(self) -> None:
        if self._document and self._slice:
            self._show_around(self._slice.start)

    @Slot()
    def _show_later(self) -> None:
        if self._document and self._slice:
            self._show_around(self._slice.end)

    def _show_around(self, offset: int) -> None:
        """Show the slice around an offset of the document, scrolled there."""
        if self._document is not None:
            self._show_slice(around(self._document, offset))
            self.text.show_passage((offset, offset), [])

    def _show_place(self, part: Part | None = None) -> None:
        """Show the place of the passage; once the document is loaded, the page of its first mark."""
        passage = self._passage()
        count = len(self._hit.passages) if self._hit else 0
        place = messages.place(passage) if passage else ""
        if part is not None:
            place = messages.part_place(part)
        position = tr("{number} of {total}", number=self._passage_index + 1, total=count) if count > 1 else ""
        self._place.setText("  ·  ".join(text for text in (place, position) if text))
        for button in (self._previous_button, self._next_button):
            button.setVisible(count > 1)
        self._previous_button.setEnabled(self._passage_index > 0)
        self._next_button.setEnabled(self._passage_index < count - 1)

    def _show_note(self, sentence: str) -> None:
        self._path = self._path if self._hit else ""
        self._note.setText(sentence)
        self._pages.setCurrentIndex(0)

    @Slot()
    def _open_hit(self) -> None:
        if self._hit is not None:
            self.action_requested.emit("open", self._hit)
