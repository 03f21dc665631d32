"""What a person does with a hit: open it, show its folder, copy it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.document import Hit
from gui.results.explain_popup import ExplainPopup
from gui.text import messages

if TYPE_CHECKING:
    from core.library import FilterEffect
    from gui.controllers.similar import SimilarSearch
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow


class HitActions(QObject):
    """Does by name what keys, buttons and menus ask for; `trouble(sentence, remedy)` when it cannot be done."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, desktop: DesktopServices, similar: SimilarSearch) -> None:
        super().__init__(window)
        self._window, self._desktop, self._similar = window, desktop, similar
        self.narrowing: FilterEffect | None = None  # of the query whose hits are shown, once it is known

    @Slot(str, object)
    def do(self, what: str, hit: Hit) -> None:
        """`what` is "open", "folder", "preview", "copy_file", "copy_path", "copy_passage", "similar" or "why"."""
        match what:
            case "open" | "folder":
                self._open(hit.path, folder=what == "folder")
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
                ExplainPopup(hit, self._window.results, self.narrowing).show_beside_row()

    def _open(self, path: str, *, folder: bool) -> None:
        name = messages.shown_name(path)
        if not folder and not os.path.lexists(path):
            self.trouble.emit(
                self.tr("“{}” is not there any more.").format(name),
                self.tr("It was moved or deleted, or its disk is not connected. F5 looks again."),
            )
        elif not (self._desktop.open_folder(path) if folder else self._desktop.open(path)):
            self.trouble.emit(
                self.tr("No program opened “{}”.").format(name),
                self.tr("Choose a program for this kind of file in the desktop's settings."),
            )
