"""The preview pane: a document as pages, formatted, as a table or as text, with what was found marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from core.document import Document, Hit, Span
from core.errors import ProblemCode
from core.messages import tr
from gui.preview.frame import PreviewFrame
from gui.preview.kinds import ViewName, page_source, views_of

if TYPE_CHECKING:
    from core.library import Block, PageDocument, Token


class PreviewPane(PreviewFrame):
    """Shows one hit.

    Emits `document_requested(path)` for its text (answered by `show_document`); `pages_requested(path, source,
    password)` for its pages (`show_pages` or `show_page_problem`); `asked` when pages are to be drawn
    (`body.missing_pages`, `body.take_picture`); `sought(text, document)` (`show_found`);
    `hit_stepped(1 or -1)` beyond the last match of this hit.
    """

    document_requested = Signal(str)
    pages_requested = Signal(str, str, str)
    asked = Signal()
    sought = Signal(str, object)
    hit_stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[ViewName, ViewName] = {}  # by the view that such a document has first
        self._has_tried_password = False
        self._enter_from = 0  # 1 or -1: the hit was stepped to, from the one before or after it
        self._connect()
        self.show_hit(None)

    def _connect(self) -> None:
        self.tools.stepped.connect(self.step)
        self.tools.view_chosen.connect(self._choose_view)
        self.tools.find_requested.connect(self.find_in_document)
        self.find_bar.sought.connect(self._seek)
        self.find_bar.stepped.connect(self.step)
        self.find_bar.closed.connect(self._stop_finding)
        self.body.asked.connect(self.asked)
        self.body.note.password_entered.connect(self._try_password)

    # A hit, and what is loaded of it

    def show_hit(self, hit: Hit | None) -> None:
        """Show a hit's best passage, at once if its document is loaded already."""
        is_same = hit is not None and hit.path == self.path
        for widget in (self.header, self.tools, self._line):
            widget.setVisible(hit is not None)
        if hit is None:
            self.navigation.begin(None)
            self.find_bar.close_bar()
            self.scan_bar.hide()
            self.body.begin(None)
            self.body.show_note(tr("Select a document to preview it."))
            return
        self.header.show_hit(hit)
        if not is_same:
            self._begin(hit)
        elif self.navigation.update(hit):
            self._show_passage()
        else:
            self._show_place()

    def _begin(self, hit: Hit) -> None:
        self.find_bar.close_bar()
        self.navigation.begin(hit)
        self._page_problem, self._has_tried_password = None, False
        self.scan_bar.show_pages((), is_picture=False)
        self._views = views_of(hit.path, hit.kind)
        self.body.begin(hit)
        self.tools.show_pages_button(has_pages=False)
        self._show_view(self._chosen.get(self._views[0], self._views[0]))
        if source := page_source(hit.path, hit.kind):
            self.pages_requested.emit(hit.path, source, "")
        self.document_requested.emit(hit.path)

    def refresh(self) -> None:
        """Request the document again, because it may have been indexed or changed."""
        if self.path:
            self.document_requested.emit(self.path)

    def show_document(self, path: str, document: Document | None, words: Sequence[Span] | None = None) -> None:
        """Show a requested document with the words of the query, unless another hit has become current."""
        navigation, found = self.navigation, None if words is None else tuple(words)
        is_same = document is not None and document == navigation.document
        if path != self.path or (is_same and found == navigation.words):
            return
        navigation.words = found
        if not is_same:
            navigation.document = document
            self._take_document(document)
        if navigation.has_text and not navigation.is_finding:
            self._show_passage()

    def _take_document(self, document: Document | None) -> None:
        self._offer_reading(document)
        if document is not None and self.navigation.has_text:
            self.body.show_document(document)
            self._views = views_of(self.path, self.navigation.hit.kind if self.navigation.hit else document.kind)
            if self._views[0] == "formatted" and not self.body.can_format():
                self._views = ("text",)
            if self.body.shows_note and self._page_problem is not None:
                self.body.note.offer_text()
            else:
                self._show_view(self.body.view if self.body.view in self._views else self._views[0])
        elif "page" in self._views:
            self._views = ("page",)
            self._show_view("page")
            if self._page_problem is not None:
                self.show_page_problem(self.path, self._page_problem)
        else:
            self._views = ()
            self._show_view("text")
            if document is not None and document.kind == "mail":  # a mailbox
                self.body.show_note(tr("No preview: each message in it is a document of its own, and found by itself."))
            else:
                self.body.show_note(tr("No preview: so far only the name of this file is known."))

    def _offer_reading(self, document: Document | None) -> None:
        """Offer to read the text of pages that have none; a picture that was never read has one page at least."""
        hit = self.navigation.hit
        is_picture = hit is not None and page_source(hit.path, hit.kind) == "picture"
        pages = document.scans if document is not None else (1,) if is_picture else ()
        self.scan_bar.show_pages(pages, is_picture=is_picture)

    def show_blocks(self, path: str, blocks: Sequence[Block]) -> None:
        """Show the structure of a web page; without any, its text."""
        if path != self.path or not self.navigation.has_text:
            return
        if blocks:
            self.body.show_blocks(blocks)
        else:
            self._views = ("text",)
            self._show_text_view()

    def show_tokens(self, path: str, tokens: Sequence[Token]) -> None:
        """Highlight source code."""
        if path == self.path:
            self.body.show_tokens(tokens)

    # Pages

    def show_pages(self, path: str, pages: PageDocument) -> None:
        """Show the pages of the document, at the hit's page."""
        if path != self.path:
            return
        self._page_problem = None
        if self.body.shows_note:
            self._show_view("page")
        self.body.show_pages(pages, self.navigation.page())
        self.tools.show_pages_button(has_pages=pages.pages > 1)
        self._show_place()
        self._show_zoom()
        if self.navigation.has_text:
            self._show_marks()

    def show_page_problem(self, path: str, code: ProblemCode) -> None:
        """Say why the pages cannot be shown; ask for a password where one helps."""
        if path != self.path:
            return
        self._page_problem = code
        if self.body.view == "page":
            is_wrong = self._has_tried_password and code == "protected"
            self.body.show_problem(code, has_text=self.navigation.has_text, is_wrong=is_wrong)
            self._show_zoom()

    # What is marked

    @Slot(str)
    def _try_password(self, password: str) -> None:
        if self.path:
            self._has_tried_password = True
            self.pages_requested.emit(self.path, "pdf", password)

    @Slot(str)
    def _choose_view(self, view: ViewName) -> None:
        if self._views:
            self._chosen[self._views[0]] = view
        self._show_view(view)
        if view == "page" and self._page_problem is not None:
            self.show_page_problem(self.path, self._page_problem)
        else:
            self._show_marks()

    @Slot()
    def next_passage(self) -> None:
        """Go to the hit's next passage."""
        self._go_to_passage(self.navigation.passage_index + 1)

    @Slot()
    def previous_passage(self) -> None:
        """Go to the hit's previous passage."""
        self._go_to_passage(self.navigation.passage_index - 1)

    def _go_to_passage(self, number: int) -> None:
        if self.navigation.go_to_passage(number):
            self._show_marks()

    @Slot()
    def next_match(self) -> None:
        """Go to the next match, of this document or of the next hit."""
        self.step(1)

    @Slot()
    def previous_match(self) -> None:
        """Go to the match before, of this document or of the hit before."""
        self.step(-1)

    @Slot(int)
    def step(self, step: int) -> None:
        """Go to the next match (1) or the one before (-1); beyond the last one to another hit."""
        navigation = self.navigation
        if navigation.hit is None:
            return
        if navigation.step(step):
            self._show_marks()
        elif navigation.is_finding:
            navigation.occurrences.go_to_end(step)  # round again
            self._show_marks()
        else:
            path = self.path
            self._enter_from = step
            self.hit_stepped.emit(step)
            if self.path == path:
                self._enter_from = 0

    @Slot()
    def find_in_document(self) -> None:
        """Open the bar that finds a text in the document."""
        if self.navigation.has_text:
            self.find_bar.open_bar()

    def show_found(self, path: str, text: str, words: Sequence[Span]) -> None:
        """Show what was found in the document by `sought`."""
        if path == self.path and text == self.find_bar.text:
            self.find_bar.show_count(len(words))
            self.navigation.show_found(words)
            self._show_matches()

    @Slot(str)
    def _seek(self, text: str) -> None:
        if text and self.navigation.document is not None:
            self.sought.emit(text, self.navigation.document)
        else:
            self._stop_finding()

    @Slot()
    def _stop_finding(self) -> None:
        self.navigation.is_finding = False
        if self.navigation.has_text:
            self._show_passage()

    def _show_passage(self) -> None:
        """Mark the words of the query, and go to the first one of the snippet."""
        self.navigation.show_words(enter_from=self._enter_from)
        if self.navigation.words is not None:
            self._enter_from = 0
        self._show_matches()

    def _show_matches(self) -> None:
        self.body.show_counts(self.navigation.counts())
        self._show_marks()
