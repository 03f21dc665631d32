"""Keeps Findling at hand while its window is hidden: tray icon, quick search, and what closing the window does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.messages import tr
from gui.app.quick_search_choices import QuickSearchChoices
from gui.app.resting import Resting
from gui.app.settings_sections import SettingsSections
from gui.app.single_instance import ACTIVATION
from gui.controllers.quick_search import QuickSearchController
from gui.controllers.tray import TrayController
from gui.dialogs.still_running import StillRunningDialog
from gui.hotkey.hotkey import Hotkey
from gui.hotkey.keys import shown_keys
from gui.quick.popup import QuickSearch
from gui.runtime.notifications import Notifications
from gui.tray.host import TrayHost
from gui.tray.tray import Tray

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.controllers.library import LibraryController
    from gui.runtime.autostart import Autostart, SandboxAutostart
    from gui.runtime.preferences import Preferences
    from gui.window import MainWindow

HOSTLESS_MS = 15_000  # a panel that restarts is back by then


class Residence(QObject):
    """Hides the window instead of closing it where a tray shows the icon; emits `quit_requested`, and `trouble`."""

    quit_requested = Signal()
    trouble = Signal(str, str)
    settings_requested = Signal()

    def __init__(
        self,
        window: MainWindow,
        preferences: Preferences,
        login: Autostart | SandboxAutostart,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._preferences, self.login = window, preferences, login
        self._told: StillRunningDialog | None = None
        self._keys = ""  # of the hotkey in use
        self._quick: QuickSearch | None = None
        self._quick_controller: QuickSearchController | None = None
        self._tray_controller: TrayController | None = None
        self._resting: Resting | None = None
        self.tray = Tray(self)
        self.host = TrayHost(self)
        self.notifications = Notifications(self)
        self.hotkey = Hotkey(self)
        self._hostless = QTimer(self)
        self._hostless.setSingleShot(True)
        self._hostless.setInterval(HOSTLESS_MS)
        self._hostless.timeout.connect(self._return_window)
        window.closing.connect(self._close)
        window.dismissed.connect(self._dismiss)
        self._choices = QuickSearchChoices(window.welcome, preferences, login, self.hotkey, self)
        self._choices.keys_tried.connect(self._try_keys)
        self.sections = SettingsSections(preferences, login, (self.host, self.hotkey), window.shortcuts, self)
        self.sections.keys_tried.connect(self._try_keys)
        self.sections.closed.connect(self._use_hotkey)
        self.sections.trouble.connect(self.trouble)
        self._choices.not_saved.connect(self.sections.report_login)
        window.welcome.finished.connect(self._use_hotkey)
        self.host.changed.connect(self._host_changed)
        preferences.changed.connect(self._use_hotkey)
        self.hotkey.pressed.connect(self._hotkey_pressed)
        self.tray.search_requested.connect(self._tray_clicked)
        self.tray.window_requested.connect(self.show_window)
        self.tray.settings_requested.connect(self._show_settings)
        self.tray.quit_requested.connect(self.quit_requested)
        self.notifications.refused.connect(self.tray.show_message)
        self.notifications.clicked.connect(self._notification_clicked)
        self.tray.message_clicked.connect(self._search_in_window)
        window.shortcuts.install("quit", self.quit_requested)

    @property
    def keys(self) -> str:
        """The keys of the quick search."""
        return self._keys

    def start(self) -> None:
        """Show the icon, and watch whether a tray is there to show it."""
        self.host.start()
        self.tray.show()
        self._use_hotkey()

    @property
    def quick(self) -> QuickSearch:
        """The pop-up of the quick search, built when it is first needed."""
        if self._quick is None:
            self._quick = QuickSearch()
            self._quick.build()
        return self._quick

    def show_library(self, library: Library, library_controller: LibraryController, opener: DocumentOpener) -> None:
        """Show the progress of the library in the tray, and search it in the pop-up, from now on."""
        self._tray_controller = TrayController(self.tray, library, library_controller)
        self._quick_controller = QuickSearchController(self.quick, library, opener, self)
        self._resting = Resting(library, library_controller, self._preferences, self._window, self.quick)
        self._quick_controller.handed_over.connect(self._search_in_window)
        library_controller.progressed.connect(self._quick_controller.show_progress)
        library_controller.contents_changed.connect(self._quick_controller.refresh)

    def stop(self) -> None:
        """Take the icon away."""
        self._hostless.stop()
        self.host.stop()
        self.notifications.stop()
        self.hotkey.stop()
        if isinstance(self.login, QObject):
            self.login.stop()
        self.tray.close()
        if self._resting is not None:
            self._resting.stop()
        if self._quick_controller is not None:
            self._quick_controller.stop()
        if self._quick is not None:
            self._quick.close_for_good()
        if self._told is not None:
            self._told.close()

    @Slot()
    def toggle_quick_search(self) -> None:
        """Show or hide the quick search."""
        self._prepare_quick_search()
        self.quick.toggle()

    @Slot()
    def _tray_clicked(self) -> None:
        self._prepare_quick_search()
        self.quick.toggle_by_click()

    def _prepare_quick_search(self) -> None:
        if self._quick_controller is None:
            self.quick.show_line(tr("Opening your library…"))

    @Slot()
    def _use_hotkey(self) -> None:
        """Use the keys of the preferences, if they are others than before."""
        if self._preferences.hotkey != self._keys:
            self._keys = self._preferences.hotkey
            self.hotkey.use(self._keys)

    @Slot(str)
    def _hotkey_pressed(self, token: str) -> None:
        if token:
            os.environ[ACTIVATION] = token  # Qt takes it when the pop-up is raised
        self.toggle_quick_search()

    @Slot(str, str)
    def _notification_clicked(self, query: str, token: str) -> None:
        if token:
            os.environ[ACTIVATION] = token  # Qt takes it when the window is raised
        self._search_in_window(query)

    @Slot(str)
    def _search_in_window(self, text: str) -> None:
        """Take a query over from the quick search, or from a notification that was clicked."""
        self.show_window()
        if text:
            self._window.search.box.setText(text)
            self._window.search.box.end(False)  # noqa: FBT003

    @Slot()
    def show_window(self) -> None:
        """Bring the window to the front; the pop-up, which may still be asking for the focus, makes way."""
        self._hostless.stop()
        if self._quick is not None:
            self._quick.hide()
        self._window.raise_up()

    @Slot(str)
    def _try_keys(self, keys: str) -> None:
        self._keys = keys
        self.hotkey.use(keys)

    @Slot()
    def _close(self) -> None:
        """Hide the window, minimise it or quit, as the user chose."""
        if self._preferences.keep_in_tray and self.host.check():
            self._hide()
        elif self._preferences.without_tray == "minimise" and not self.host.check():
            self._window.showMinimized()
        else:
            self.quit_requested.emit()

    @Slot()
    def _dismiss(self) -> None:
        """Put the window away, which never quits."""
        if self._preferences.keep_in_tray and self.host.check():
            self._hide()
        else:
            self._window.showMinimized()

    def _hide(self) -> None:
        self._window.hide()
        if not self._preferences.told:
            self._preferences.told = True
            self._told = StillRunningDialog(shown_keys(self._keys) if self.hotkey.status.state == "active" else "")
            self._told.quit_requested.connect(self.quit_requested)
            self._told.destroyed.connect(self._forget_dialog)
            self._told.show()

    @Slot()
    def _forget_dialog(self) -> None:
        self._told = None

    @Slot(bool)
    def _host_changed(self, answers: bool) -> None:  # noqa: FBT001  Qt's signal
        if answers:
            self._hostless.stop()
            self.tray.renew()
        elif self._window.isHidden():
            self._hostless.start()

    @Slot()
    def _return_window(self) -> None:
        """Show the hidden window minimised, as no tray leads to it any more."""
        if self._window.isHidden():
            self._window.showMinimized()

    @Slot()
    def _show_settings(self) -> None:
        self.show_window()
        self.settings_requested.emit()
