"""The side panel: the searched folders, with buttons to add and remove them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.events import Folder
from core.messages import ntr, tr
from gui.folders.model import FolderDelegate, FolderRoles, FoldersModel
from gui.runtime.desktop_services import documents_folder
from gui.search.saved_list import SavedSearchList
from gui.text import messages
from gui.widgets import context_menu
from gui.widgets.assets import symbol_icon
from gui.widgets.basic import ELIDE_END, IconButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.plain_text import PlainMessageBox
from gui.widgets.theme import colours

if TYPE_CHECKING:
    from core.library import SavedSearch


class FoldersView(QListView):
    """The list; emits `removal_requested` for the Delete key, `toggle_requested` for Enter and Space."""

    removal_requested = Signal()
    toggle_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.toggle_requested.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


def _title(text: str) -> QLabel:
    made = label(text, factor=0.9, weight=QFont.Weight.DemiBold, dim=True, elided=ELIDE_END)
    made.setContentsMargins(20, 14, 12, 8)
    return made


def ask_for_folder(window: QWidget) -> str:
    """Choose a folder to add in a file dialog; "" if the user cancels."""
    return QFileDialog.getExistingDirectory(window, tr("Add a folder to search"), documents_folder())


class FoldersPanel(QWidget):
    """The folder list with its buttons; emits requests with their paths, and a removal only after confirmation.

    `filter_requested(path)` asks to search in one of them, or in all again.
    """

    add_requested = Signal(list)
    filter_requested = Signal(str)
    remove_requested = Signal(str)
    open_requested = Signal(str)
    exclude_requested = Signal(str)
    rescan_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rows = FoldersModel(self)
        self.view = FoldersView(self)
        self.view.setModel(self.rows)
        self.view.setItemDelegate(FolderDelegate(self.view))
        self.view.setAccessibleName(tr("Searched folders"))
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.saved = SavedSearchList()
        self._saved_title = _title(tr("Saved searches"))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setMouseTracking(True)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.removal_requested.connect(self.confirm_removal)
        self.view.clicked.connect(self._toggle)
        self.view.toggle_requested.connect(self._toggle_current)
        self._remove = IconButton("minus", tr("Stop searching the selected folder (Delete)"), size=16)
        self._remove.clicked.connect(self.confirm_removal)
        policy = self._remove.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # else the button beside it moves
        self._remove.setSizePolicy(policy)
        self._remove.hide()
        self.view.selectionModel().selectionChanged.connect(self._show_remove)
        self.rows.modelReset.connect(self._show_remove)
        add = ElidedButton(tr("Add folder…"), "quiet", "folder-add")
        add.clicked.connect(self.choose_folder)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 8, 12)
        foot.addWidget(add)
        foot.addStretch(1)
        foot.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._lists(), 1)
        column.addLayout(foot)

    def show_folders(self, folders: Sequence[Folder]) -> None:
        self.rows.replace(folders)
        self.view.setFixedHeight(self.view.sizeHintForRow(0) * len(folders) + 2 if folders else 0)

    def show_saved(self, searches: Sequence[SavedSearch], counts: Mapping[str, int]) -> None:
        """Show the saved searches with the numbers of documents that match."""
        self.saved.show_searches(searches, counts)
        self._saved_title.setVisible(bool(searches))

    def _lists(self) -> QScrollArea:
        """The folders and the saved searches, which scroll together."""
        lists = QWidget()
        lists.setObjectName("form")
        column = QVBoxLayout(lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._saved_title.hide()
        self.saved.hide()
        for widget in (_title(tr("Folders")), self.view, self._saved_title, self.saved):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(lists)
        self.view.selectionModel().currentChanged.connect(partial(self._keep_in_sight, area, self.view))
        self.saved.selectionModel().currentChanged.connect(partial(self._keep_in_sight, area, self.saved))
        return area

    @staticmethod
    def _keep_in_sight(area: QScrollArea, view: QListView, index: QModelIndex, _before: QModelIndex) -> None:
        """Scroll to a row that the keys reach."""
        lists = area.widget()
        if lists is not None:
            area.ensureVisible(0, view.mapTo(lists, view.visualRect(index).center()).y(), 0, view.sizeHintForRow(0))

    def current(self) -> Folder | None:
        """The selected folder."""
        chosen = self.view.selectionModel().selectedIndexes()
        return self.rows.folder(chosen[0].row()) if chosen else None

    @Slot()
    def choose_folder(self) -> None:
        """Choose a folder to add in a file dialog."""
        path = ask_for_folder(self.window())
        if path:
            self.add_requested.emit([path])

    @Slot()
    def confirm_removal(self) -> None:
        """Ask whether to stop searching the selected folder."""
        folder = self.current()
        if folder is not None:
            self.removal_box(folder).open()

    def removal_box(self, folder: Folder) -> QMessageBox:
        """The confirmation before a folder is removed."""
        box = PlainMessageBox(
            self.window(),
            tr("Remove folder"),
            tr("Stop searching “{folder}”?", folder=messages.shown_name(folder.path)),
            ntr(
                "Findling removes {count} file from its index. The file itself stays untouched.",
                "Findling removes {count} files from its index. The files themselves stay untouched.",
                folder.files,
            ),
        )
        remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        remove.setProperty("path", folder.path)
        box.buttonClicked.connect(self._removal_clicked)
        return box

    @Slot(object)
    def _removal_clicked(self, button: QWidget) -> None:
        path = button.property("path")
        if path:
            self.remove_requested.emit(path)

    @Slot()
    def _show_remove(self) -> None:
        self._remove.setVisible(self.current() is not None)

    def show_filter(self, paths: Collection[str]) -> None:
        """Mark the folders that the query searches in."""
        self.rows.mark(paths)

    @Slot(QModelIndex)
    def _toggle(self, index: QModelIndex) -> None:
        folder: Folder | None = index.data(FolderRoles.FOLDER)
        if folder is not None:
            self.filter_requested.emit(folder.path)

    @Slot()
    def _toggle_current(self) -> None:
        self._toggle(self.view.currentIndex())

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        folder: Folder | None = self.view.indexAt(at).data(FolderRoles.FOLDER)
        if folder is None:
            return
        these = colours()
        menu = QMenu(self)
        self.view.setCurrentIndex(self.view.indexAt(at))
        menu.addAction(symbol_icon("folder-open", these.dim, these.edge), tr("Open folder")).setData(folder.path)
        menu.actions()[0].triggered.connect(self._open_current)
        rescan = menu.addAction(symbol_icon("refresh", these.dim, these.edge), tr("Check for changes"))
        rescan.triggered.connect(self.rescan_requested)
        if not folder.single:
            exclude = menu.addAction(symbol_icon("settings", these.dim, these.edge), tr("Exclude files and folders…"))
            exclude.triggered.connect(self._exclude_current)
        menu.addSeparator()
        remove = menu.addAction(symbol_icon("close", these.dim, these.edge), tr("Stop searching…"))
        remove.triggered.connect(self.confirm_removal)
        context_menu.show(menu, self.view.viewport().mapToGlobal(at))

    @Slot()
    def _open_current(self) -> None:
        folder = self.current()
        if folder is not None:
            self.open_requested.emit(folder.path)

    @Slot()
    def _exclude_current(self) -> None:
        folder = self.current()
        if folder is not None:
            self.exclude_requested.emit(folder.path)
