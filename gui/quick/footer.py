"""The foot of the quick search: what the keys do, and how much can be found."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import ELIDE_END, label
from gui.widgets.palettes import mix
from gui.widgets.plain_text import PlainLabel
from gui.widgets.theme import colours

SMALL_FONT = 0.9


class KeyCap(PlainLabel):
    """The name of a key."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setFont(label(text, factor=0.85).font())
        self.setContentsMargins(7, 1, 7, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        used = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(used.base, used.text, 0.08))
        painter.drawRoundedRect(QRectF(self.rect()), 5, 5)
        painter.end()
        super().paintEvent(event)


class QuickFooter(QWidget):
    """Keys at the leading side, a note on coverage at the trailing one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = QWidget()
        keys = QHBoxLayout(self._keys)
        keys.setContentsMargins(0, 0, 0, 0)
        keys.setSpacing(6)
        for key, does in ((tr("Enter"), tr("open")), (tr("Ctrl Enter"), tr("folder"))):
            keys.addWidget(KeyCap(key))
            keys.addWidget(label(does, factor=SMALL_FONT, dim=True))
            keys.addSpacing(8)
        self.note = label("", factor=SMALL_FONT, dim=True, elided=ELIDE_END)
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 9, 18, 9)
        row.setSpacing(6)
        row.addWidget(self._keys)
        row.addWidget(KeyCap(tr("Tab")))
        row.addWidget(label(tr("all results"), factor=SMALL_FONT, dim=True))
        row.addSpacing(8)
        row.addWidget(self.note, 1)

    def show_keys(self, *, has_rows: bool) -> None:
        """Show the keys that work now."""
        self._keys.setVisible(has_rows)

    def show_note(self, text: str) -> None:
        self.note.setText(text)
