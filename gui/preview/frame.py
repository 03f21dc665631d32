"""The frame of the preview: its widgets, which view is shown, and what its head and tools say."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QVBoxLayout, QWidget

from core.document import Hit
from core.errors import ProblemCode
from core.messages import tr
from gui.preview.body import PreviewBody
from gui.preview.find_bar import FindBar
from gui.preview.header import PreviewHeader
from gui.preview.kinds import ViewName
from gui.preview.match_navigation import MatchNavigation
from gui.preview.reading_view import ReadingView
from gui.preview.scan_bar import ScanBar
from gui.preview.tools import PreviewTools
from gui.widgets.basic import rule


class PreviewFrame(QWidget):
    """Arranges the widgets; `PreviewPane` loads documents into them and goes through their matches."""

    similar_requested = Signal(str)
    action_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.navigation = MatchNavigation()
        self._views: tuple[ViewName, ...] = ()
        self._page_problem: ProblemCode | None = None
        self.body = PreviewBody()
        self.header = PreviewHeader()
        self.tools = PreviewTools()
        self.find_bar = FindBar()
        self.scan_bar = ScanBar()
        self._line = rule()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.tools, self.find_bar, self.scan_bar, self._line):
            column.addWidget(widget)
        column.addWidget(self.body, 1)
        self.header.open_button.clicked.connect(self._open_hit)
        self.tools.pages_toggled.connect(self.body.page_list.setVisible)
        self.tools.page_requested.connect(self._ask_page)
        self.tools.zoom_requested.connect(self.zoom)
        self.body.note.text_requested.connect(self._show_text_view)
        self.body.pages.page_changed.connect(self._show_place)
        self.body.pages.zoom_changed.connect(self._show_zoom)
        for view in (self.body.text, self.body.formatted):
            view.similar_requested.connect(self.similar_requested)

    @property
    def reading(self) -> ReadingView:
        """The view that shows text now."""
        return self.body.formatted if self.body.view == "formatted" else self.body.text

    @property
    def path(self) -> str:
        """The path of the hit that is shown."""
        return self.navigation.hit.path if self.navigation.hit else ""

    def passage_text(self, hit: Hit) -> str:
        """The text of a hit's shown passage: all of it if the document is loaded, else the snippet."""
        return self.navigation.passage_text(hit)

    @Slot()
    def _ask_page(self) -> None:
        pages = self.body.pages
        count = max(pages.pages, 1)
        prompt = tr("Page (1 to {count}):", count=count)
        number, is_chosen = QInputDialog.getInt(self, tr("Go to page"), prompt, pages.page + 1, 1, count)
        if is_chosen:
            pages.go_to_page(number - 1)

    @Slot()
    def _show_text_view(self) -> None:
        self._show_view("text")
        self._show_marks()

    def _show_view(self, view: ViewName) -> None:
        self.body.show_view(view)
        self.tools.show_views(self._views, view)
        self.tools.show_can_find(can_find=self.navigation.has_text)
        self._show_zoom()
        self._show_place()

    @Slot(str)
    def zoom(self, how: str) -> None:
        """Zoom: "in", "out", "width", "page" or "actual"."""
        self.body.zoom(how)
        self._show_zoom()

    @Slot()
    def _show_zoom(self) -> None:
        text = tr("{share:percent}", share=self.body.pages.zoom) if self.body.shows_pages else ""
        self.tools.show_zoom(text, has_zoom=self.body.view != "table" and not self.body.shows_note)

    @Slot()
    def find_similar(self) -> None:
        """Ask for passages similar to the selection, or to the shown passage."""
        text = self.body.selected_text() or (self.passage_text(self.navigation.hit) if self.navigation.hit else "")
        if text:
            self.similar_requested.emit(text)

    def _show_marks(self) -> None:
        if self.navigation.has_text:
            part = self.navigation.part()
            page = part.number - 1 if part is not None and part.unit in {"page", "scan"} else None
            self.body.show_marks(self.navigation.marks(), page)
        self._show_place()

    @Slot()
    def _show_place(self) -> None:
        """Show the place of what is in view, and which match is current."""
        pages, navigation = self.body.pages, self.navigation
        if self.body.shows_pages and pages.pages > 1:
            self.header.place.setText(tr("Page {number} of {total}", number=pages.page + 1, total=pages.pages))
        else:
            self.header.place.setText(navigation.place())
        can_step = bool(navigation.occurrences.words) or len(navigation.passages) > 1
        self.tools.show_position(navigation.position(), can_step=can_step)

    @Slot()
    def _open_hit(self) -> None:
        if self.navigation.hit is not None:
            self.action_requested.emit("open", self.navigation.hit)
