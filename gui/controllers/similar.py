"""Search by example: for documents similar to a document or to a text."""

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
    """Writes queries by example into the search box, where they can be edited."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._dropped: list[list[str]] = []  # while the search is disabled
        window.preview.similar_requested.connect(self.find_text)
        window.overlay.dropped_on_target.connect(self.find_dropped)

    def find_hit(self, hit: Hit) -> None:
        """Search for documents similar to a hit."""
        self._window.search.box.setText(_like(hit.path))
        self._window.search.take_focus()

    @Slot(str)
    def find_text(self, text: str) -> None:
        """Search for passages similar to a text, outside the document that it is from."""
        from core.library import like_text

        hit = self._window.results.current()
        elsewhere = f' -in:"{messages.typed_path(hit.path)}"' if hit else ""
        self._window.search.box.setText(like_text(text) + elsewhere)
        self._window.search.box.setCursorPosition(0)
        self._window.search.take_focus()

    @Slot(list)
    def find_dropped(self, paths: list[str]) -> None:
        """Search for documents similar to dropped files, or search in dropped folders.

        Dropped folders replace the folders that the query named before. What is dropped while the search is disabled
        waits for `take_dropped`.
        """
        box = self._window.search.box
        if not box.isEnabled():
            self._dropped.append(paths)
            return
        folders = [f'in:"{messages.typed_path(path)}"' for path in paths if os.path.isdir(path)]
        likes = [_like(path) for path in paths if not os.path.isdir(path)]
        inside = " OR ".join(folders)
        typed = "" if likes else _without_folders(box.text()) if folders else box.text()
        box.setText(" ".join([f"({inside})" if len(folders) > 1 else inside, *likes, typed.strip()]).strip())
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._window.activateWindow()

    def take_dropped(self) -> None:
        """Take what was dropped while the search was disabled."""
        dropped, self._dropped = self._dropped, []
        for paths in dropped:
            self.find_dropped(paths)


def _without_folders(text: str) -> str:
    """A query without its folder filters."""
    from core.library import parse

    while True:
        query = parse(text)
        folder_filter = next(filter(_is_folder_filter, query.operators), None)
        if folder_filter is None:
            return query.text
        text = query.without(folder_filter)


def _is_folder_filter(part: Node) -> bool:
    """Whether a part of a query is a folder filter, or a group of them."""
    from core.library import Filter, Group, Or

    match part:
        case Filter(field, _):
            return field == "in"
        case Or(parts) | Group(parts):
            return all(map(_is_folder_filter, parts))
        case _:
            return False


def _like(path: str) -> str:
    return f'like:"{messages.typed_path(path)}"'
