"""The actions on hits: open them, show their folders, copy them, find similar ones, explain one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMessageBox

from core.document import Hit
from core.messages import ntr, tr
from gui.controllers.linked_place import link_to
from gui.results.explain_popup import ExplainPopup
from gui.results.menu import MenuOffers
from gui.runtime.applications import Application, applications_for
from gui.runtime.page_viewers import installed_viewers
from gui.widgets.plain_text import PlainMessageBox

if TYPE_CHECKING:
    from core.library import FilterEffect
    from gui.controllers.document_opener import DocumentOpener, OpenWith
    from gui.controllers.file_actions import FileActions
    from gui.controllers.similar import SimilarSearch
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow

MAX_UNASKED = 5  # documents that are opened together without a question


class HitActions(QObject):
    """Runs the actions of keys, buttons and menus by name; `files` are those that need the library, once it is open.

    Emits `opened(query, path)` for each document that was opened from the results of a query.
    """

    opened = Signal(str, str)

    def __init__(
        self, window: MainWindow, desktop: DesktopServices, opener: DocumentOpener, similar: SimilarSearch
    ) -> None:
        super().__init__(window)
        self._window, self._desktop, self._opener, self._similar = window, desktop, opener, similar
        self.filter_effect: FilterEffect | None = None  # of the query whose hits are shown, once known
        self.files: FileActions | None = None
        self._opening: dict[str, str] = {}  # the query of each document that was chosen last; some are asked about
        opener.opened.connect(self._tell_opened)
        window.results.offers = self.offers

    def offers(self, hit: Hit) -> MenuOffers:
        """What the menu of a hit offers on this machine."""
        applications = [(one.name, one.title, _icon(one)) for one in applications_for(hit.path)]
        viewers = installed_viewers() if hit.kind == "pdf" and hit.page is not None else []
        return MenuOffers(applications, [(one.name, one.title) for one in viewers], has_library=self.files is not None)

    @Slot(str, object)
    def do(self, action: str, hits: Hit | Sequence[Hit]) -> None:
        """Run an action on hits, by the name that the menu has for it; `open_with:` and `open_at:` name a program."""
        chosen = [hits] if isinstance(hits, Hit) else list(hits)
        if not chosen:
            return
        self._opening.clear()
        hit, (name, _, program) = chosen[0], action.partition(":")
        match name:
            case "open":
                self._open_all(chosen)
            case "open_with":
                self._open_with(hit, program)
            case "open_at":
                self._open_at(hit, program)
            case "folder":
                self._opener.open_folder(hit.path)
            case "preview":
                self._window.toggle_preview()
            case "copy_file" | "copy_path" | "copy_link" | "copy_passage":
                self._copy(name, chosen)
            case "similar":
                self._similar.find_hit(hit)
            case "why":
                ExplainPopup(hit, self._window.results, self.filter_effect).show_beside_row()
            case _ if self.files is not None:
                self.files.do(name, chosen)

    def _open_all(self, hits: Sequence[Hit]) -> None:
        count = len(hits)
        if count <= MAX_UNASKED:
            self._open_now(hits)
            return
        question = ntr("Open {count} document?", "Open {count} documents?", count)
        details = tr("Each opens in its own application, which may take a while.")
        box = PlainMessageBox(self._window, tr("Open files"), question, details)
        button = box.addButton(ntr("Open {count}", "Open {count}", count), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        button.clicked.connect(partial(self._open_now, hits))
        box.open()

    def _open_now(self, hits: Sequence[Hit], *_clicked: object) -> None:
        for hit in hits:
            self._open(hit)

    def _open_with(self, hit: Hit, name: str) -> None:
        application = next((one for one in applications_for(hit.path) if one.name == name), None)
        if application is not None:
            self._open(hit, application.launch)

    def _open_at(self, hit: Hit, name: str) -> None:
        viewer, page = next((one for one in installed_viewers() if one.name == name), None), hit.page
        if viewer is not None and page is not None:
            self._open(hit, lambda path: viewer.launch(path, page))

    def _open(self, hit: Hit, open_with: OpenWith | None = None) -> None:
        self._opening[hit.path] = self._window.search.text()
        self._opener.open_document(hit.path, self._window, open_with)

    @Slot(str)
    def _tell_opened(self, path: str) -> None:
        if path in self._opening:
            self.opened.emit(self._opening.pop(path), path)

    def _copy(self, what: str, hits: Sequence[Hit]) -> None:
        """Copy, and say so: nothing else shows it."""
        count = len(hits)
        match what:
            case "copy_file":
                self._desktop.copy_files([hit.path for hit in hits])
                said = ntr("Copied {count} file", "Copied {count} files", count)
            case "copy_path":
                self._desktop.copy_text("\n".join(hit.path for hit in hits))
                said = ntr("Copied {count} path", "Copied {count} paths", count)
            case "copy_link":
                query = self._window.search.text()
                self._desktop.copy_text("\n".join(str(link_to(hit, query)) for hit in hits))
                said = ntr("Copied {count} link", "Copied {count} links", count)
            case _:
                passages = [self._window.preview.passage_text(hit) for hit in hits]
                self._desktop.copy_text("\n\n".join(filter(None, passages)))
                said = ntr("Copied {count} passage", "Copied {count} passages", count)
        self._window.toast.show_message(said)


def _icon(application: Application) -> QIcon:
    return QIcon(application.icon) if application.icon.startswith("/") else QIcon.fromTheme(application.icon)
