"""What an open library has in the window besides search, folders and engine; and what an import of settings changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Slot

from gui.controllers.first_indexing import FirstIndexing
from gui.controllers.saved_searches import SavedSearchController
from gui.controllers.team import TeamController
from gui.controllers.team_settings import TeamSettings
from gui.controllers.thumbnails import ThumbnailController
from gui.controllers.welcome import WelcomeController
from gui.widgets.theme import Choice, Theme

if TYPE_CHECKING:
    from core.library import Library
    from gui.app.residence import Residence
    from gui.controllers.document_opener import DocumentOpener
    from gui.controllers.engine import EngineController
    from gui.controllers.library import LibraryController
    from gui.runtime.bridge import Bridge
    from gui.runtime.desktop_services import DesktopServices
    from gui.runtime.preferences import Preferences
    from gui.window import MainWindow


class Extras(QObject):
    """Saved searches, thumbnails, the welcome, the team library, and the notification after the first indexing."""

    def __init__(
        self,
        window: MainWindow,
        library: Library,
        controllers: tuple[LibraryController, EngineController],
        bridge: Bridge,
        residence: Residence,
        services: tuple[DocumentOpener, DesktopServices],
        state: QSettings,
    ) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._library_controller = library_controller = controllers[0]
        tell = residence.notifications.show
        self.saved_searches = SavedSearchController(window, library, bridge, tell)
        self.thumbnails = ThumbnailController(window, library, state)
        self.welcome = WelcomeController(window, library, controllers, state)
        self._first = FirstIndexing(window, state, tell)
        self.team = TeamController(window, library, *services)
        self.team_settings = TeamSettings(services[1], self)
        self.team_settings.changed.connect(self.team.use)
        self.team.settings_requested.connect(self._show_team_settings)
        for controller in (self.team, self.team_settings):
            controller.trouble.connect(library_controller.show_trouble)
        library_controller.settings.opened.connect(self.team_settings.add_to)
        library_controller.settings.opened.connect(self.thumbnails.add_settings)
        library_controller.progressed.connect(self._first.watch)
        bridge.contents_changed.connect(self.thumbnails.forget)

    def stop(self) -> None:
        """End their threads."""
        self.team.stop()
        self.team_settings.stop()
        self.welcome.stop()
        self.saved_searches.stop()
        self.thumbnails.stop()

    @Slot()
    def _show_team_settings(self) -> None:
        self._library_controller.settings.show()
        if (dialog := self._library_controller.settings.dialog) is not None:
            dialog.open_page("team")

    def use_imported(self, preferences: Preferences, theme: Theme) -> None:
        """Use what an import wrote into the window's file, and show what it saved."""
        self._state.sync()
        preferences.changed.emit()
        theme.choose(saved_look(self._state))
        self._window.restore_density()
        self.thumbnails.use()
        self.saved_searches.start()


def saved_look(state: QSettings) -> Choice:
    """The appearance that was chosen last."""
    saved = state.value("look")
    return saved if saved in ("system", "light", "dark") else "system"
