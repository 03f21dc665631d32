"""The text of a team library's document around a hit: title and path, the passage with its words marked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.document import Hit
from core.messages import tr
from core.team import TeamText
from gui.preview.page_marks import Marks
from gui.preview.slices import Slice
from gui.preview.text import TextView
from gui.results import hit_text
from gui.results.text_offsets import find_marks, with_plain_newlines
from gui.text import messages
from gui.widgets.basic import ELIDE_END, ELIDE_MIDDLE, IconButton, TextButton, label

LEAD = 1_500  # characters before the passage
LENGTH = 12_000


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which part of a document is read: from a character on, around a hit."""

    hit: Hit
    start: int


class TeamReader(QWidget):
    """Emits `asked(Excerpt)`, answered by `show_text` or `show_problem`, `open_requested(hit)`, and `closed`."""

    asked = Signal(object)
    open_requested = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.excerpt: Excerpt | None = None
        self._shown: TeamText | None = None
        self.title = label("", factor=1.1, weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        self.path = label("", factor=0.9, dim=True, elided=ELIDE_MIDDLE)
        self.state = label("", dim=True, wrap=True)
        self.state.setContentsMargins(20, 12, 20, 12)
        self.state.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.text = TextView()
        self.earlier, self.later = (
            TextButton(tr("Show earlier text"), "link"),
            TextButton(tr("Show later text"), "link"),
        )
        self.open_button = IconButton("open", tr("Open in default application (Enter)"), size=16)
        self.close_button = IconButton("close", tr("Close the text"), size=16)
        self.earlier.clicked.connect(self._ask_earlier)
        self.later.clicked.connect(self._ask_later)
        self.open_button.clicked.connect(self._open)
        self.close_button.clicked.connect(self.closed)
        self._lay_out()

    def begin(self, hit: Hit) -> None:
        """Show the head of a hit, and ask for the text around its best passage."""
        first = hit.passages[0].start if hit.passages else 0
        self.excerpt, self._shown = Excerpt(hit, max(0, first - LEAD)), None
        self.title.setText(hit_text.title(hit))
        self.path.setText(messages.isolated(hit.path))
        self._show_state(tr("Loading…"))
        self.asked.emit(self.excerpt)

    def show_text(self, excerpt: Excerpt, text: TeamText) -> None:
        """Show the text that was asked for, unless another hit was chosen meanwhile."""
        if excerpt is not self.excerpt:
            return
        self._shown = text
        body = text.document.text
        self.text.show_slice(
            text.document,
            Slice(0, len(body), with_plain_newlines(body), whole=True),
            fixed=text.document.kind == "code",
        )
        self.text.show_marks(self._marks(excerpt.hit, text))
        self.state.hide()
        self.text.show()
        self.earlier.setVisible(text.start > 0)
        self.later.setVisible(text.end < text.total)

    def show_problem(self, excerpt: Excerpt, sentence: str) -> None:
        """Say why there is no text."""
        if excerpt is self.excerpt:
            self._show_state(sentence)

    def _marks(self, hit: Hit, text: TeamText) -> Marks:
        """The best passage, and the words of the snippets wherever they occur."""
        words = {one.snippet[start:end] for one in hit.passages for start, end in one.marks}
        found = find_marks(text.document.text, (0, len(text.document.text)), words)
        first = hit.passages[0] if hit.passages else None
        if first is None or not text.start <= first.start < text.end:
            return Marks((0, 0), tuple(found))
        passage = first.start - text.start, min(first.end, text.end) - text.start
        current = next((at for at, word in enumerate(found) if passage[0] <= word[0] < passage[1]), -1)
        return Marks(passage, tuple(found), current)

    def _show_state(self, text: str) -> None:
        self.state.setText(text)
        self.state.show()
        for widget in (self.text, self.earlier, self.later):
            widget.hide()

    def _ask(self, start: int) -> None:
        if self.excerpt is not None:
            self.excerpt = Excerpt(self.excerpt.hit, max(0, start))
            self.asked.emit(self.excerpt)

    @Slot()
    def _ask_earlier(self) -> None:
        if self._shown is not None:
            self._ask(self._shown.start - LENGTH + LEAD)

    @Slot()
    def _ask_later(self) -> None:
        if self._shown is not None:
            self._ask(self._shown.end - LEAD)

    @Slot()
    def _open(self) -> None:
        if self.excerpt is not None:
            self.open_requested.emit(self.excerpt.hit)

    def _lay_out(self) -> None:
        head, steps = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(20, 6, 8, 0)
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.open_button)
        head.addWidget(self.close_button)
        self.path.setContentsMargins(20, 0, 12, 4)
        steps.setContentsMargins(16, 0, 16, 0)
        steps.addWidget(self.earlier)
        steps.addStretch(1)
        steps.addWidget(self.later)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.path)
        column.addWidget(self.state, 1)
        column.addWidget(self.text, 1)
        column.addLayout(steps)
