"""The page of a question that found nothing: what was asked, and what may help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.events import Progress
from gui.pages.welcome import Page, heading
from gui.search import query_text
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import Symbol, TextButton, label

if TYPE_CHECKING:
    from core.library import Relaxed

LONGEST = 80  # characters of a question in a heading


class NoResultsPage(Page):
    """Nothing was found: what was asked, and what may help; `chosen(text)` when a wider query is taken up."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of: tuple[str, bool, tuple[str, ...]] = ("", False, ())
        self._is_reading = False
        self.asked = heading("")
        self.advice = label("", wrap=True, dim=True)
        self.reach = label("", wrap=True, dim=True)
        self.wider = QVBoxLayout()
        self.wider.setSpacing(8)
        self.why = TextButton(self.tr("Why isn't my file found?"), "quiet")
        self.add(Symbol("search", 40, "edge"), 12, self.asked, self.advice, 8, self.wider, 16, self.reach, 8, self.why)

    def show_question(self, text: str, wider: Sequence[Relaxed] = (), likes: Sequence[str] = ()) -> None:
        """Say what was asked; `wider` are queries that find something, each with a button.

        `likes` are the documents that something similar was asked to.
        """
        self._of = (text, bool(wider), tuple(likes))
        self._say()
        while (item := self.wider.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        for one in wider:
            self.wider.addWidget(self._offer(one), 0, Qt.AlignmentFlag.AlignHCenter)

    def _say(self) -> None:
        text, is_too_narrow, likes = self._of
        asked = self.tr("Nothing found for “{}”")
        advice = self.tr("Try fewer or other words, or say what the document is about.")
        if is_too_narrow:
            asked, advice = self.tr("Nothing fulfils all of this"), self.tr("There is something with fewer conditions:")
        elif likes:
            text = ", ".join(map(messages.shown_name, likes))
            asked = self.tr("Nothing similar to “{}” found")
            advice = self.tr("Documents can be compared once they are searchable by meaning.")
        elif self._is_reading:
            asked = self.tr("Nothing found for “{}” so far")
            advice = self.tr("Findling is still reading. What it finds appears here.")
        self.asked.setText(asked.format(_shortened(text)))
        self.advice.setText(advice)

    def _offer(self, one: Relaxed) -> TextButton:
        dropped = ", ".join(map(query_text.part, one.dropped))
        count = messages.counted(one.hits, self.tr("1 document"), self.tr("{} documents"))
        button = TextButton(self.tr("Without “{dropped}”: {count}").format(dropped=dropped, count=count), "chip")
        button.setProperty("wider", one.text)
        button.clicked.connect(self._taken_up)
        return button

    @Slot()
    def _taken_up(self) -> None:
        self.chosen.emit(self.sender().property("wider"))

    def show_progress(self, progress: Progress) -> None:
        """Say what was searched, as not everything may be searchable yet."""
        self.reach.setText(progress_text.coverage(progress))
        if self._is_reading != (progress.words.waiting > 0):
            self._is_reading = not self._is_reading
            self._say()


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
