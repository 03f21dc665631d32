"""The context menu of one or several hits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QKeySequence
from PySide6.QtWidgets import QMenu

from core.document import Hit
from core.messages import ntr, tr
from gui.results import hit_text
from gui.shortcuts.actions import ACTIONS
from gui.shortcuts.bindings import keys_of
from gui.text import messages
from gui.widgets.assets import symbol_icon
from gui.widgets.plain_text import action_text
from gui.widgets.theme import colours

if TYPE_CHECKING:
    from gui.results.view import ResultsView


@dataclass(frozen=True, slots=True)
class MenuOffers:
    """What the menu of a hit offers beside what is always possible.

    `applications` and `page_viewers` are (id, name) of installed programs: those for files of its type, and those that
    can open it at the page of the hit. `has_library` says that the library is open.
    """

    applications: Sequence[tuple[str, str, QIcon]] = ()
    page_viewers: Sequence[tuple[str, str]] = ()
    has_library: bool = False


NO_OFFERS = MenuOffers()


def hit_menu(view: ResultsView, hits: Sequence[Hit], offers: MenuOffers) -> QMenu:
    """The menu; the data of an action is (name, hits). It deletes itself when closed."""
    return _MenuBuilder(view, list(hits)).one(offers) if len(hits) == 1 else _MenuBuilder(view, list(hits)).many(offers)


class _MenuBuilder:
    def __init__(self, view: ResultsView, hits: list[Hit]) -> None:
        self._view, self._hits, self._hit = view, hits, hits[0]
        self._menu = QMenu(view)
        self._menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def one(self, offers: MenuOffers) -> QMenu:
        self._add("open", tr("Open"), "open", "Enter")
        self._add_open_with(offers)
        self._add_open_at(offers)
        self._add("folder", tr("Open containing folder"), "folder-open", "folder")
        self._add("preview", tr("Preview"), "eye", "Space")
        self._menu.addSeparator()
        self._add("copy_file", tr("Copy file"), "copy", "Ctrl+C")
        self._add("copy_path", tr("Copy path"), "", "copy_path")
        self._add("copy_link", tr("Copy link"))
        if self._hit.snippet:
            self._add("copy_passage", tr("Copy passage"))
        self._menu.addSeparator()
        self._add("similar", tr("Find similar documents"), "search")
        if offers.has_library and self._hit.passages:
            shown = self._view.rows.has_passages(self._hit.path)
            self._add("passages", tr("Hide passages") if shown else tr("All passages in this file"))
        self._add_versions()
        self._menu.addSeparator()
        if offers.has_library:
            self._add_exclude()
            self._add("reindex", tr("Index again"), "refresh")
            self._menu.addSeparator()
        self._add("why", tr("Why this result?"), "info")
        self._add("properties", tr("Properties"), "", "properties")
        return self._menu

    def many(self, offers: MenuOffers) -> QMenu:
        count = len(self._hits)
        self._add("open", ntr("Open {count} document", "Open {count} documents", count), "open", "Enter")
        self._menu.addSeparator()
        self._add("copy_file", ntr("Copy {count} file", "Copy {count} files", count), "copy", "Ctrl+C")
        self._add("copy_path", ntr("Copy {count} path", "Copy {count} paths", count), "", "copy_path")
        self._add("copy_link", ntr("Copy {count} link", "Copy {count} links", count))
        if any(hit.snippet for hit in self._hits):
            self._add("copy_passage", tr("Copy passages"))
        if offers.has_library:
            self._menu.addSeparator()
            self._add("exclude_file", ntr("Exclude {count} file", "Exclude {count} files", count))
            self._add("reindex", ntr("Index {count} file again", "Index {count} files again", count), "refresh")
        return self._menu

    def _add(self, name: str, title: str, icon: str = "", keys: str = "", menu: QMenu | None = None) -> None:
        action = (menu or self._menu).addAction(title)
        action.setData((name, self._hits))
        if keys:
            action.setShortcut(keys_of(self._view, keys) if keys in ACTIONS else QKeySequence(keys))
            action.setShortcutVisibleInContextMenu(True)
        if icon:
            palette = colours()
            action.setIcon(symbol_icon(icon, palette.dim, palette.edge, 16))

    def _add_open_with(self, offers: MenuOffers) -> None:
        if not offers.applications:
            return
        menu = self._menu.addMenu(tr("Open with"))
        for name, title, icon in offers.applications:
            action = menu.addAction(icon, action_text(title))
            action.setData((f"open_with:{name}", self._hits))

    def _add_open_at(self, offers: MenuOffers) -> None:
        place = hit_text.place(self._hit)
        if not offers.page_viewers or not place:
            return
        if len(offers.page_viewers) == 1:
            name, title = offers.page_viewers[0]
            text = tr("Open at {place} in {application}", place=place, application=title)
            self._add(f"open_at:{name}", action_text(text))
            return
        menu = self._menu.addMenu(action_text(tr("Open at {place}", place=place)))
        for name, title in offers.page_viewers:
            self._add(f"open_at:{name}", action_text(title), menu=menu)

    def _add_versions(self) -> None:
        hit = self._hit
        if not hit.versions:
            return
        on, count = not self._view.rows.is_expanded(hit), len(hit.versions)
        show = ntr("Show {count} more version", "Show {count} more versions", count)
        hide = ntr("Hide {count} version", "Hide {count} versions", count)
        from_right = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        keys = "Right" if on != from_right else "Left"
        self._add("expand" if on else "collapse", show if on else hide, "", keys)

    def _add_exclude(self) -> None:
        menu = self._menu.addMenu(tr("Exclude"))
        self._add("exclude_file", tr("This file"), menu=menu)
        folder = messages.shown_name(os.path.dirname(self._hit.path))
        self._add("exclude_folder", action_text(tr("The folder “{folder}”", folder=folder)), menu=menu)
        ending = os.path.splitext(self._hit.path)[1]
        if ending:
            self._add("exclude_type", action_text(tr("All {ending} files", ending=ending)), menu=menu)
