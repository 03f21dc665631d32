"""The window: it arranges the panels and switches between its pages; what happens is the session's."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.errors import FindlingError
from gui.folders.panel import FoldersPanel
from gui.pages.no_results import NoResultsPage
from gui.pages.welcome import HintPage, UnusablePage, WaitingPage, WelcomePage
from gui.preview.pane import PreviewPane
from gui.results.view import ResultsView
from gui.search.drop_overlay import DropOverlay
from gui.search.query_chips import QueryChips
from gui.search.search_bar import SearchBar
from gui.status.bar import StatusBar
from gui.widgets.assets import app_icon
from gui.widgets.banner import Banner, Offer
from gui.widgets.basic import CUT_END, label, resize_to_screen

SIZE = (1180, 760)
SMALLEST = (600, 420)
ROOMY = 800


class MainWindow(QMainWindow):
    """`painted` comes once, after the window could first be seen; `closing` when the person closes it."""

    painted = Signal()
    closing = Signal()

    def __init__(self, state: QSettings | None = None) -> None:
        super().__init__()
        self._state = state
        self._seen = False
        self._roomy = self._folders_requested = self._text_requested = True
        self.setWindowTitle("Findling")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(*SMALLEST)
        resize_to_screen(self, *SIZE)
        self.search = SearchBar()
        self.chips = QueryChips()
        self.banner = Banner()
        self.offer = Offer()
        self.folders = FoldersPanel()
        self.results = ResultsView()
        self.preview = PreviewPane()
        self.status = StatusBar()
        self.welcome = WelcomePage()
        self.hint = HintPage()
        self.no_results = NoResultsPage()
        self.opening = WaitingPage()
        self.unusable = UnusablePage()
        self.result_summary = label("", factor=0.9, dim=True, elided=CUT_END)
        self._arrange()
        self.overlay = DropOverlay(
            self,
            self.tr("Drop to make it searchable"),
            self.tr("Files stay where they are. Nothing leaves this computer."),
        )
        self.overlay.leave_out(
            self.search.box, self.tr("Drop a document here to find similar ones, or a folder to search in it")
        )
        self.show_page(self.opening)
        self._restore()
        self.search.box.setFocus()

    def show_page(self, page: QWidget) -> None:
        """Show one of the pages: welcome, hint, waiting, nothing, unusable, or `finding` with the results."""
        focus = self.focusWidget()
        leaves = focus is not None and self.pages.isAncestorOf(focus) and not page.isAncestorOf(focus)
        self.pages.setCurrentWidget(page)
        if leaves:
            self.search.box.setFocus()  # else Qt gives it to whatever comes next, and Enter would press that
        self.search.side.setVisible(not self._is_alone())
        self._fit()
        self.status.setVisible(not self._is_alone())

    def show_unusable(self, error: FindlingError) -> None:
        """Say that there is no library to search in, and why."""
        self.unusable.show_error(error)
        self.search.box.setEnabled(False)
        self.search.settings.setEnabled(False)
        self.show_page(self.unusable)

    def raise_up(self) -> None:
        """Bring the window before the person's eyes."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.take_focus()

    def toggle_preview(self) -> None:
        self._text_requested = self.preview.isHidden()
        if self._text_requested and not self._roomy:
            self.search.side.setChecked(False)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY
        if roomy != self._roomy:
            self._roomy = roomy
            self.search.side.setChecked(roomy and self._folders_requested)
        self._fit()

    @Slot(bool)
    def _side_toggled(self, shown: bool) -> None:  # noqa: FBT001  Qt's signal
        if self._roomy:
            self._folders_requested = shown
        self._fit()

    def _fit(self) -> None:
        """Show the folders and the document's text as wanted; a narrow window has room for one of them."""
        side = self.search.side.isChecked()
        self.folders.setVisible(not self._is_alone() and side)
        self.preview.setVisible(self._text_requested and (self._roomy or not side))

    def _is_alone(self) -> bool:
        """Whether there is nothing that the panels around the page could show."""
        page = self.pages.currentWidget()
        return page in {self.welcome, self.unusable} or (page is self.opening and self.opening.repairing)

    def _arrange(self) -> None:
        listing = QWidget()
        listing.setObjectName("results")
        listing.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = _column(listing)
        self.result_summary.setContentsMargins(20, 10, 20, 6)
        column.addWidget(self.result_summary)
        column.addWidget(self.results, 1)
        self.results_page = _splitter((listing, 6), (self.preview, 5))
        self.results_page.setSizes([540, 440])
        listing.setMinimumWidth(300)
        self.preview.setMinimumWidth(220)
        self.pages = QStackedWidget()
        for page in (self.welcome, self.hint, self.opening, self.no_results, self.unusable, self.results_page):
            self.pages.addWidget(page)
        self.body = _splitter((self.folders, 0), (self.pages, 1))
        self.body.setSizes([216, 964])
        self.folders.setMinimumWidth(168)
        self.search.side.setCheckable(True)
        self.search.side.setChecked(True)
        self.search.side.toggled.connect(self._side_toggled)
        middle = QWidget()
        whole = _column(middle)
        for widget in (self.search, self.chips, self.banner, self.offer, self.body, self.status):
            whole.addWidget(widget, 1 if widget is self.body else 0)
        self.setCentralWidget(middle)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Typing anywhere goes to the search box."""
        commanding = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.text().isprintable() and event.text().strip() and not commanding and self.search.box.isEnabled():
            self.search.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.box.end(False)  # noqa: FBT003
            self.search.box.insert(event.text())
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep()
        self.closing.emit()
        super().closeEvent(event)

    def _keep(self) -> None:
        if self._state is not None:
            self._state.setValue("window/geometry", self.saveGeometry())
            self._state.setValue("window/body", self.body.saveState())
            self._state.setValue("window/finding", self.results_page.saveState())

    def _restore(self) -> None:
        if self._state is None:
            return
        for name, take in (
            ("window/geometry", self.restoreGeometry),
            ("window/body", self.body.restoreState),
            ("window/finding", self.results_page.restoreState),
        ):
            kept = self._state.value(name)
            if isinstance(kept, QByteArray):
                take(kept)


def _column(of: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(of)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _splitter(*parts: tuple[QWidget, int]) -> QSplitter:
    made = QSplitter(Qt.Orientation.Horizontal)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for number, (widget, stretch) in enumerate(parts):
        made.addWidget(widget)
        made.setStretchFactor(number, stretch)
    return made
