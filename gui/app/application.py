"""The application: creates every object in order and destroys them in reverse."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core import paths
from core import settings as settings_file
from core.errors import FindlingError, LibraryLockedError
from gui.app.crash_hooks import CrashHooks, Signals
from gui.app.single_instance import SingleInstance, hand_over
from gui.controllers.engine import EngineController
from gui.controllers.help import HelpController
from gui.controllers.hit_actions import HitActions
from gui.controllers.library import LibraryController
from gui.controllers.search import SearchController
from gui.controllers.similar import SimilarSearch
from gui.runtime.bridge import Bridge
from gui.runtime.desktop_services import DesktopServices
from gui.runtime.latest_task import LatestTask
from gui.widgets.theme import Choice, Theme
from gui.window import MainWindow

if TYPE_CHECKING:
    from core.library import Library

CLOSE_SECONDS = 20.0
LOCKED_MS = 1000  # between attempts to open a library that another Findling uses


@dataclass(frozen=True, slots=True)
class Options:
    """The command line: the library's folder, paths to add, and the appearance (None: as saved)."""

    library: str
    add: tuple[str, ...] = ()
    look: Choice | None = None


class App(QObject):
    """The window with the library, from the first paint until the last thread has ended."""

    def __init__(self, qt: QApplication, options: Options, desktop: DesktopServices | None = None) -> None:
        super().__init__()
        self._qt, self._options = qt, options
        self._paths_to_add = list(options.add)
        self._repairing: threading.Event | None = None  # set to cancel the repair
        self._repair_message = ""
        self.library: Library | None = None
        self.search_controller: SearchController | None = None
        self.library_controller: LibraryController | None = None
        self.engine_controller: EngineController | None = None
        self.hooks = CrashHooks(self)
        self.signals = Signals(self)
        self.state = QSettings(str(paths.config_dir() / "window.ini"), QSettings.Format.IniFormat, self)
        self.theme = Theme(qt, options.look or _saved_look(self.state))
        self.instance = SingleInstance(options.library, self)
        self.bridge = Bridge(self)
        self.desktop = desktop or DesktopServices()
        self.window = MainWindow(self.state)
        self.hit_actions = HitActions(self.window, self.desktop, SimilarSearch(self.window))
        self.help = HelpController(qt, self.window, self.desktop, self.state)
        self.open_task = LatestTask(self._open, "opening", self)
        self._locked = QTimer(self)
        self._locked.setSingleShot(True)
        self._locked.setInterval(LOCKED_MS)
        self._connect()

    def show(self) -> None:
        """Show the window; the library is opened after the first paint."""
        self.window.show()

    @Slot()
    def quit(self) -> None:
        """Hide the window and end Qt's event loop; `close` does the rest."""
        self.window.hide()
        self._qt.quit()

    def close(self) -> bool:
        """Destroy everything in reverse; returns whether the library closed within CLOSE_SECONDS."""
        self.state.setValue("look", self.theme.choice)
        self.window.hide()
        self.help.stop()
        self._cancel_repair()
        self._locked.stop()
        self.open_task.stop(CLOSE_SECONDS)
        if self.engine_controller is not None:
            self.engine_controller.stop()
        if self.library_controller is not None:
            self.library_controller.stop()
        if self.search_controller is not None:
            self.search_controller.stop()
        self.bridge.close()
        closed = self._close_library()
        self.window.deleteLater()
        self.instance.close()
        self.signals.remove()
        self.hooks.remove()
        return closed

    def _connect(self) -> None:
        self.window.painted.connect(self._painted)
        self.window.closing.connect(self.quit)
        self.window.unusable.retry.clicked.connect(self._open_library)
        self.window.unusable.repair.clicked.connect(self._repair)
        self.window.opening.cancel.clicked.connect(self._cancel_repair)
        self.window.unusable.use_builtin.clicked.connect(self._use_builtin)
        self.window.unusable.quit.clicked.connect(self.quit)
        self._locked.timeout.connect(self._submit_open)
        self.open_task.result_ready.connect(self._opened)
        self.open_task.failed.connect(self._not_opened)
        self.instance.handed_over.connect(self._take_over)
        self.signals.quit_requested.connect(self.quit)
        self.hooks.quit_requested.connect(self.quit)

    @Slot()
    def _painted(self) -> None:
        # In the next iteration of the event loop, so that the window is on the screen before anything else begins.
        QTimer.singleShot(0, self._open_library)

    @Slot()
    def _repair(self) -> None:
        """Move a damaged catalogue aside and open its repaired copy."""
        self._repairing = threading.Event()
        self._open_library()

    @Slot()
    def _cancel_repair(self) -> None:
        """Cancel a running repair, which leaves the library unchanged."""
        self.window.opening.cancel.setEnabled(False)
        if self._repairing is not None:
            self._repairing.set()

    @Slot()
    def _use_builtin(self) -> None:
        """Switch to the built-in model and open the library; the index of the other model is kept."""
        path = Path(self._options.library) / settings_file.SETTINGS_NAME
        with contextlib.suppress(OSError, FindlingError):  # then opening reports the error again
            settings = settings_file.with_bundled_model(settings_file.load(path))
            settings_file.save(settings, path)
        self._open_library()

    @Slot()
    def _open_library(self) -> None:
        if self._repairing is None:
            self.window.opening.show_opening()
        else:
            self.window.opening.show_repairing()
        self.window.show_page(self.window.opening)
        self._submit_open()

    @Slot()
    def _submit_open(self) -> None:
        self._locked.stop()
        self.open_task.submit(self._options.library)

    def _open(self, root: object) -> Iterator[Library | None]:
        """Open the library; yields None if another window has it and took the paths to add."""
        from core.library import Library

        tell, repairing = self.window.opening.progress.report, self._repairing
        if repairing is not None:
            from core.library import recover_library

            self._repair_message = recover_library(Path(str(root)), tell, repairing.is_set).sentence
        control = self.instance.control
        try:
            self.library = Library.open(str(root), report=self.bridge.report, watch=True, tell=tell, control=control)
        except LibraryLockedError:
            # Both windows may have waited for a third program, and the other one came first.
            if control.listening or not hand_over(str(root), self._paths_to_add):
                raise
        yield self.library

    @Slot(object, object)
    def _opened(self, _root: object, library: Library | None) -> None:
        self._repairing = None
        if library is None:
            self.quit()
            return
        self.window.search.box.setEnabled(True)
        self.window.search.settings.setEnabled(True)
        self.search_controller = SearchController(self.window, library, self.hit_actions)
        self.library_controller = LibraryController(self.window, library, self.bridge, self.desktop, self.theme)
        self.engine_controller = EngineController(self.window, library, self.state)
        self.engine_controller.trouble.connect(self.library_controller.show_trouble)
        self.library_controller.engine_requested.connect(self.engine_controller.show)
        self.library_controller.folders_known.connect(self._folders_known)
        self.library_controller.progressed.connect(self.search_controller.show_progress)
        self.search_controller.trouble.connect(self.library_controller.show_trouble)
        self.hit_actions.trouble.connect(self.library_controller.show_trouble)
        self.bridge.contents_changed.connect(self.search_controller.refresh)
        if self._paths_to_add:
            self.library_controller.folders.add(self._paths_to_add)
            self._paths_to_add.clear()
        self.library_controller.start()
        if self._repair_message:
            self.library_controller.show_trouble(self._repair_message, "")
            self._repair_message = ""
        self.search_controller.start()
        self.engine_controller.start()
        self.window.search.box.setFocus()

    @Slot(object, object)
    def _not_opened(self, _root: object, error: FindlingError) -> None:
        self._repairing = None
        self.window.show_unusable(error)
        if isinstance(error, LibraryLockedError):
            self._locked.start()  # opens the library when the other Findling has ended

    @Slot(bool)
    def _folders_known(self, known: bool) -> None:  # noqa: FBT001  Qt's signal
        if self.search_controller is not None:
            self.search_controller.show_has_folders(has_folders=known)

    @Slot(list)
    def _take_over(self, paths_to_add: list[str]) -> None:
        """Add the folders of another start, and raise the window."""
        self.window.raise_up()
        if self.library_controller is not None:
            self.library_controller.folders.add(paths_to_add)
        else:
            self._paths_to_add += paths_to_add

    def _close_library(self) -> bool:
        """Close the library on a thread, so that a blocked one cannot keep the process alive."""
        if self.library is None:
            return True
        closing = threading.Thread(target=self.library.close, name="closing", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)
        return not closing.is_alive()


def _saved_look(state: QSettings) -> Choice:
    saved = state.value("look")
    return saved if saved in ("system", "light", "dark") else "system"
