"""The actions on hits that need the library: exclude, read again, list all passages, show properties."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from core.document import Hit, HitPassage
from core.errors import FindlingError
from core.messages import ntr, tr
from gui.controllers.exclusion_undo import Excluder
from gui.dialogs.properties import PropertiesDialog, PropertyFacts, read_facts
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.window import MainWindow


class FileActions(QObject):
    """Runs these actions by the names that the menu has for them; emits `trouble(sentence, remedy)` if one fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._excluder = Excluder(library)
        self.properties: PropertiesDialog | None = None  # the open one
        self._facts = LatestTask(self._read_facts, "properties", self)
        self._facts.result_ready.connect(self._show_facts)
        self._facts.failed.connect(self._failed)
        self._passages = LatestTask(self._find_passages, "passages", self)
        self._passages.result_ready.connect(self._show_passages)
        self._passages.failed.connect(self._failed)

    def stop(self) -> None:
        """Show nothing more and end the threads."""
        self._facts.stop()
        self._passages.stop()

    def do(self, action: str, hits: Sequence[Hit]) -> None:
        """Run an action: "exclude_file", "exclude_folder", "exclude_type", "reindex", "passages" or "properties"."""
        hit = hits[0]
        match action:
            case "exclude_file":
                paths = [hit.path for hit in hits]
                said = ntr("Excluded {count} file", "Excluded {count} files", len(paths))
                self._exclude({path: [path] for path in paths}, "file", said)
            case "exclude_folder":
                folder = os.path.dirname(hit.path)
                said = tr("Excluded the folder “{folder}”", folder=messages.shown_name(folder))
                self._exclude({folder: self._shown_paths(lambda path: _is_below(path, folder))}, "folder", said)
            case "exclude_type":
                ending = os.path.splitext(hit.path)[1].lower()
                said = tr("Excluded all {ending} files", ending=ending)
                self._exclude({hit.path: self._shown_paths(lambda path: path.lower().endswith(ending))}, "type", said)
            case "reindex":
                self._read_again([hit.path for hit in hits])
            case "passages":
                self._toggle_passages(hit)
            case "properties":
                self._open_properties(hit)

    def _shown_paths(self, is_affected: Callable[[str], bool]) -> list[str]:
        paths = [path for hit in self._window.results.rows.results() for path in hit.paths]
        return [path for path in paths if is_affected(path)]

    def _exclude(self, affected: dict[str, list[str]], what: str, said: str) -> None:
        """Exclude each file, folder or type; what it hides goes from the list at once, and comes back with Undo."""
        try:
            undo = self._excluder.exclude(list(affected), what)
        except FindlingError as error:
            self.trouble.emit(*messages.error_text(error))
            return
        if undo is None:
            self.trouble.emit(
                tr("This is one of the folders that you search."),
                tr("To leave it out, remove it from the list of folders."),
            )
            return
        hidden = [path for paths in affected.values() for path in paths]
        self._window.results.hide_paths(hidden)

        def take_back() -> None:
            try:
                undo()
            except FindlingError as error:
                self.trouble.emit(*messages.error_text(error))
            self._window.results.hide_paths(())

        self._window.toast.show_message(said, tr("Undo"), take_back)

    def _read_again(self, paths: Sequence[str]) -> None:
        try:
            self._library.indexing.read_again(paths)
        except FindlingError as error:
            self.trouble.emit(*messages.error_text(error))
            return
        self._window.toast.show_message(ntr("Indexing {count} file again", "Indexing {count} files again", len(paths)))

    def _toggle_passages(self, hit: Hit) -> None:
        rows = self._window.results.rows
        if rows.has_passages(hit.path):
            rows.set_passages(hit.path, ())
        else:
            self._passages.submit((self._window.search.text(), hit.path))

    def _open_properties(self, hit: Hit) -> None:
        if self.properties is not None:
            self.properties.close()
        self.properties = PropertiesDialog(hit, self._window)
        self.properties.finished.connect(self._forget_properties)
        self.properties.open()
        self._facts.submit(hit.path)

    @Slot()
    def _forget_properties(self) -> None:
        """Show no facts that come too late in a dialog that deletes itself."""
        self.properties = None

    # On background threads

    def _read_facts(self, path: object) -> Iterator[PropertyFacts]:
        yield read_facts(self._library, cast(str, path))

    def _find_passages(self, request: object) -> Iterator[tuple[HitPassage, ...]]:
        text, path = cast("tuple[str, str]", request)
        yield self._library.queries.passages_in_file(text, path)

    # On the main thread

    @Slot(object, object)
    def _show_facts(self, path: str, facts: PropertyFacts) -> None:
        if self.properties is not None and self.properties.path == path:
            self.properties.show_facts(facts)

    @Slot(object, object)
    def _show_passages(self, request: tuple[str, str], passages: tuple[HitPassage, ...]) -> None:
        text, path = request
        if text != self._window.search.text():
            return
        if len(passages) > 1:
            self._window.results.rows.set_passages(path, passages)
        else:
            self._window.toast.show_message(tr("There is no other passage in this file."))

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.trouble.emit(*messages.error_text(error))


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip(os.sep) + os.sep)
