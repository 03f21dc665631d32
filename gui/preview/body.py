"""The views of the preview: pages, formatted text, table, plain text, and the note shown instead of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.document import Document, Hit
from core.errors import ProblemCode
from core.messages import tr
from gui.preview import formatted
from gui.preview.facts import FactsPanel
from gui.preview.font_hint import FontHint
from gui.preview.formatted import FormattedView
from gui.preview.kinds import MARKDOWN, ViewName, suffix
from gui.preview.note import NotePage
from gui.preview.page_list import PageList
from gui.preview.page_marks import Marks
from gui.preview.page_view import PageView
from gui.preview.slices import Slice, around
from gui.preview.table import TableView
from gui.preview.text import TextView
from gui.widgets.basic import TextButton

if TYPE_CHECKING:
    from core.library import Block, PageDocument, PagePart, PagePicture, Token

FIXED_WIDTH = {"code", "spreadsheet"}


class PreviewBody(QStackedWidget):
    """Shows one view of one document; emits `asked` when pages are still to be drawn."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hit: Hit | None = None
        self._document: Document | None = None
        self._tokens: Sequence[Token] = ()
        self._slice: Slice | None = None
        self._marks = Marks()
        self._view: ViewName = "text"
        self.note = NotePage()
        self.text = TextView()
        self.formatted = FormattedView()
        self.table = TableView()
        self.pages = PageView()
        self.page_list = PageList()
        self.facts = FactsPanel()
        self.font_hint = FontHint()
        self._earlier = TextButton(tr("Show earlier text"), "quiet", "chevron-up")
        self._later = TextButton(tr("Show later text"), "quiet", "chevron-down")
        self._earlier.clicked.connect(self._show_earlier)
        self._later.clicked.connect(self._show_later)
        self._text_page = _column(self.font_hint, self._earlier, (self.text, 1), self._later)
        self._page_area = QWidget()
        row = QHBoxLayout(self._page_area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.page_list)
        row.addWidget(_column((self.pages, 1), self.facts), 1)
        for page in (self.note, self._text_page, self._page_area, self.formatted, self.table):
            self.addWidget(page)
        self.pages.asked.connect(self.asked)
        self.page_list.asked.connect(self.asked)
        self.page_list.page_chosen.connect(self.pages.go_to_page)
        self.pages.page_changed.connect(self.page_list.show_page)

    @property
    def view(self) -> ViewName:
        """The view that was chosen last."""
        return self._view

    @property
    def shows_note(self) -> bool:
        """Whether a note is shown instead of the document."""
        return self.currentWidget() is self.note

    @property
    def shows_pages(self) -> bool:
        """Whether pages are in view."""
        return self.currentWidget() is self._page_area and self.pages.pages > 0

    def begin(self, hit: Hit | None) -> None:
        """Forget the document before, as another hit is shown."""
        self._hit, self._document, self._slice, self._tokens, self._marks = hit, None, None, (), Marks()
        self.pages.show_pages(None)
        self.page_list.show_pages(None)
        self.facts.hide()
        self.note.show_note("")
        self.formatted.clear_text()
        self.text.clear_text()

    def show_note(self, sentence: str, remedy: str = "") -> None:
        """Say something instead of showing the document."""
        self.note.show_note(sentence, remedy)
        self.setCurrentWidget(self.note)

    def show_view(self, view: ViewName) -> None:
        """Show another view of the document."""
        self._view = view
        widgets = {"page": self._page_area, "formatted": self.formatted, "table": self.table, "text": self._text_page}
        self.setCurrentWidget(widgets[view])
        self._fill()

    def show_document(self, document: Document) -> None:
        """Take the text of the document."""
        self._document, self._slice = document, None
        self.font_hint.show_text(document.text)
        if self._view != "page" and not (self._view == "formatted" and self._is_web()):
            self._fill()

    def show_blocks(self, blocks: Sequence[Block]) -> None:
        """Take the blocks of a web page."""
        if self._document is not None:
            self.formatted.show_blocks(self._document, blocks)
            self.formatted.show_marks(self._marks)

    def show_tokens(self, tokens: Sequence[Token]) -> None:
        """Take the pieces of source code that are to look different."""
        self._tokens = tokens
        self.text.show_tokens(tokens)

    def show_pages(self, pages: PageDocument, page: int) -> None:
        """Take the pages of the document, from a page on."""
        self.pages.show_pages(pages, page)
        self.page_list.show_pages(pages)
        self.page_list.show_page(page)
        self.facts.show_facts(pages.facts)
        self.pages.show_text(self._document, self._marks)

    def missing_pages(self) -> tuple[list[PagePart], list[int]]:
        """What is to be drawn, and the pages to be measured, most urgent first."""
        parts, measured = self.pages.missing()
        return parts + self.page_list.missing(), measured

    def take_picture(self, picture: PagePicture) -> None:
        """Show a part of a page that was drawn, in the list of pages or as a page."""
        if not self.page_list.take_picture(picture):
            self.pages.take_picture(picture)

    def show_marks(self, marks: Marks, page: int | None) -> None:
        """Mark what was found, and show what is current, on a page if there is one (counted from 0)."""
        self._marks = marks
        if self._document is None:
            return
        self.pages.show_text(self._document, marks)
        match self._view:
            case "page" if page is not None:
                self.pages.show_target(page)
            case "formatted":
                self.formatted.show_marks(marks)
            case "table":
                self.table.show_marks(marks)
            case "text":
                self._show_marks_in_text()

    def show_counts(self, counts: Mapping[int, int]) -> None:
        """Say in the list of pages how many matches each has."""
        self.page_list.show_counts(counts)

    def show_problem(self, code: ProblemCode, *, has_text: bool, is_wrong: bool) -> None:
        """Say why the pages cannot be shown; `is_wrong` if a password was tried."""
        self.note.show_problem(code, has_text=has_text, wrong_password=is_wrong)
        self.setCurrentWidget(self.note)

    def selected_text(self) -> str:
        """The text that is selected in the current view; "" for none."""
        if self._view == "page":
            return self.pages.selection.text()
        view = self.formatted if self._view == "formatted" else self.text
        return view.textCursor().selectedText().strip() if self._view != "table" else ""

    def zoom(self, how: str) -> None:
        """Zoom the current view: "in", "out", "width", "page" or "actual"."""
        if self._view != "page":
            self._zoom_text(how)
            return
        match how:
            case "in":
                self.pages.zoom_in()
            case "out":
                self.pages.zoom_out()
            case "width" | "page":
                self.pages.set_fit(how)
            case _:
                self.pages.set_zoom(1.0)

    def _zoom_text(self, how: str) -> None:
        for view in (self.text, self.formatted):
            view.zoom_by({"in": 1, "out": -1}.get(how, 0))

    def can_format(self) -> bool:
        """Whether the document is short enough to be formatted."""
        return self._document is None or len(self._document.text) <= formatted.MAX_CHARS

    def _is_web(self) -> bool:
        return self._hit is not None and self._hit.kind != "mail" and suffix(self._hit.path) not in MARKDOWN

    def _fill(self) -> None:
        """Fill the current view from the document."""
        if self._document is None or self._hit is None:
            return
        if self._view == "table":
            self.table.show_document(self._document, self._hit.path)
        elif self._view == "formatted" and not self._is_web():
            self.formatted.show_document(self._document, self._hit.kind)

    def _show_marks_in_text(self) -> None:
        target = self._marks.target
        if self._document is not None and (self._slice is None or not self._slice.covers(target)):
            self._show_slice(around(self._document, target[0]))
        self.text.show_marks(self._marks)

    def _show_slice(self, part: Slice) -> None:
        if self._document is None or self._hit is None:
            return
        self._slice = part
        is_printed = self._hit.kind == "pdf"
        self.text.show_slice(self._document, part, fixed=self._hit.kind in FIXED_WIDTH, printed=is_printed)
        self.text.show_tokens(self._tokens)
        self._earlier.setVisible(part.start > 0)
        self._later.setVisible(part.end < len(self._document.text))

    @Slot()
    def _show_earlier(self) -> None:
        if self._slice:
            self._show_around(self._slice.start)

    @Slot()
    def _show_later(self) -> None:
        if self._slice:
            self._show_around(self._slice.end)

    def _show_around(self, offset: int) -> None:
        """Show the slice around an offset of the document, scrolled there."""
        if self._document is not None:
            self._show_slice(around(self._document, offset))
            self.text.show_marks(self._marks)
            self.text.scroll_to_offset(offset)


def _column(*widgets: QWidget | tuple[QWidget, int]) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for entry in widgets:
        widget, stretch = entry if isinstance(entry, tuple) else (entry, 0)
        column.addWidget(widget, stretch)
    return page
