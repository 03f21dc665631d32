"""Connects the saved searches with the library: saves, renames, removes, counts, and tells what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from core.messages import ntr, terms, tr
from gui.runtime.latest_task import LatestTask
from gui.search.save_dialog import SaveSearchDialog
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library, SavedSearchCheck
    from gui.runtime.bridge import Bridge
    from gui.window import MainWindow

CHECK_MS = 5_000  # from a change of the library to the check
REST_MS = 60_000  # between two checks, however much changes
NAMED = 3  # documents that a notification names


class SavedSearchController(QObject):
    """Counts the matches of all saved searches after the library changed, at most once a minute.

    `tell(title, text, query)` shows a notification, and a click on it the results of the query.
    """

    def __init__(
        self, window: MainWindow, library: Library, bridge: Bridge, tell: Callable[[str, str, str], None]
    ) -> None:
        super().__init__(window)
        self._window, self._searches, self._tell = window, library.saved_searches, tell
        self._counts: dict[str, int] = {}
        self._checking = LatestTask(self._check, "saved-searches", self)
        self._checking.result_ready.connect(self._show_check)
        self._checking.finished.connect(self._checked)
        self._checking.failed.connect(self._checked)
        self._soon, self._rest = _timer(self, CHECK_MS), _timer(self, REST_MS)
        self._soon.timeout.connect(self.check)
        self.dialog: SaveSearchDialog | None = None
        bridge.contents_changed.connect(self._changed)
        saved = window.folders.saved
        saved.chosen.connect(self._toggle)
        saved.edit_requested.connect(self._rename)
        saved.remove_requested.connect(self.remove)
        saved.notify_requested.connect(self._set_notify)
        window.filters.save_requested.connect(self.save)
        window.search.box.textChanged.connect(self._mark)
        window.shortcuts.install("save_search", self.save)

    def start(self) -> None:
        """Show the saved searches, and count their matches."""
        self._show()
        self._soon.start()

    def stop(self) -> None:
        """Count no more."""
        self._soon.stop()
        self._rest.stop()
        self._checking.stop()
        if self.dialog is not None:
            self.dialog.reject()

    @Slot()
    def check(self) -> None:
        """Count the matches of all saved searches now, and tell of new ones."""
        if not self._checking.busy and self._searches.all():
            self._rest.start()
            self._checking.submit([search.name for search in self._searches.all()])

    @Slot()
    def save(self) -> None:
        """Ask for a name for the query in the box."""
        query = self._window.search.text()
        if query:
            self._ask(SaveSearchDialog(query, parent=self._window), partial(self._save, query))

    @Slot(str)
    def remove(self, name: str) -> None:
        """Remove a search, which can be undone for some seconds."""
        search = next((search for search in self._searches.all() if search.name == name), None)
        if search is None:
            return
        place = self._searches.remove(name)
        self._show()

        def take_back() -> None:
            self._searches.save(search.name, search.query, notify=search.notify, place=place)
            self._show()
            self.check()

        self._window.toast.show_message(tr("“{search}” was removed.", search=name), tr("Undo"), take_back)

    def _save(self, query: str, name: str, *, on: bool) -> None:
        self._searches.save(name, query, notify=on)
        self._show()
        self.check()

    @Slot(str)
    def _rename(self, name: str) -> None:
        search = next((search for search in self._searches.all() if search.name == name), None)
        if search is not None:
            dialog = SaveSearchDialog(search.query, name, notify=search.notify, renaming=True, parent=self._window)
            self._ask(dialog, partial(self._change, name))

    def _change(self, name: str, new_name: str, *, on: bool) -> None:
        self._searches.change(name, new_name=new_name, notify=on)
        self._counts.pop(name, None)
        self._show()
        self.check()

    @Slot(str, bool)
    def _set_notify(self, name: str, on: bool) -> None:  # noqa: FBT001  Qt's signal
        self._searches.change(name, notify=on)
        self._show()

    @Slot(str)
    def _toggle(self, query: str) -> None:
        """Search for it; a click on the one that is shown empties the box."""
        box = self._window.search.box
        box.setText("" if self._window.search.text() == query else query)

    def _ask(self, dialog: SaveSearchDialog, answer: Callable[..., None]) -> None:
        self.dialog = dialog
        dialog.chosen.connect(lambda name, on: answer(name, on=on))
        dialog.finished.connect(self._answered)
        dialog.open()

    @Slot()
    def _answered(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _show(self) -> None:
        self._window.folders.show_saved(self._searches.all(), self._counts)
        self._mark()

    @Slot()
    def _mark(self) -> None:
        text = self._window.search.text()
        self._window.folders.saved.mark(text)
        self._window.filters.save.setEnabled(bool(text))

    @Slot()
    def _changed(self) -> None:
        if not self._soon.isActive():
            self._soon.setInterval(max(CHECK_MS, self._rest.remainingTime()))
            self._soon.start()

    def _check(self, names: object) -> Iterator[SavedSearchCheck]:
        for name in names:  # type: ignore[attr-defined]
            found = self._searches.check(name)
            if found is not None:
                yield found

    @Slot(object, object)
    def _show_check(self, _names: object, found: SavedSearchCheck) -> None:
        self._counts[found.name] = found.matches
        search = next((one for one in self._searches.all() if one.name == found.name and one.notify), None)
        if found.new and search is not None:
            count = len(found.new)
            title = ntr(
                "{count} new document for “{search}”", "{count} new documents for “{search}”", count, search=found.name
            )
            listed = [messages.shown_name(path) for path in found.new[:NAMED]]
            self._tell(title, terms.listed([*listed, "…"] if count > NAMED else listed), search.query)

    @Slot()
    def _checked(self, *_: object) -> None:
        self._show()


def _timer(parent: QObject, milliseconds: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer
