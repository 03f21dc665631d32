"""The side panel: the searched folders, with buttons to add and remove them."""

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
from core.messages import ntr, tr
from gui.folders.model import FolderDelegate, FolderRoles, FoldersModel
from gui.runtime.desktop_services import documents_folder
from gui.text import messages
from gui.widgets.assets import symbol_icon
from gui.widgets.basic import TextButton, label
from gui.widgets.theme import colours


class FoldersView(QListView):
    """The list; emits `removal_requested` for the Delete key."""

    removal_requested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removal_requested.emit()
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class FoldersPanel(QWidget):
    """The folder list with its buttons; emits requests with their paths, and a removal only after confirmation."""

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
        self.view.setAccessibleName(tr("Searched folders"))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setMouseTracking(True)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.removal_requested.connect(self.confirm_removal)
        self.view.activated.connect(self._open)
        self._remove = TextButton(tr("Remove…"), "quiet")
        self._remove.clicked.connect(self.confirm_removal)
        self._remove.setToolTip(tr("Stop searching the selected folder (Delete)"))
        self._remove.hide()
        self.view.selectionModel().selectionChanged.connect(self._show_remove)
        self.rows.modelReset.connect(self._show_remove)
        add = TextButton(tr("Add folder…"), "quiet", "folder-add")
        add.clicked.connect(self.choose_folder)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 12, 8)
        head.addWidget(label(tr("Folders"), factor=0.9, weight=QFont.Weight.DemiBold, dim=True), 1)
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
        """The selected folder."""
        chosen = self.view.selectionModel().selectedIndexes()
        return self.rows.folder(chosen[0].row()) if chosen else None

    @Slot()
    def choose_folder(self) -> None:
        """Choose a folder to add in a file dialog."""
        title = tr("Add a folder to search")
        path = QFileDialog.getExistingDirectory(self.window(), title, documents_folder())
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
        box = QMessageBox(self.window())
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(tr("Remove folder"))
        box.setText(tr("Stop searching “{folder}”?", folder=messages.shown_name(folder.path)))
        box.setInformativeText(
            ntr(
                "Findling removes {count} file from its index. The file itself stays untouched.",
                "Findling removes {count} files from its index. The files themselves stay untouched.",
                folder.files,
            )
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
