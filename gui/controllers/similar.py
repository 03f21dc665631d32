"""Asking by example: for what is like a document, or says the like of a text."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from gui.text import messages

if TYPE_CHECKING:
    from core.document import Hit
    from core.library import Node
    from gui.window import MainWindow


class SimilarSearch(QObject):
    """Writes such questions into the search box, where they can be read, changed and taken back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.preview.text.similar.connect(self.find_text)
        window.overlay.dropped_aside.connect(self.find_dropped)

    def find_hit(self, hit: Hit) -> None:
        """Ask for what is similar to a document that was found."""
        self._window.search.box.setText(_like(hit.path))
        self._window.search.take_focus()

    @Slot(str)
    def find_text(self, text: str) -> None:
        """Ask for what says the like of a text elsewhere than in the document that it is from."""
        from core.library import like_text

        hit = self._window.results.current()
        elsewhere = f' -in:"{messages.typed_path(hit.path)}"' if hit else ""
        self._window.search.box.setText(like_text(text) + elsewhere)
        self._window.search.box.setCursorPosition(0)
        self._window.search.take_focus()

    @Slot(list)
    def find_dropped(self, paths: list[str]) -> None:
        """Ask for what is similar to documents that were let go on the search box, or is in one of such folders.

        What was typed is asked of these folders, instead of those that it was confined to before.
        """
        box = self._window.search.box
        if not box.isEnabled():
            return
        folders = [f'in:"{messages.typed_path(path)}"' for path in paths if os.path.isdir(path)]
        likes = [_like(path) for path in paths if not os.path.isdir(path)]
        inside = " OR ".join(folders)
        typed = "" if likes else _anywhere(box.text()) if folders else box.text()
        box.setText(" ".join([f"({inside})" if len(folders) > 1 else inside, *likes, typed.strip()]).strip())
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._window.activateWindow()


def _anywhere(text: str) -> str:
    """A query without the folders that it is confined to."""
    from core.library import parse

    while True:
        query = parse(text)
        place = next(filter(_is_place, query.operators), None)
        if place is None:
            return query.text
        text = query.without(place)


def _is_place(part: Node) -> bool:
    """Whether a part of a query names a folder, or one of several."""
    from core.library import Filter, Group, Or

    match part:
        case Filter(field, _):
            return field == "in"
        case Or(parts) | Group(parts):
            return all(map(_is_place, parts))
        case _:
            return False


def _like(path: str) -> str:
    return f'like:"{messages.typed_path(path)}"'
