"""The tools of the preview: from one match to the next, finding, the views, the zoom and the list of pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QSizePolicy, QSpacerItem, QWidget

from core.messages import tr
from gui.preview.kinds import ViewName
from gui.shortcuts.bindings import keys_of
from gui.widgets.basic import ELIDE_END, IconButton, label
from gui.widgets.elided_button import ElidedButton

ZOOM_FROM, FIND_FROM, POSITION_FROM = 470, 350, 290  # pixels of width, from which these are shown


def view_title(view: ViewName) -> str:
    """The name of a view on its button."""
    return {"page": tr("Page"), "formatted": tr("Formatted"), "table": tr("Table"), "text": tr("Text")}[view]


class PreviewTools(QWidget):
    """Emits what is asked for; `zoom_requested(how)` is "in", "out", "width", "page" or "actual"."""

    stepped = Signal(int)
    view_chosen = Signal(str)
    find_requested = Signal()
    pages_toggled = Signal(bool)
    zoom_requested = Signal(str)
    page_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[ViewName, ...] = ()
        self._has_zoom = self._has_pages = False
        self.pages = IconButton("pages", tr("Show or hide the list of pages"), size=16)
        self.pages.setCheckable(True)
        self.pages.toggled.connect(self.pages_toggled)
        self.position = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self.previous = IconButton("chevron-up", tr("Previous match"), size=16)
        self.next = IconButton("chevron-down", tr("Next match"), size=16)
        self.find_button = IconButton("search", tr("Find in this document"), size=16)
        self.zoom_out = IconButton("minus", tr("Smaller"), size=14)
        self.zoom_in = IconButton("plus", tr("Larger"), size=14)
        self.zoom_label = label("", factor=0.9, dim=True)
        self.more = IconButton("more", tr("More"), size=16)
        self._group = QButtonGroup(self)
        self._buttons: dict[ViewName, ElidedButton] = {}
        for view in ("page", "formatted", "table", "text"):
            self._add_view(view)
        self._arrange()
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.find_button.clicked.connect(self.find_requested)
        self.zoom_in.clicked.connect(lambda: self.zoom_requested.emit("in"))
        self.zoom_out.clicked.connect(lambda: self.zoom_requested.emit("out"))
        self.more.clicked.connect(self._pop_up)

    def _add_view(self, view: ViewName) -> None:
        button = ElidedButton(view_title(view), "segment")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        button.setProperty("view", view)
        button.clicked.connect(self._choose)
        self._group.addButton(button)
        self._buttons[view] = button

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setSpacing(2)
        for widget in (self.pages, self.previous, self.next, self.position):
            row.addWidget(widget, 1 if widget is self.position else 0)
        row.addWidget(self.find_button)
        row.addItem(QSpacerItem(4, 0, QSizePolicy.Policy.Expanding))  # takes the position's room where that is hidden
        switch = QHBoxLayout()
        switch.setSpacing(0)
        for button in self._buttons.values():
            switch.addWidget(button)
        row.addLayout(switch)
        row.addItem(QSpacerItem(4, 0, QSizePolicy.Policy.Maximum))
        for widget in (self.zoom_out, self.zoom_label, self.zoom_in, self.more):
            row.addWidget(widget)

    def show_views(self, views: Sequence[ViewName], current: ViewName) -> None:
        """Offer the views of a document; one alone is not offered."""
        self._views = tuple(views)
        for view, button in self._buttons.items():
            button.setVisible(view in views and len(views) > 1)
            button.setChecked(view == current)
        shown = [self._buttons[view] for view in self._buttons if view in views]
        rightmost = shown[0 if self.isRightToLeft() else -1] if shown else None
        for button in self._buttons.values():  # the edges of neighbours lie on each other, the last has its own
            if button.property("rightmost") != (button is rightmost):
                button.setProperty("rightmost", button is rightmost)
                button.style().unpolish(button)
                button.style().polish(button)
                button.updateGeometry()

    def show_position(self, text: str, *, can_step: bool) -> None:
        """Show which match is current, of how many."""
        self.position.setText(text)
        self.previous.setEnabled(can_step)
        self.next.setEnabled(can_step)

    def show_can_find(self, *, can_find: bool) -> None:
        """Offer finding where there is text."""
        self.find_button.setEnabled(can_find)

    def show_zoom(self, text: str, *, has_zoom: bool) -> None:
        """Show the zoom, if this view has one."""
        self._has_zoom = has_zoom
        self.zoom_label.setText(text)
        self._show_what_fits()

    def show_pages_button(self, *, has_pages: bool) -> None:
        """Offer the list of pages where there are several."""
        self._has_pages = has_pages
        self._show_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        zoom = self._has_zoom and self.width() >= ZOOM_FROM
        for widget in (self.zoom_out, self.zoom_label, self.zoom_in):
            widget.setVisible(zoom)
        self.find_button.setVisible(self.width() >= FIND_FROM)
        self.position.setVisible(self.width() >= POSITION_FROM)
        side = 10 if self.width() >= POSITION_FROM else 4  # or the names of the views would be cut
        self._row.setContentsMargins(side, 0, side, 6)
        self.pages.setVisible(self._has_pages and self.width() >= FIND_FROM)

    def menu(self) -> QMenu:
        """What the buttons do, and the fits of a page."""
        menu = QMenu(self)
        menu.addAction(tr("Find in this document"), self.find_requested.emit).setShortcut(
            keys_of(self, "find_in_document")
        )
        if self._has_pages:
            menu.addAction(tr("Go to page…"), self.page_requested.emit)
            pages = menu.addAction(tr("List of pages"), self.pages.toggle)
            pages.setCheckable(True)
            pages.setChecked(self.pages.isChecked())
        if self._has_zoom:
            menu.addSeparator()
            for text, how, name in (
                (tr("Larger"), "in", "zoom_in"),
                (tr("Smaller"), "out", "zoom_out"),
                (tr("Actual size"), "actual", "zoom_actual"),
                (tr("Fit width"), "width", ""),
                (tr("Fit page"), "page", ""),
            ):
                action = menu.addAction(text)
                action.setData(how)
                if name:
                    action.setShortcut(keys_of(self, name))
                action.triggered.connect(self._zoom)
        for action in menu.actions():
            action.setShortcutVisibleInContextMenu(True)
        return menu

    @Slot()
    def _zoom(self) -> None:
        sender = self.sender()
        if isinstance(sender, QAction):
            self.zoom_requested.emit(sender.data())

    @Slot()
    def _pop_up(self) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    @Slot()
    def _choose(self) -> None:
        self.view_chosen.emit(self.sender().property("view"))
