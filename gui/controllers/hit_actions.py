"""The actions on a hit: open it, show its folder, copy it, find similar ones, explain it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.document import Hit
from core.messages import tr
from gui.results.explain_popup import ExplainPopup
from gui.text import messages

if TYPE_CHECKING:
    from core.library import FilterEffect
    from gui.controllers.similar import SimilarSearch
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow


class HitActions(QObject):
    """Runs the actions of keys, buttons and menus by name; emits `trouble(sentence, remedy)` when one fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, desktop: DesktopServices, similar: SimilarSearch) -> None:
        super().__init__(window)
        self._window, self._desktop, self._similar = window, desktop, similar
        self.filter_effect: FilterEffect | None = None  # of the query whose hits are shown, once known

    @Slot(str, object)
    def do(self, action: str, hit: Hit) -> None:
        """Run an action: "open", "folder", "preview", "copy_file", "copy_path", "copy_passage", "similar" or "why"."""
        match action:
            case "open" | "folder":
                self._open(hit.path, folder=action == "folder")
            case "preview":
                self._window.toggle_preview()
            case "copy_file":
                self._desktop.copy_file(hit.path)
            case "copy_path":
                self._desktop.copy_text(hit.path)
            case "copy_passage":
                self._desktop.copy_text(self._window.preview.passage_text(hit))
            case "similar":
                self._similar.find_hit(hit)
            case "why":
                ExplainPopup(hit, self._window.results, self.filter_effect).show_beside_row()

    def _open(self, path: str, *, folder: bool) -> None:
        name = messages.shown_name(path)
        if not folder and not os.path.lexists(path):
            self.trouble.emit(
                tr("“{name}” does not exist any more.", name=name),
                tr("It was moved or deleted, or its disk is not connected. Press F5 to check your folders."),
            )
        elif not (self._desktop.open_folder(path) if folder else self._desktop.open(path)):
            self.trouble.emit(
                tr("No application can open “{name}”.", name=name),
                tr("Choose an application for this file type in the system settings."),
            )
