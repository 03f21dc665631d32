"""Connects the welcome with the library: counts and adds its folders, shows and uses its models."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Signal, Slot

from core.errors import FindlingError
from core.messages import tr
from gui.folders.panel import ask_for_folder
from gui.runtime.desktop_services import suggested_folders
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.welcome.page import STEPS

if TYPE_CHECKING:
    from core.library import Library, PriceTag
    from gui.controllers.engine import EngineController
    from gui.controllers.library import LibraryController
    from gui.window import MainWindow

DONE = "welcome/done"  # set once it was gone through or skipped


class WelcomeController(QObject):
    """Emits `closed` when the window is to show something else."""

    closed = Signal()

    def __init__(
        self,
        window: MainWindow,
        library: Library,
        controllers: tuple[LibraryController, EngineController],
        state: QSettings,
    ) -> None:
        super().__init__(window)
        self._window, self._library, self._state = window, library, state
        self._library_controller, self._engine_controller = controllers
        self._page = window.welcome
        self._first_run = False
        self._added: list[str] = []  # by this welcome
        self._queue: list[str] = []  # folders to count
        self._stop = threading.Event()
        self._counting = LatestTask(self._count, "welcome-prices", self)
        self._counting.result_ready.connect(self._show_price)
        self._counting.finished.connect(self._count_next)
        self._counting.failed.connect(self._show_error)
        self._page.left.connect(self._leave)
        self._page.came_up.connect(self._begin)
        self._page.folder_requested.connect(self._choose_folder)
        self._page.models_requested.connect(self._engine_controller.show)
        self._page.finished.connect(self._finish)
        self._library_controller.folders_known.connect(self._folders_known)
        self._engine_controller.capabilities_known.connect(self._show_models)
        window.no_folders.start.clicked.connect(self.show)

    def start(self) -> None:
        """Begin the welcome unless folders are searched or it was seen before."""
        if not self._library.folders() and not self._state.value(DONE):
            self._first_run = True
            self._open()

    def stop(self) -> None:
        """Stop counting."""
        self._stop.set()
        self._counting.stop()

    @Slot()
    def show(self) -> None:
        """Show the welcome again."""
        self._first_run = not self._library.folders()
        self._added.clear()
        self._open()
        self._window.show_page(self._page)

    def _open(self) -> None:
        self._page.begin()
        self._page.show_settings(self._library.settings)
        self._show_models()

    @Slot()
    def _begin(self) -> None:
        """Suggest folders, and count them now that they are seen."""
        known = {folder.path: True for folder in self._library.folders()}
        for path, ticked in (suggested_folders() | known).items():
            self._add_row(path, ticked=ticked)
        self._engine_controller.refresh_capabilities()

    def _add_row(self, path: str, *, ticked: bool) -> None:
        covering = self._library.prices.covering(path)
        searched = ""
        if covering is not None and path not in self._added:
            searched = tr("Searched already")
            if covering != path:
                searched = tr("Searched already, as part of “{folder}”", folder=messages.shown_name(covering))
        self._page.folders.add_folder(path, ticked=ticked, searched=searched)
        if not searched:
            self._queue.append(path)
            if not self._counting.busy:
                self._count_next()

    @Slot()
    def _choose_folder(self) -> None:
        path = ask_for_folder(self._window)
        if path:
            self._add_row(os.path.realpath(path), ticked=True)

    @Slot(int)
    def _leave(self, step: int) -> None:
        """Use what was chosen in a step."""
        if step == 0:
            self._add_folders()
        elif step + 1 == STEPS:
            settings = self._page.model.chosen()
            if self._library.engines.known is not None:
                self._engine_controller.forget_offer()  # what it offers was a choice here
            if settings != self._library.settings:
                self._engine_controller.use_chosen(settings, ask_about_index=not self._first_run)

    def _add_folders(self) -> None:
        """Add the folders with a tick, and remove those that lost it since they were added here."""
        chosen = self._page.folders.chosen()
        before, self._added = self._added, chosen
        gone = [path for path in before if path not in chosen]
        try:
            for path in gone:
                self._library.remove_folder(path)
            for path in chosen if gone else [path for path in chosen if path not in before]:
                self._library.add_folder(path)
        except FindlingError as error:
            self._library_controller.show_trouble(*messages.error_text(error))
        self._library_controller.folders.folders_changed.emit()

    @Slot()
    def _finish(self) -> None:
        self._queue.clear()
        self._stop.set()
        self._counting.cancel()
        self._state.setValue(DONE, "yes")
        self.closed.emit()
        self._engine_controller.start()  # offers the graphics card to who skipped that
        self._window.search.box.setFocus()

    @Slot(bool)
    def _folders_known(self, known: bool) -> None:  # noqa: FBT001  Qt's signal
        """Close the welcome if folders were added in another way before its first step was left."""
        untouched = self._page.is_open and self._page.step == 0 and not self._added
        if known and self._first_run and untouched:
            self._page.finish()

    # On a background thread

    def _count(self, path: object) -> Iterator[PriceTag]:
        self._stop.clear()
        yield from self._library.prices.steps(str(path), self._stop)

    # On the main thread

    @Slot()
    def _count_next(self) -> None:
        if self._queue:
            self._counting.submit(self._queue.pop(0))

    @Slot(object, object)
    def _show_price(self, path: str, price: PriceTag) -> None:
        self._page.folders.show_price(path, price)

    @Slot(object, object)
    def _show_error(self, path: str, error: FindlingError) -> None:
        sentence, remedy = messages.error_text(error)
        self._page.folders.show_error(path, f"{sentence} {remedy}".strip())
        self._count_next()

    @Slot()
    def _show_models(self) -> None:
        if self._page.is_open:
            self._page.model.show_models(self._library.settings, self._library.engines.known)
