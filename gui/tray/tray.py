"""The icon in the system tray with its menu; it emits what the user asks for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from core.messages import tr
from core.messages.visible import cut
from gui.runtime.notifications import Notification
from gui.tray.icon import step_of, tray_icon
from gui.tray.state import TrayState
from gui.widgets.plain_text import action_text, tool_tip

LONGEST_LINE = 60  # characters of the progress line; a menu is as wide as its longest entry


class Tray(QObject):
    """A left click asks for the quick search, the menu for the rest; `pause_requested(None)` is until resumed.

    `message_clicked(query)` is a click on what `show_message` showed last.
    """

    search_requested = Signal()
    window_requested = Signal()
    pause_requested = Signal(object)
    resume_requested = Signal()
    release_requested = Signal()
    settings_requested = Signal()
    quit_requested = Signal()
    message_clicked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TrayState()
        self._query = ""  # of the message that was shown last
        self.menu = QMenu()
        self.menu.aboutToHide.connect(self._show_state_in_menu, Qt.ConnectionType.QueuedConnection)
        self.icon = self._make_icon()
        self._fill()
        self.show_state(TrayState("idle", tr("Opening your library…")))

    def show(self) -> None:
        """Show the icon in the tray that there is, or in the next one that comes."""
        self.icon.show()

    def renew(self) -> None:
        """Show the icon anew, in a tray that has come: Qt chooses between its protocols when the icon is made."""
        before, self.icon = self.icon, self._make_icon()
        self.icon.setIcon(before.icon())
        self.icon.setToolTip(tool_tip(before.toolTip()))
        before.hide()
        before.deleteLater()
        self.icon.show()

    def _make_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(self)
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._activated)
        icon.messageClicked.connect(self._message_clicked)
        return icon

    @Slot(object)
    def show_message(self, shown: Notification) -> None:
        """Show a message beside the icon, where a desktop has no service for notifications."""
        self._query = shown.query
        if QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages():
            self.icon.showMessage(shown.title, shown.text)

    @Slot()
    def _message_clicked(self) -> None:
        self.message_clicked.emit(self._query)

    def close(self) -> None:
        """Take the icon out of the tray."""
        self.icon.hide()
        self.menu.deleteLater()

    def show_state(self, state: TrayState) -> None:
        """Show a state in the icon, the tool tip and the menu; what stays the same is not sent to the panel again.

        An open menu changes when it is closed: an entry that moves would be under the pointer when another was meant.
        """
        before, self._state = self._state, state
        picture = (state.state, step_of(state.share) if state.state == "indexing" else -1)
        if self.icon.icon().isNull() or picture != (
            before.state,
            step_of(before.share) if before.state == "indexing" else -1,
        ):
            self.icon.setIcon(tray_icon(*picture))
        line = " ".join(state.line.split())
        tip = tr("Findling: {state}", state=line) if line else "Findling"
        if tip != self.icon.toolTip():
            self.icon.setToolTip(tool_tip(tip))
        self._show_state_in_menu()

    @Slot()
    def _show_state_in_menu(self) -> None:
        if self.menu.isVisible():
            return
        line = " ".join(self._state.line.split())
        self.line.setText(action_text(cut(line, LONGEST_LINE)))
        self.line.setVisible(bool(line))
        self.pause.menuAction().setVisible(not self._state.paused)
        self.resume.setVisible(self._state.paused)
        self.release.setVisible(self._state.holds_card)

    def set_usable(self, *, usable: bool) -> None:
        """Enable what needs an open library."""
        for action in (self.pause.menuAction(), self.resume, self.settings):
            action.setEnabled(usable)

    def _fill(self) -> None:
        self.search = self._add(tr("Search"), self.search_requested)
        self._add(tr("Open Findling"), self.window_requested)
        self.menu.addSeparator()
        self.line = self.menu.addAction("")
        self.line.setEnabled(False)
        self.pause = self.menu.addMenu(tr("Pause indexing"))
        for text, seconds in (
            (tr("For 15 minutes"), 900.0),
            (tr("For 1 hour"), 3600.0),
            (tr("Until I resume"), None),
        ):
            self.pause.addAction(text).setData(seconds)
        self.pause.triggered.connect(self._pause)
        self.resume = self._add(tr("Resume indexing"), self.resume_requested)
        self.release = self._add(tr("Release graphics card"), self.release_requested)
        self.menu.addSeparator()
        self.settings = self._add(tr("Settings…"), self.settings_requested)
        self._add(tr("Quit Findling"), self.quit_requested)
        self.set_usable(usable=False)

    def _add(self, text: str, asks: object) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(asks)
        return action

    @Slot(QAction)
    def _pause(self, action: QAction) -> None:
        self.pause_requested.emit(action.data())

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.search_requested.emit()
        elif reason == QSystemTrayIcon.ActivationReason.MiddleClick:
            self.window_requested.emit()
