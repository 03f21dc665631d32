"""The side panel: which folders are searched; add by button, remove after a question."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QMenu,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from core.events import Folder
from gui.folders.model import FolderDelegate, FolderRoles, FoldersModel
from gui.runtime.desktop_services import documents_folder
from gui.text import messages
from gui.widgets.assets import symbol_icon
from gui.widgets.basic import TextButton, label
from gui.widgets.theme import colours


class FoldersView(QListView):
    """The list itself; Delete asks for the current folder's removal."""

    removal = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class FoldersPanel(QWidget):
    """Asks by signals: `add_wanted(paths)`, `remove_wanted(path)` (the person has agreed), `open_wanted(path)`.

    And by `exclude_wanted(path)`, what to leave out of a folder.
    """

    add_requested = Signal(list)
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
        self.view.setAccessibleName(self.tr("Folders that are searched"))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setMouseTracking(True)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.removal.connect(self.ask_removal)
        self.view.activated.connect(self._open)
        self._remove = TextButton(self.tr("Remove…"), "quiet")
        self._remove.clicked.connect(self.ask_removal)
        self._remove.setToolTip(self.tr("Leave the chosen folder out of the search (Delete)"))
        self._remove.hide()
        self.view.selectionModel().selectionChanged.connect(self._show_remove)
        self.rows.modelReset.connect(self._show_remove)
        add = TextButton(self.tr("Add folder"), "quiet", "folder-add")
        add.clicked.connect(self.choose_folder)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 12, 8)
        head.addWidget(label(self.tr("Folders"), factor=0.9, weight=QFont.Weight.DemiBold, dim=True), 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(12, 8, 8, 12)
        foot.addWidget(add)
        foot.addStretch(1)
        foot.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    def show_folders(self, folders: Sequence[Folder]) -> None:
        self.rows.replace(folders)

    def current(self) -> Folder | None:
        """The folder that is chosen."""
        chosen = self.view.selectionModel().selectedIndexes()
        return self.rows.folder(chosen[0].row()) if chosen else None

    @Slot()
    def choose_folder(self) -> None:
        """Let the person choose a folder to add."""
        says = self.tr("Add a folder to the search")
        path = QFileDialog.getExistingDirectory(self.window(), says, documents_folder())
        if path:
            self.add_requested.emit([path])

    @Slot()
    def ask_removal(self) -> None:
        """Ask whether the chosen folder is to be left out of the search from now on."""
        folder = self.current()
        if folder is not None:
            self.question(folder).open()

    def question(self, folder: Folder) -> QMessageBox:
        """The question before a folder is removed."""
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(self.tr("Remove from the search"))
        box.setText(self.tr("Stop searching “{}”?").format(messages.shown_name(folder.path)))
        known = messages.files(folder.files)
        box.setInformativeText(self.tr("Findling forgets {} there. The files themselves stay untouched.").format(known))
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        remove.setProperty("path", folder.path)
        box.buttonClicked.connect(self._answered)
        return box

    @Slot(object)
    def _answered(self, button: QWidget) -> None:
        path = button.property("path")
        if path:
            self.remove_requested.emit(path)

    @Slot()
    def _show_remove(self) -> None:
        self._remove.setVisible(self.current() is not None)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        folder: Folder | None = index.data(FolderRoles.FOLDER)
        if folder is not None:
            self.open_requested.emit(folder.path)

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        folder: Folder | None = self.view.indexAt(at).data(FolderRoles.FOLDER)
        if folder is None:
            return
        these = colours()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(symbol_icon("folder-open", these.dim, these.edge), self.tr("Open folder")).setData(folder.path)
        menu.actions()[0].triggered.connect(self._open_current)
        look = menu.addAction(symbol_icon("refresh", these.dim, these.edge), self.tr("Look for changes"))
        look.triggered.connect(self.rescan_requested)
        if not folder.single:
            leave_out = menu.addAction(symbol_icon("settings", these.dim, these.edge), self.tr("What to leave out…"))
            leave_out.triggered.connect(self._exclude_current)
        menu.addSeparator()
        remove = menu.addAction(symbol_icon("close", these.dim, these.edge), self.tr("Remove from the search…"))
        remove.triggered.connect(self.ask_removal)
        menu.popup(self.view.viewport().mapToGlobal(at))

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
