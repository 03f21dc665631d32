"""The page of the settings for the library itself: check, rebuild, log, export and import."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.messages import mark, tr
from gui.dialogs.settings_page import SettingsPage, add_option
from gui.widgets.basic import ELIDE_MIDDLE, TextButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.wrapping_check_box import WrappingCheckBox


class AdvancedPage(SettingsPage):
    """Emits what is asked for; nothing here waits for Save. `export_requested(secrets)` asks for a file first."""

    heading = mark("Advanced")
    library_requested = Signal()
    check_requested = Signal()
    rebuild_requested = Signal()
    logs_requested = Signal()
    export_requested = Signal(bool)
    import_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        card = self.add_card(tr("Your library"), tr("What Findling knows of your documents. The files are elsewhere."))
        self.root, self.occupied = label("", elided=ELIDE_MIDDLE), label("", dim=True)
        self.open_library = TextButton(tr("Open folder"), "", "folder-open")
        self.open_library.clicked.connect(self.library_requested)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.root, 1)
        row.addWidget(self.occupied)
        row.addWidget(self.open_library)
        card.addLayout(row)
        card = self.add_card(
            tr("Maintenance"),
            tr(
                "A check compares disk, catalogue and indexes, and repairs them without re-indexing. Rebuilding makes "
                "the indexes again, and asks first."
            ),
        )
        self.check = ElidedButton(tr("Check the library…"))
        self.rebuild = ElidedButton(tr("Rebuild the index…"))
        self.logs = ElidedButton(tr("Open log folder"), "", "folder-open")
        self.check.clicked.connect(self.check_requested)
        self.rebuild.clicked.connect(self.rebuild_requested)
        self.logs.clicked.connect(self.logs_requested)
        card.addLayout(_in_a_row(self.check, self.rebuild))
        card.addLayout(_in_a_row(self.logs))
        card = self.add_card(
            tr("Move to another computer"),
            tr(
                "One file with your settings, keys, folders, exclusions and saved searches, without any documents. "
                "What an import changes is shown first."
            ),
        )
        self.secrets = WrappingCheckBox(tr("Also export keys and passwords of servers"))
        self.export = ElidedButton(tr("Export…"))
        self.import_file = ElidedButton(tr("Import…"))
        self.export.clicked.connect(self._export)
        self.import_file.clicked.connect(self.import_requested)
        add_option(card, self.secrets, tr("Whoever has the file can use them. Does not re-index your documents."))
        card.addLayout(_in_a_row(self.export, self.import_file))

    def show_library(self, root: str, size: str) -> None:
        """Show where the library is, and its size."""
        self.root.setText(root)
        self.occupied.setText(size)

    @Slot()
    def _export(self) -> None:
        self.export_requested.emit(self.secrets.isChecked())


def _in_a_row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
