"""The preview: what is read, where in it, and the way from passage to passage."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.document import Document, Hit, HitPassage, Part
from gui.preview.slices import Slice, around, part_at
from gui.preview.text import TextView
from gui.results import model
from gui.results.text_offsets import find_marks
from gui.text import messages
from gui.widgets.basic import CUT_END, CUT_MIDDLE, IconButton, Picture, TextButton, label, rule

FIXED = {"code", "spreadsheet"}
STEP = 30_000


class PreviewPane(QWidget):
    """Shows one hit; `needs(path)` asks for a document's text, which comes back by `show_document`."""

    needs = Signal(str)
    wanted = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._hit: Hit | None = None
        self._document: Document | None = None
        self._of = ""
        self._number = 0
        self._piece: Slice | None = None
        self._build()
        self.show_hit(None)

    def _build(self) -> None:
        self.text = TextView(self)
        self._note = label("", dim=True, wrap=True)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._earlier = TextButton(self.tr("Show what comes before"), "quiet", "chevron-up")
        self._later = TextButton(self.tr("Show what comes after"), "quiet", "chevron-down")
        self._earlier.clicked.connect(self._show_earlier)
        self._later.clicked.connect(self._show_later)
        reading = QWidget()
        inner = QVBoxLayout(reading)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._earlier)
        inner.addWidget(self.text, 1)
        inner.addWidget(self._later)
        empty = QWidget()
        around_note = QVBoxLayout(empty)
        around_note.setContentsMargins(40, 40, 40, 80)
        around_note.addWidget(self._note)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(reading)
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
        self.title = label("", factor=1.1, weight=QFont.Weight.DemiBold, elided=CUT_END)
        self.where = label("", factor=0.9, dim=True, elided=CUT_MIDDLE)
        self._place = label("", factor=0.9, dim=True)
        self._before = IconButton("chevron-up", self.tr("Previous passage (Alt+Up)"), size=16)
        self._after = IconButton("chevron-down", self.tr("Next passage (Alt+Down)"), size=16)
        self._open = IconButton("open", self.tr("Open in its own program (Enter)"), size=16)
        self._before.clicked.connect(self.previous_passage)
        self._after.clicked.connect(self.next_passage)
        self._open.clicked.connect(self._open_hit)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        for line in (upper, lower):
            line.setSpacing(4)
        upper.addWidget(self.title, 1)
        upper.addWidget(self._open)
        lower.addWidget(self.where, 1)
        lower.addSpacing(8)
        lower.addStrut(self._before.sizeHint().height())  # with and without the buttons
        for widget in (self._place, self._before, self._after):
            lower.addWidget(widget)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addLayout(upper)
        names.addLayout(lower)
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 8, 12, 8)
        row.setSpacing(12)
        icon = QVBoxLayout()
        icon.addSpacing(max(0, (self._open.sizeHint().height() - self._icon.height()) // 2))  # beside the title
        icon.addWidget(self._icon)
        icon.addStretch(1)
        row.addLayout(icon)
        row.addLayout(names, 1)

    def show_hit(self, hit: Hit | None) -> None:
        """Show that hit's best passage, at once where its document is here already."""
        same = hit is not None and self._hit is not None and hit.path == self._hit.path
        kept = self._passage() if same else None
        self._hit = hit
        self._number = hit.passages.index(kept) if hit and kept in hit.passages else 0
        self._head.setVisible(hit is not None)
        self._line.setVisible(hit is not None)
        if hit is None:
            self._say(self.tr("Choose a document to read it here."))
            return
        if self._pages.currentIndex() == 0 and hit.path != self._of:
            self._say("")  # what was said was of another one
        self._icon.show_picture(hit.kind)
        self.title.setText(model.title(hit))
        self.where.setText(messages.shown_path(os.path.dirname(hit.path)))
        self._show_place()
        if hit.path != self._of:
            self.needs.emit(hit.path)
        elif not (same and kept == self._passage()):
            self._show_text()

    def show_document(self, path: str, document: Document | None) -> None:
        """Take a document that was asked for; nothing happens if another hit is shown by now."""
        if self._hit is None or self._hit.path != path or (path, document) == (self._of, self._document):
            return
        self._of, self._document, self._piece = path, document, None
        self._show_text()

    def refresh(self) -> None:
        """Ask for the document anew: it may have been read, or changed."""
        if self._hit is not None:
            self.needs.emit(self._hit.path)

    def _show_text(self) -> None:
        if self._document is not None and self._document.text.strip():
            self._show_passage()
        else:
            self._say(self.tr("There is no text to show: so far this file is known by its name only."))

    def passage_text(self, hit: Hit) -> str:
        """The passage of a hit that is shown, whole where the document is here, else its snippet."""
        passage = self._passage() if self._hit and self._hit.path == hit.path else next(iter(hit.passages), None)
        if passage is None:
            return hit.snippet
        if self._document is not None and self._of == hit.path:
            return self._document.text[passage.start : passage.end].strip()
        return passage.snippet

    @property
    def passage_number(self) -> int:
        """Which of the hit's passages is shown, from 0."""
        return self._number

    @Slot()
    def next_passage(self) -> None:
        self._go(self._number + 1)

    @Slot()
    def previous_passage(self) -> None:
        self._go(self._number - 1)

    def _go(self, number: int) -> None:
        if self._hit and 0 <= number < len(self._hit.passages):
            self._number = number
            self._show_place()
            self._show_passage()

    def _passage(self) -> HitPassage | None:
        passages = self._hit.passages if self._hit else ()
        return passages[self._number] if self._number < len(passages) else None

    def _show_passage(self) -> None:
        if self._document is None or not self._document.text.strip():
            return
        passage = self._passage()
        span = (passage.start, passage.end) if passage else (0, 0)
        if self._piece is None or not self._piece.covers(span):
            self._show_piece(around(self._document, span[0]))
        marked = [passage.snippet[start:end] for start, end in passage.marks] if passage else []
        marks = find_marks(self._document.text, span, marked)
        self._pages.setCurrentIndex(1)
        self.text.show_passage(span, marks)
        self._show_place(part_at(self._document, marks[0][0] if marks else span[0]))

    def _show_piece(self, piece: Slice) -> None:
        if self._document is None or self._hit is None:
            return
        self._piece = piece
        self.text.show_slice(self._document, piece, fixed=self._hit.kind in FIXED)
        self._earlier.setVisible(piece.start > 0)
        self._later.setVisible(piece.end < len(self._document.text))

    @Slot()
    def _show_earlier(self) -> None:
        if self._document and self._piece:
            self._show_other(self._piece.start)

    @Slot()
    def _show_later(self) -> None:
        if self._document and self._piece:
            self._show_other(self._piece.end)

    def _show_other(self, offset: int) -> None:
        """Show the slice around an offset that the present one ends at."""
        if self._document is not None:
            self._show_piece(around(self._document, offset))
            self.text.show_passage((offset, offset), [])

    def _show_place(self, part: Part | None = None) -> None:
        """Say where the passage is: the page of its first mark once the document is here."""
        passage = self._passage()
        many = len(self._hit.passages) if self._hit else 0
        counted = self.tr("{} of {}").format(messages.number(self._number + 1), messages.number(many))
        spot = messages.place(passage) if passage else ""
        if part is not None:
            spot = messages.part_place(part)
        self._place.setText("  ·  ".join(word for word in (spot, counted if many > 1 else "") if word))
        for button in (self._before, self._after):
            button.setVisible(many > 1)
        self._before.setEnabled(self._number > 0)
        self._after.setEnabled(self._number < many - 1)

    def _say(self, sentence: str) -> None:
        self._of = self._of if self._hit else ""
        self._note.setText(sentence)
        self._pages.setCurrentIndex(0)

    @Slot()
    def _open_hit(self) -> None:
        if self._hit is not None:
            self.wanted.emit("open", self._hit)
