"""The settings of the library and the appearance of the window, as a list of pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Literal, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QStackedWidget, QVBoxLayout, QWidget

from core.messages import mark, tr
from core.settings import Settings
from gui.dialogs.advanced_page import AdvancedPage
from gui.dialogs.privacy_page import PrivacyPage
from gui.dialogs.settings_forms import CHOICES, AppearancePage, FilesPage, FoldersPage, SchedulePage
from gui.dialogs.settings_model import ModelPage
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.settings_search import SearchPage
from gui.dialogs.team_page import TeamPage
from gui.engine import engine_text
from gui.results.row_metrics import Density
from gui.widgets.basic import TextButton, resize_to_screen, rule
from gui.widgets.tab_order import keep_place, stops_in
from gui.widgets.theme import Choice

PageName = Literal[
    "folders", "files", "model", "search", "team", "schedule", "appearance", "shortcuts", "privacy", "advanced"
]
ROW_HEIGHT = 34
LIST_MARGIN = 50  # pixels beside the longest name in the list


class ShortcutsPage(SettingsPage):
    """Holds what others add to it."""

    heading = mark("Shortcuts and tray")


PAGES: dict[PageName, type[SettingsPage]] = {
    "folders": FoldersPage,
    "files": FilesPage,
    "model": ModelPage,
    "search": SearchPage,
    "team": TeamPage,
    "schedule": SchedulePage,
    "appearance": AppearancePage,
    "shortcuts": ShortcutsPage,
    "privacy": PrivacyPage,
    "advanced": AdvancedPage,
}
P = TypeVar("P", bound=SettingsPage)


class SettingsDialog(QDialog):
    """Edits a copy; emits `chosen(Settings)`, `look_chosen(Choice)` and `density_chosen(Density)` when the user saves.

    Model and engine have a panel of their own, for which `engine_requested` asks; nothing is saved by that. What others
    show on a page is added `when_made`. A page is made when it is first needed, or when there is time.
    """

    help_page = "window.md"
    chosen = Signal(object)
    look_chosen = Signal(str)
    density_chosen = Signal(str)
    thumbnails_chosen = Signal(bool)
    engine_requested = Signal()
    measure_requested = Signal()
    history_cleared = Signal()
    privacy_requested = Signal()
    add_folder_requested = Signal()
    check_requested = Signal()
    logs_requested = Signal()
    library_requested = Signal()

    def __init__(
        self, settings: Settings, look: Choice, parent: QWidget | None = None, *, density: Density = "comfortable"
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Settings"))
        resize_to_screen(self, 820, 600)
        self._before, self._look, self._density = settings, look, density
        self._library = ("", "")  # its folder and size
        self._made: dict[PageName, SettingsPage] = {}
        self._unfinished: dict[PageName, Iterator[None]] = {}
        self._callbacks: dict[PageName, list[Callable[[Any], object]]] = {}
        self._idle = QTimer(self)  # ends with the dialog; a pending QTimer.singleShot would keep it in memory
        self._idle.timeout.connect(self._make_next)
        self.list, self._stack = QListWidget(self), QStackedWidget(self)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(rule(vertical=True, full=True))
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row, 1)
        column.addWidget(rule())
        column.addLayout(self._buttons())
        self._fill_list()

    @cached_property
    def folders(self) -> FoldersPage:
        page = self._finished("folders", FoldersPage)
        page.add_requested.connect(self.add_folder_requested)
        return page

    @cached_property
    def files(self) -> FilesPage:
        return self._finished("files", FilesPage)

    @cached_property
    def model(self) -> ModelPage:
        page = self._finished("model", ModelPage)
        page.engine_requested.connect(self.engine_requested)
        return page

    @cached_property
    def search(self) -> SearchPage:
        page = self._finished("search", SearchPage)
        page.engine_requested.connect(self.engine_requested)
        page.measure_requested.connect(self.measure_requested)
        return page

    @cached_property
    def team(self) -> TeamPage:
        return self._finished("team", TeamPage)

    @cached_property
    def schedule(self) -> SchedulePage:
        return self._finished("schedule", SchedulePage)

    @cached_property
    def appearance(self) -> AppearancePage:
        return self._finished("appearance", AppearancePage)

    @cached_property
    def shortcuts(self) -> ShortcutsPage:
        return self._finished("shortcuts", ShortcutsPage)

    @cached_property
    def privacy(self) -> PrivacyPage:
        page = self._finished("privacy", PrivacyPage)
        page.history_cleared.connect(self.history_cleared)
        page.connections_requested.connect(self.privacy_requested)
        return page

    @cached_property
    def advanced(self) -> AdvancedPage:
        page = self._finished("advanced", AdvancedPage)
        page.library_requested.connect(self.library_requested)
        page.check_requested.connect(self.check_requested)
        page.logs_requested.connect(self.logs_requested)
        page.show_library(*self._library)
        return page

    def page(self, name: PageName) -> SettingsPage:
        """A page, which is made if it was not yet needed."""
        found: SettingsPage = getattr(self, name)
        return found

    def open_page(self, name: PageName) -> None:
        """Turn to a page."""
        self.list.setCurrentRow(list(PAGES).index(name))

    def when_made(self, name: PageName, callback: Callable[[Any], object]) -> None:
        """Call back with a page once it is made."""
        if name in self._made:
            callback(self.page(name))
        else:
            self._callbacks.setdefault(name, []).append(callback)

    def edited(self) -> dict[str, Any]:
        """The fields that were changed in the dialog, with their new values."""
        values = {name: value for page in self._made.values() for name, value in page.values().items()}
        return {name: value for name, value in values.items() if value != getattr(self._before, name)}

    def settings(self) -> Settings:
        """The settings as edited in the dialog."""
        return dataclasses.replace(self._before, **self.edited())

    def use(self, settings: Settings) -> None:
        """Take over settings that were changed elsewhere meanwhile; what is edited here stays."""
        if settings == self._before:
            return
        shown = dataclasses.replace(settings, **self.edited())
        self._before = settings
        for page in self._made.values():
            page.show_values(shown)

    def show_library(self, root: str, size: str, folders: list[tuple[str, str]]) -> None:
        """Show where the library is and its size, and its folders with their states."""
        self.folders.show_folders(folders)
        self._library = (root, size)
        if "advanced" in self._made:
            self.advanced.show_library(root, size)

    @Slot()
    def accept(self) -> None:
        if "appearance" in self._made:
            self.look_chosen.emit(CHOICES[self.appearance.look.currentIndex()])
            self.density_chosen.emit(self.appearance.density.currentData())
            self.thumbnails_chosen.emit(self.appearance.thumbnails.isChecked())
        if self.settings() != self._before:
            self.chosen.emit(self.settings())
        super().accept()

    def _finished(self, name: PageName, kind: type[P]) -> P:
        """A page, after all that is left of making it."""
        for _ in self._steps(name):
            pass
        page = self._made[name]
        assert isinstance(page, kind)
        return page

    def _steps(self, name: PageName) -> Iterator[None]:
        """What is left of making a page."""
        return self._unfinished.setdefault(name, self._make(name))

    def _make(self, name: PageName) -> Iterator[None]:
        """Make a page that shows the settings, in steps of which each holds the window up only for a moment."""
        match name:
            case "appearance":
                page: SettingsPage = AppearancePage(self._look, self._density)
            case "privacy":
                page = PrivacyPage(engine_text.leaves_computer(self._before))
            case _:
                page = PAGES[name]()
        page.show_values(self._before)
        self._made[name] = page
        yield
        page.setParent(self._stack)
        while self._callbacks.get(name):
            yield
            self._callbacks[name].pop(0)(page)
        yield
        self._stack.addWidget(page)
        yield
        keep_place(self._stack, *stops_in(page))

    def _fill_list(self) -> None:
        titles = [tr(kind.heading) for kind in PAGES.values()]
        self.list.setObjectName("settingsPages")
        self.list.setAccessibleName(tr("Pages"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for title in titles:
            self.list.addItem(title)
            self.list.item(self.list.count() - 1).setSizeHint(QSize(0, ROW_HEIGHT))
        self.list.setFixedWidth(max(map(self.list.fontMetrics().horizontalAdvance, titles)) + LIST_MARGIN)
        self.list.currentRowChanged.connect(self._show_page)
        self.list.setCurrentRow(0)
        self._idle.start(0)

    @Slot(int)
    def _show_page(self, row: int) -> None:
        self._stack.setCurrentWidget(self.page(list(PAGES)[row]))

    @Slot()
    def _make_next(self) -> None:
        """Make the other pages step by step, so that the settings open without a delay."""
        missing = [name for name in PAGES if name not in vars(self)]
        if not missing:
            self._idle.stop()
            return
        for _ in self._steps(missing[0]):
            return
        self.page(missing[0])  # all its steps are done

    def _buttons(self) -> QHBoxLayout:
        save = TextButton(tr("Save"), "main")
        save.setDefault(True)
        cancel = TextButton(tr("Cancel"))
        save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.setContentsMargins(20, 12, 20, 16)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(save)
        return row
