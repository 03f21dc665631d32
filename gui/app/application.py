"""The application: creates every object in order and destroys them in reverse."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Slot
from PySide6.QtWidgets import QApplication

from core import paths
from core.links import Link, parse_link
from gui.app.crash_hooks import CrashHooks, Signals
from gui.app.extras import Extras, saved_look
from gui.app.hotkey_operation import hotkey_operation
from gui.app.library_opening import LibraryOpening
from gui.app.options import Options
from gui.app.residence import Residence
from gui.app.single_instance import SingleInstance, hand_over
from gui.controllers.document_opener import DocumentOpener
from gui.controllers.engine import EngineController
from gui.controllers.help import HelpController
from gui.controllers.hit_actions import HitActions
from gui.controllers.library import LibraryController
from gui.controllers.search import SearchController
from gui.controllers.similar import SimilarSearch
from gui.portals.appearance import DesktopAppearance
from gui.runtime.autostart import start_at_login
from gui.runtime.bridge import Bridge
from gui.runtime.desktop_services import DesktopServices
from gui.runtime.file_manager import FileManager
from gui.runtime.preferences import Preferences
from gui.widgets.theme import Theme
from gui.window import MainWindow

if TYPE_CHECKING:
    from core.library import Library


class App(QObject):
    """The window with the library, from the first paint until the last thread has ended."""

    def __init__(self, qt: QApplication, options: Options, desktop: DesktopServices | None = None) -> None:
        super().__init__()
        self._qt, self._options = qt, options
        self._paths_to_add = list(options.add)
        self._links = [parse_link(options.link)] if options.link else []  # to show once the library is open
        self._dropped: list[str] = []  # before the library was open
        self.search_controller: SearchController | None = None
        self.extras: Extras | None = None
        self.library_controller: LibraryController | None = None
        self.engine_controller: EngineController | None = None
        self.hooks = CrashHooks(self)
        self.signals = Signals(self)
        self.state = QSettings(str(paths.config_dir() / "window.ini"), QSettings.Format.IniFormat, self)
        self.theme = Theme(qt, options.look or saved_look(self.state))
        self.appearance = DesktopAppearance(self)
        self.appearance.changed.connect(self.theme.follow_desktop)
        self.instance = SingleInstance(options.library, self)
        self.bridge = Bridge(self)
        self.desktop = desktop or DesktopServices(file_manager=FileManager(self))
        self.window = MainWindow(self.state)
        self.preferences = Preferences(self.state, self)
        self.opener = DocumentOpener(self.desktop, self, self.preferences)
        self.similar = SimilarSearch(self.window)
        self.hit_actions = HitActions(self.window, self.desktop, self.opener, self.similar)
        self.residence = Residence(
            self.window, self.preferences, start_at_login(self.preferences, Path(options.library)), self
        )
        self.help = HelpController(qt, self.window, self.desktop, self.state)
        self.opening = LibraryOpening(self.window, options.library, self.instance, self.bridge.report, self._hand_over)
        self.instance.control.register(hotkey_operation(self.residence))
        self._connect()

    @property
    def library(self) -> Library | None:
        """The library, once it is open."""
        return self.opening.library

    def start(self) -> None:
        """Show the tray icon and, unless started in the background, the window."""
        self.residence.start()
        QTimer.singleShot(0, self.appearance.start)
        if self._options.quick_search:
            self.residence.toggle_quick_search()
        if self._options.background:
            QTimer.singleShot(0, self.opening.start)
        else:
            self.show()

    def show(self) -> None:
        """Show the window; the library is opened after the first paint."""
        self.window.show()

    @Slot()
    def quit(self) -> None:
        """Hide the window and end Qt's event loop; `close` does the rest."""
        self.window.hide()
        self._qt.quit()

    def close(self) -> bool:
        """Destroy everything in reverse; returns whether the library closed in time."""
        self.state.setValue("look", self.theme.choice)
        self.window.hide()
        self.appearance.stop()
        self.help.stop()
        self.opener.stop()
        self.residence.stop()
        self.opening.stop()
        if self.engine_controller is not None:
            self.engine_controller.stop()
        if self.library_controller is not None:
            self.library_controller.stop()
        if self.search_controller is not None:
            self.search_controller.stop()
        if self.extras is not None:
            self.extras.stop()
        self.bridge.close()
        closed = self.opening.close_library()
        self.window.deleteLater()
        self.instance.close()
        self.signals.remove()
        self.hooks.remove()
        return closed

    def _connect(self) -> None:
        self.window.painted.connect(self._painted)
        self.window.overlay.dropped.connect(self._keep_dropped)
        self.residence.quit_requested.connect(self.quit)
        self.window.unusable.quit.clicked.connect(self.quit)
        self.opening.opened.connect(self._opened)
        self.instance.handed_over.connect(self._take_over)
        self.instance.link_given.connect(self._show_link)
        self.instance.quit_requested.connect(self.quit)
        self.instance.toggle_requested.connect(self.residence.toggle_quick_search)
        self.signals.quit_requested.connect(self.quit)
        self.hooks.quit_requested.connect(self.quit)

    def _hand_over(self) -> bool:
        """Give what this window was started with to another one that has the library; on the thread that opens it."""
        background, link = self._options.background, self._options.link
        return hand_over(self._options.library, self._paths_to_add, background=background, link=link)

    @Slot(list)
    def _keep_dropped(self, paths: list[str]) -> None:
        """Keep what is dropped while the library is being opened."""
        if self.library_controller is None:
            self._dropped += paths

    @Slot()
    def _painted(self) -> None:
        if self._options.background:  # opened already
            return
        # In the next iteration of the event loop, so that the window is on the screen before anything else begins.
        QTimer.singleShot(0, self.opening.start)

    @Slot(object)
    def _opened(self, library: Library | None) -> None:
        if library is None:
            self.quit()
            return
        self.window.search.box.setEnabled(True)
        self.window.search.settings.setEnabled(True)
        self.search_controller = SearchController(self.window, library, self.hit_actions)
        self.library_controller = LibraryController(self.window, library, self.bridge, self.opener, self.theme)
        self.engine_controller = EngineController(self.window, library, self.state)
        privacy = self.library_controller.diagnostics.privacy.view
        privacy.folder_requested.connect(self.desktop.show_folder)
        self.engine_controller.trouble.connect(self.library_controller.show_trouble)
        self.residence.settings_requested.connect(self.library_controller.settings.show)
        self.residence.trouble.connect(self.library_controller.show_trouble)
        self.library_controller.settings.opened.connect(self.residence.sections.add_to)
        self.library_controller.maintenance.imported.connect(self._take_imported)
        self.residence.show_library(library, self.library_controller, self.opener)
        self.library_controller.engine_requested.connect(self.engine_controller.show)
        self.library_controller.folders_known.connect(self._folders_known)
        self.library_controller.progressed.connect(self.search_controller.show_progress)
        self.search_controller.trouble.connect(self.library_controller.show_trouble)
        self.window.hint.document_chosen.connect(self.opener.open_document)
        self.opener.opened.connect(self.search_controller.navigation.remember_opened)
        self.opener.trouble.connect(self.library_controller.show_trouble)
        self.opener.copy_of = library.members.copy
        self.bridge.contents_changed.connect(self.search_controller.refresh)
        self.library_controller.folders.excluded.connect(self.search_controller.drop_excluded)
        self.extras = Extras(
            self.window,
            library,
            (self.library_controller, self.engine_controller),
            self.bridge,
            self.residence,
            (self.opener, self.desktop),
            self.state,
        )
        if self._paths_to_add:
            self.library_controller.folders.add(self._paths_to_add)
            self._paths_to_add.clear()
        if self._dropped:
            self.library_controller.folders.add_dropped(self._dropped)
            self._dropped = []
        self.extras.welcome.closed.connect(self.search_controller.pages.choose)
        self.help.welcome_requested.connect(self.extras.welcome.show)
        self.library_controller.start()
        self.extras.welcome.start()
        if message := self.opening.take_message():
            self.library_controller.show_trouble(message, "")
        self.similar.take_dropped()
        self.search_controller.start()
        self.extras.saved_searches.start()
        self.extras.team.start()
        self.engine_controller.start()
        if not self.window.welcome.is_open:
            self.window.search.box.setFocus()
        for link in self._links:
            self._show_link(link)

    @Slot(object)
    def _show_link(self, link: Link) -> None:
        """Raise the window, and show what a link names once the library is open."""
        self.residence.show_window()
        if self.search_controller is None or self.library_controller is None:
            self._links.append(link)
        elif link.action == "why":
            self.library_controller.diagnostics.why.open_for(self.window.search.box.text(), link.path)
        elif link.action == "open":
            self.search_controller.linked.show(link)
        elif link.action == "search":
            self.window.search.box.setText(link.query)
        else:
            self.window.search.box.clear()
            self.similar.find_dropped([link.path])

    @Slot()
    def _take_imported(self) -> None:
        if self.extras is not None:
            self.extras.use_imported(self.preferences, self.theme)

    @Slot(bool)
    def _folders_known(self, known: bool) -> None:  # noqa: FBT001  Qt's signal
        if self.search_controller is not None:
            self.search_controller.pages.show_has_folders(has_folders=known)

    @Slot(list, bool)
    def _take_over(self, paths_to_add: list[str], show: bool) -> None:  # noqa: FBT001  Qt's signal
        """Add the folders of another start, and raise the window unless that one was in the background."""
        if show:
            self.residence.show_window()
        if self.library_controller is not None:
            self.library_controller.folders.add(paths_to_add)
        else:
            self._paths_to_add += paths_to_add
