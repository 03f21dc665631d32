"""The page while no folder is searched."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from core.messages import tr
from gui.pages.page import MAX_WIDTH, Page, heading
from gui.widgets.basic import Picture, Symbol, TextButton, label

NOTE_ICON, NOTE_GAP = 16, 8  # pixels


class NoFoldersPage(Page):
    """Shown while nothing is searched: purpose, privacy, and buttons to add a folder or to be led through that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_folder = TextButton(tr("Add folder…"), "main")
        self.start = TextButton(tr("Show the welcome again"), "link")
        self.add(
            Picture("findling", 88),
            16,
            heading(tr("Find your documents by what they say")),
            label(
                tr(
                    "Add the folders with your documents. Findling reads them once and finds them by name, by their "
                    "words and by their meaning, in any language."
                ),
                wrap=True,
            ),
            16,
            self.add_folder,
            4,
            label(tr("or drop files and folders on this window"), factor=0.92, dim=True),
            4,
            self.start,
            24,
            _privacy_note(tr("Everything stays on this computer: no account, no cloud, no telemetry.")),
        )


def _privacy_note(text: str) -> QLayout:
    """A line with a check mark, centred; it wraps where the language needs more than the page's width."""
    note = label(text, factor=0.92, dim=True, wrap=True)
    needed = note.fontMetrics().horizontalAdvance(text) + 1
    note.setMinimumWidth(min(needed, MAX_WIDTH - NOTE_ICON - NOTE_GAP))
    row = QHBoxLayout()
    row.setSpacing(NOTE_GAP)
    row.addStretch(1)
    row.addWidget(Symbol("check", NOTE_ICON, "good"))
    row.addWidget(note)
    row.addStretch(1)
    return row
