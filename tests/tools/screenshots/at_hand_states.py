"""The quick search, the tray icon and its menu, and what is said and set about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.document import OpeningRisk
from tests.tools.screenshots.pictures import QUERY, SETTINGS_PICTURES
from tests.tools.screenshots.visit import Visit, settle, until

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


SCRIPT = OpeningRisk("script", "sh", plain=True)


class AtHandStates(Visit):
    """What can be seen of Findling while its window is hidden."""

    def at_hand(self) -> None:
        self.quick_search()
        self.tray()
        self.resident_dialogs()

    def quick_search(self) -> None:
        quick = self.app.residence.quick
        library = self.app.library
        library.history.clear()
        quick.box.clear()
        quick.appear()
        until(lambda: not self.app.residence._quick_controller._remembering.busy, "recent documents are known")
        self.take("quick-empty", quick)
        for path in sorted((self.home / "Documents").rglob("*.pdf"))[:2]:
            library.history.add_document(str(path))
        library.history.add_search("lisbon museum")
        quick.hide()
        quick.appear()
        until(lambda: quick.recent.rowCount() == 3, "recent documents are shown")
        self.take("quick-recent", quick)
        quick.box.setText(QUERY)
        until(lambda: any("meaning" in hit.lanes for hit in quick.hits.hits()), "found by meaning")
        settle()
        self.take("quick-results", quick)
        quick.box.setText("name:zzzzqqqq")
        until(lambda: not quick.hits_are_shown and not quick.is_pending, "nothing is found")
        self.take("quick-nothing", quick)
        self.app.residence._quick_controller._show_searching()
        self.take("quick-searching", quick)
        quick.box.clear()
        quick.hide()

    def tray(self) -> None:
        from gui.tray.state import TrayState

        icons = tray_panels()
        self.take("tray-icons", icons)
        icons.deleteLater()
        tray = self.app.residence.tray
        line = tray.line.text()
        states = {
            "tray-menu": TrayState("indexing", line, 0.4, holds_card=True),
            "tray-menu-paused": TrayState("paused", line, 0.4, paused=True),
        }
        for name, state in states.items():
            tray.show_state(state)
            tray.menu.popup(self.app.window.mapToGlobal(self.app.window.rect().center()))
            self.take(name, tray.menu)
            tray.menu.close()
        self.app.residence._tray_controller.refresh()

    def resident_dialogs(self) -> None:
        from gui.dialogs.at_hand_settings import AtHandSettings
        from gui.dialogs.still_running import StillRunningDialog
        from gui.hotkey.status import HotkeyStatus

        told = StillRunningDialog("Ctrl+Alt+Space", self.app.window)
        told.show()
        self.take("still-running", told)
        told.close()
        controller = self.app.library_controller
        self.app.preferences.script_folders = (str(self.home / "bin"),)
        controller.settings.show()
        section = controller.settings.dialog.shortcuts.findChild(AtHandSettings)
        for name, status in (
            ("settings-hotkey", HotkeyStatus("active", "x11")),
            ("settings-no-hotkey", HotkeyStatus("unavailable")),
        ):
            section.hotkey.show_status(status)
            self.take(name, section)
        self.shortcuts()
        controller.settings.dialog.reject()
        self.app.preferences.script_folders = ()

    def shortcuts(self) -> None:
        """The shortcuts with keys that another one has, and with keys that cannot be one; scripts that are trusted."""
        from gui.dialogs.opening_question import OpeningQuestion
        from gui.dialogs.shortcut_settings import ShortcutSettings

        dialog = self.app.library_controller.settings.dialog
        page = dialog.shortcuts.findChild(ShortcutSettings)
        dialog.list.setCurrentRow(SETTINGS_PICTURES.index("settings-keys"))
        until(lambda: "quit" in page.rows, "every shortcut is listed")
        row = page.rows["add_folder"]
        dialog.shortcuts.ensureWidgetVisible(page.rows["search"])
        self.take("settings-shortcuts", dialog)
        for name, keys in (("settings-shortcuts-conflict", "Ctrl+D"), ("settings-shortcuts-refused", "Ctrl+C")):
            page._edit("add_folder", 0, keys)
            settle()
            row.fields[0].setFocus()
            dialog.shortcuts.ensureWidgetVisible(row)
            self.take(name, dialog)
            page._refuse()
        dialog.list.setFocus()
        dialog.list.setCurrentRow(SETTINGS_PICTURES.index("settings-privacy"))
        self.take("settings-opening", dialog)
        question = OpeningQuestion(self.app.window, str(self.home / "bin" / "clean up.sh"), SCRIPT)
        question.show()
        self.take("opening-question", question)
        question.close()


def tray_panels() -> QWidget:
    """The icon in each of its states, in two sizes, on a light and on a dark panel."""
    from PySide6.QtGui import QColor, QPalette
    from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

    from gui.tray.icon import STEPS, tray_icon

    panels = QWidget()
    column = QVBoxLayout(panels)
    column.setSpacing(0)
    column.setContentsMargins(0, 0, 0, 0)
    pictures = [("idle", -1), ("indexing", -1), *(("indexing", step) for step in range(2, STEPS + 1, 2))]
    for colour in ("#f4f4f6", "#1c1d21"):
        panel = QWidget()
        panel.setAutoFillBackground(True)
        palette = panel.palette()
        palette.setColor(QPalette.ColorRole.Window, QColor(colour))
        panel.setPalette(palette)
        row = QHBoxLayout(panel)
        for state, step in (*pictures, ("paused", -1), ("attention", -1)):
            for size in (24, 48):
                shown = QLabel()
                shown.setPixmap(tray_icon(state, step).pixmap(size))  # type: ignore[arg-type]
                row.addWidget(shown)
        column.addWidget(panel)
    panels.show()
    return panels
