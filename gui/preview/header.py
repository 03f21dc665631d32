"""The head of the preview: the document's title, folder and place, and a button that opens it."""

from __future__ import annotations

import os

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.document import Hit
from core.messages import tr
from gui.results import hit_text
from gui.text import messages
from gui.widgets.basic import ELIDE_END, ELIDE_MIDDLE, IconButton, Picture, label


class PreviewHeader(QWidget):
    """Shows which document is previewed, and at which place of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Picture("", 24)
        self.title = label("", factor=1.1, weight=QFont.Weight.DemiBold, elided=ELIDE_END)
        self.folder = label("", factor=0.9, dim=True, elided=ELIDE_MIDDLE)
        self.place = label("", factor=0.9, dim=True, elided=ELIDE_END)
        self.open_button = IconButton("open", tr("Open in default application (Enter)"), size=16)
        upper, lower = QHBoxLayout(), QHBoxLayout()
        upper.setSpacing(4)
        upper.addWidget(self.title, 1)
        upper.addWidget(self.open_button)
        lower.setSpacing(8)
        lower.addWidget(self.folder, 1)
        lower.addWidget(self.place)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addLayout(upper)
        names.addLayout(lower)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 12, 4)
        row.setSpacing(12)
        icon = QVBoxLayout()
        icon.addSpacing(max(0, (self.open_button.sizeHint().height() - self._icon.height()) // 2))  # beside the title
        icon.addWidget(self._icon)
        icon.addStretch(1)
        row.addLayout(icon)
        row.addLayout(names, 1)

    def show_hit(self, hit: Hit) -> None:
        """Show another document."""
        self._icon.show_picture(hit.kind)
        self.title.setText(hit_text.title(hit))
        self.folder.setText(messages.shown_path(os.path.dirname(hit.path)))
        self.place.setText("")
