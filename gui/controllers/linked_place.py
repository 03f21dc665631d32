"""Links to hits, and what keeps the preview at the place that one named while the results of its query come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Slot

from core.document import Hit, HitPassage, Unit
from core.links import MAX_LENGTH, Link
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.window import MainWindow


def link_to(hit: Hit, query: str) -> Link:
    """The link that shows a hit at its place with the words of its query; without these where they are too long."""
    start = hit.passages[0].start if hit.passages else None
    link = Link("open", hit.path, query.removesuffix(_only(hit.path)).strip(), hit.page, start)
    return link if len(str(link)) <= MAX_LENGTH else replace(link, query="")


def _only(path: str) -> str:
    """The filter that leaves one document, as a link adds it to its query."""
    return f'in:"{messages.typed_path(path)}"'


class LinkedPlace(QObject):
    """Shows the current hit in the preview: at a link's place if that is in it, else at its best passage."""

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._link: Link | None = None
        self._finding: LatestTask | None = None  # made for the first link that names no more than a page
        window.results.current_changed.connect(self.show_hit)

    def stop(self) -> None:
        """Deliver nothing more."""
        if self._finding is not None:
            self._finding.stop()

    def show(self, link: Link) -> None:
        """Show a document at its place, with the query that found it."""
        self._link = link
        if not self._window.search.preview.isChecked():
            self._window.toggle_preview()
        if link.page is not None and link.start is None:
            if self._finding is None:
                self._finding = LatestTask(self._start_of_page, "linked page", self)
                self._finding.result_ready.connect(self._found)
            self._finding.submit(link)
        text = f"{link.query} {_only(link.path)}".strip()
        if text != self._window.search.box.text():
            self._window.search.box.setText(text)
        elif (hit := self._window.results.current()) is not None:
            self.show_hit(hit)

    @Slot(object)
    def show_hit(self, hit: Hit | None) -> None:
        """Show the current hit."""
        link = self._link
        if hit is None or link is None:
            self._window.preview.show_hit(hit)
        elif hit.path == link.path:
            self._window.preview.show_hit(_at_place(hit, link))
        else:
            self._link = None
            self._window.preview.show_hit(hit)

    def _start_of_page(self, request: object) -> Iterator[int]:
        link = cast(Link, request)
        document = self._library.queries.document(link.path)
        parts = document.parts if document is not None else ()
        yield from (part.start for part in parts if part.number == link.page)

    @Slot(object, object)
    def _found(self, link: Link, start: int) -> None:
        if link is self._link:
            self._link = replace(link, start=start)
            hit = self._window.results.current()
            if hit is not None and hit.path == link.path:
                self.show_hit(hit)


def _at_place(hit: Hit, link: Link) -> Hit:
    """A hit whose only passage is the one at a link's place; an empty passage there where none was found."""
    if link.page is None and link.start is None:
        return hit
    start = link.start or 0
    within = (each for each in hit.passages if each.start <= start < each.end)
    passage = next(within, None) if link.start is not None else None
    if passage is None:
        unit: Unit | None = "page" if link.page is not None else None
        passage = HitPassage(0, start, start, link.page, 0, unit, "", 0.0, hit.lanes, "", ())
    return replace(hit, passages=(passage,), page=passage.page)
