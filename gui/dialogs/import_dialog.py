"""What an import would change, before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from core.messages import ntr, tr
from gui.dialogs import setting_names
from gui.engine import engine_text
from gui.text import messages
from gui.widgets.basic import Symbol, TextButton, label, resize_to_screen
from gui.widgets.plain_text import tool_tip
from gui.widgets.theme import scaled

if TYPE_CHECKING:
    from core.library import ImportPlan, PlannedChange


WIDEST = 300  # pixels of a column


class ImportDialog(QDialog):
    """Lists the changes in groups; emits `agreed(ImportPlan)`."""

    help_page = "window.md"
    agreed = Signal(object)

    def __init__(self, name: str, plan: ImportPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Import"))
        resize_to_screen(self, 640, 480)
        self._plan = plan
        planned = [change for change in plan.changes if change.kind != "skipped"]
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        title = (
            ntr("“{name}” makes {count} change", "“{name}” makes {count} changes", len(planned), name=name)
            if planned
            else tr("“{name}” changes nothing here", name=name)
        )
        column.addWidget(label(title, factor=1.2, weight=QFont.Weight.DemiBold, wrap=True))
        said = tr("Nothing is removed. What is set up now is kept in a file beside your library.")
        column.addWidget(label(said, dim=True, wrap=True))
        self.list = QTreeWidget()
        self.list.setHeaderLabels([tr("What"), tr("Now"), tr("After the import")])
        self.list.setAccessibleName(tr("Changes"))
        self.list.setRootIsDecorated(False)
        self._fill()
        column.addWidget(self.list, 1)
        self.warnings = [*self._warnings()]
        for sentence in self.warnings:
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(Symbol("warning", 16, "warn"), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label(sentence, wrap=True), 1)
            column.addLayout(row)
        cancel, self.agree = TextButton(tr("Cancel")), TextButton(tr("Import"), "main")
        self.agree.setDefault(True)
        self.agree.setEnabled(bool(planned))
        cancel.clicked.connect(self.reject)
        self.agree.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.agree)
        column.addLayout(buttons)

    @Slot()
    def accept(self) -> None:
        self.agreed.emit(self._plan)
        super().accept()

    def _fill(self) -> None:
        groups = {
            ("setting", "window"): tr("Settings"),
            ("folder", "exclusions"): tr("Folders"),
            ("search",): tr("Saved searches"),
            ("skipped",): tr("Left as it is, because it is not on this computer or not known"),
        }
        for kinds, title in groups.items():
            changes = [change for change in self._plan.changes if change.kind in kinds]
            if changes:
                top = QTreeWidgetItem([title])
                self.list.addTopLevelItem(top)
                top.setFirstColumnSpanned(True)
                top.setFont(0, scaled(self.list.font(), 1.0, QFont.Weight.DemiBold))
                for change in changes:
                    texts = _texts(change)
                    item = QTreeWidgetItem(texts)
                    for place, text in enumerate(texts):
                        item.setToolTip(place, tool_tip(messages.shown_name(text)))
                    top.addChild(item)
        self.list.expandAll()
        header = self.list.header()
        header.setStretchLastSection(False)
        for column in range(self.list.columnCount()):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMaximumSectionSize(WIDEST)

    def _warnings(self) -> list[str]:
        found = []
        names = {change.name for change in self._plan.changes if change.kind == "setting"}
        if names & {"engine", "remote_url"} and not engine_text.kind_of(self._plan.settings.engine).is_local:
            found.append(engine_text.leaves_computer(self._plan.settings))
        if self._plan.reindexes:
            found.append(tr("Another model or passage size re-indexes your documents."))
        return found


def _texts(change: PlannedChange) -> list[str]:
    match change.kind:
        case "setting" | "window":
            before, after = (setting_names.value(change.name, text) for text in (change.before, change.after))
            return [setting_names.title(change.name), before, after]
        case "folder":
            left_out = tr("added, without {patterns}", patterns=change.after) if change.after else tr("added")
            return [messages.shown_path(change.name), "", left_out]
        case "exclusions":
            return [messages.shown_path(change.name), change.before, tr("without {patterns}", patterns=change.after)]
        case "skipped":
            is_path = change.name.startswith("/")
            return [messages.shown_path(change.name) if is_path else setting_names.title(change.name), "", ""]
    return [messages.shown_name(change.name), "", messages.shown_name(change.after)]
