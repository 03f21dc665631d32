"""The main window: arranges the panels and switches between pages; the controllers do the rest."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.messages import tr
from gui.folders.panel import FoldersPanel
from gui.pages.hint import HintPage
from gui.pages.no_folders import NoFoldersPage
from gui.pages.no_results import NoResultsPage
from gui.pages.opening import UnusablePage, WaitingPage
from gui.preview.pane import PreviewPane
from gui.results.header import ResultsHeader
from gui.results.row_metrics import DENSITIES, Density
from gui.results.view import ResultsView
from gui.search import filter_text
from gui.search.drop_overlay import DropOverlay
from gui.search.filter_bar import FilterBar
from gui.search.query_chips import QueryChips
from gui.search.search_bar import SearchBar
from gui.shortcuts.bindings import Shortcuts
from gui.status.bar import StatusBar
from gui.team.panel import TeamPanel
from gui.team.split import TeamSplit
from gui.welcome.page import WelcomePage
from gui.widgets.assets import app_icon
from gui.widgets.banner import Banner, Offer
from gui.widgets.basic import resize_to_screen
from gui.widgets.toast import Toast

SIZE = (1180, 760)
MINIMUM_SIZE = (600, 420)
WIDE = 800  # pixels, from which folders and preview are shown side by side


class MainWindow(QMainWindow):
    """Emits `painted` once, after the first paint.

    `closing` says that the user closes the window, `dismissed` that they put it away; what follows is up to others.
    """

    painted = Signal()
    closing = Signal()
    dismissed = Signal()

    def __init__(self, state: QSettings | None = None) -> None:
        super().__init__()
        self._state = state
        self._painted = False
        self._wide = self._folders_requested = self._preview_requested = True
        self.setWindowTitle("Findling")
        self.setWindowIcon(app_icon())
        self.setMinimumSize(*MINIMUM_SIZE)
        resize_to_screen(self, *SIZE)
        self.shortcuts = Shortcuts(self, state)
        self.search = SearchBar()
        self.filters = FilterBar()
        self.chips = QueryChips(filter_text.FIELDS)
        self.banner = Banner()
        self.offer = Offer()
        self.folders = FoldersPanel()
        self.results = ResultsView()
        self.preview = PreviewPane()
        self.team = TeamPanel()
        self.status = StatusBar()
        self.welcome, self.no_folders = WelcomePage(), NoFoldersPage()
        self.hint = HintPage()
        self.no_results = NoResultsPage()
        self.opening = WaitingPage()
        self.unusable = UnusablePage()
        self.list_header = ResultsHeader()
        self.result_summary = self.list_header.summary
        self._arrange()
        self.overlay = DropOverlay(
            self,
            tr("Drop files and folders to make them searchable"),
            tr("Files stay where they are."),
        )
        self.overlay.set_target(
            self.search.box, tr("Drop a document here to find similar ones, or a folder to search in it")
        )
        self.toast = Toast(self)
        self.show_page(self.opening)
        self._restore_state()
        self.search.box.setFocus()

    def show_page(self, page: QWidget) -> None:
        """Show one of the pages: welcome, no_folders, hint, opening, no_results, unusable or results_page."""
        focus = self.focusWidget()
        focus_hidden = focus is not None and self.pages.isAncestorOf(focus) and not page.isAncestorOf(focus)
        self.pages.setCurrentWidget(page)
        if focus_hidden:
            self.search.box.setFocus()  # else Qt moves it to the next widget, and Enter would press that
        self.search.side.setVisible(not self._page_only())
        self.filters.setVisible(not self._page_only() and page is not self.opening)
        self._update_panels()
        self.status.setVisible(not self._page_only())

    def show_unusable(self, error: FindlingError) -> None:
        """Show why the library cannot be opened, and disable the search."""
        self.unusable.show_error(error)
        self.search.box.setEnabled(False)
        self.search.settings.setEnabled(False)
        self.show_page(self.unusable)

    def raise_up(self) -> None:
        """Raise the window and give it the focus."""
        self.setWindowState((self.windowState() & ~Qt.WindowState.WindowMinimized) | Qt.WindowState.WindowActive)
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.take_focus()

    @Slot(str)
    def set_density(self, density: Density) -> None:
        """Show comfortable or compact rows, and remember it."""
        self.results.set_density(density)
        self.list_header.show_density(density)
        if self._state is not None:
            self._state.setValue("results/density", density)

    def restore_density(self) -> None:
        """Show the rows as they are remembered."""
        density = None if self._state is None else self._state.value("results/density")
        self.results.set_density(density if density in DENSITIES else DENSITIES[0])
        self.list_header.show_density(self.results.density)

    def toggle_preview(self) -> None:
        """Show or hide the preview; in a narrow window it replaces the folders."""
        self._preview_requested = not self._shows_preview()
        focus = self.focusWidget()
        if not self._preview_requested and focus is not None and self.preview.isAncestorOf(focus):
            self.results.setFocus()  # else Qt moves it to the next widget
        if self._preview_requested and not self._wide:
            self.search.side.setChecked(False)
        self._update_panels()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        if wide != self._wide:
            self._wide = wide
            self.search.side.setChecked(wide and self._folders_requested)
        self._update_panels()

    @Slot(bool)
    def _side_toggled(self, shown: bool) -> None:  # noqa: FBT001  Qt's signal
        if self._wide:
            self._folders_requested = shown
        self._update_panels()

    def _update_panels(self) -> None:
        """Show the folders and the preview as requested; a narrow window shows one of them."""
        side = self.search.side.isChecked()
        self.folders.setVisible(not self._page_only() and side)
        self.preview.setVisible(self._shows_preview())
        self.search.preview.setVisible(not self._page_only())
        self.search.preview.setChecked(self._shows_preview())

    def _shows_preview(self) -> bool:
        """Whether there is a preview beside results; a narrow window has it in place of the folders."""
        return self._preview_requested and (self._wide or not self.search.side.isChecked())

    def _page_only(self) -> bool:
        """Whether the page is shown without the panels around it."""
        page = self.pages.currentWidget()
        repairing = page is self.opening and self.opening.is_repairing
        return repairing or page in {self.welcome, self.no_folders, self.unusable}

    def _arrange(self) -> None:
        list_pane = QWidget()
        list_pane.setObjectName("results")
        list_pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = _column(list_pane)
        self.list_header.density_chosen.connect(self.set_density)
        column.addWidget(self.list_header)
        column.addWidget(self.results, 1)
        self.results_page = _splitter((list_pane, 1), (self.preview, 1))
        self.results_page.setSizes([466, 482])
        list_pane.setMinimumWidth(300)
        self.preview.setMinimumWidth(220)
        self.pages = QStackedWidget()
        for page in (self.welcome, self.no_folders, self.hint, self.opening, self.no_results, self.unusable):
            self.pages.addWidget(page)
        self.pages.addWidget(self.results_page)
        self.body = _splitter((self.folders, 0), (TeamSplit(self.pages, self.team), 1))
        self.body.setSizes([232, 948])
        self.folders.setMinimumWidth(168)
        self.search.side.setCheckable(True)
        self.search.side.setChecked(True)
        self.search.side.toggled.connect(self._side_toggled)
        self.search.preview.setCheckable(True)
        self.search.preview.setChecked(True)
        self.search.preview.clicked.connect(self.toggle_preview)
        central = QWidget()
        column = _column(central)
        for widget in (self.search, self.filters, self.chips, self.banner, self.offer, self.body, self.status):
            column.addWidget(widget, 1 if widget is self.body else 0)
        self.setCentralWidget(central)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type into the search box, wherever the focus is."""
        shortcut = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if event.text().isprintable() and event.text().strip() and not shortcut and self.search.box.isEnabled():
            self.search.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.search.box.end(False)  # noqa: FBT003
            self.search.box.insert(event.text())
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save_state()
        self.closing.emit()
        event.ignore()

    def _save_state(self) -> None:
        if self._state is not None:
            self._state.setValue("window/geometry", self.saveGeometry())
            self._state.setValue("window/body", self.body.saveState())
            self._state.setValue("window/finding", self.results_page.saveState())

    def _restore_state(self) -> None:
        self.restore_density()
        if self._state is None:
            return
        for name, restore in (
            ("window/geometry", self.restoreGeometry),
            ("window/body", self.body.restoreState),
            ("window/finding", self.results_page.restoreState),
        ):
            saved = self._state.value(name)
            if isinstance(saved, QByteArray):
                restore(saved)


def _column(parent: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    return column


def _splitter(*parts: tuple[QWidget, int]) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for number, (widget, stretch) in enumerate(parts):
        splitter.addWidget(widget)
        splitter.setStretchFactor(number, stretch)
    return splitter
