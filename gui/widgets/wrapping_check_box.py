"""A check box whose text wraps."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextShowMnemonic
TALLEST = 10_000  # pixels, more than any text needs


class WrappingCheckBox(QCheckBox):
    """A check box that is as narrow as its longest word where there is no room, with its box beside the first line."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(word) for word in self.text().split()), default=0)
        return QSize(self._beside() + widest, super().sizeHint().height())

    def heightForWidth(self, width: int) -> int:
        one_line = self._text_height(self.sizeHint().width())
        return super().sizeHint().height() + self._text_height(width - self._beside()) - one_line

    def hitButton(self, at: QPoint) -> bool:
        """All lines take clicks."""
        return self.rect().contains(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.rect.setHeight(super().sizeHint().height())
        contents = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxContents, option, self)
        contents.setTop(contents.center().y() - self.fontMetrics().height() // 2)
        contents.setBottom(self.height())
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_CheckBox, option)
        leading = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = int(leading.value) | int(WRAP.value)
        painter.drawItemText(
            contents, flags, self.palette(), self.isEnabled(), self.text(), QPalette.ColorRole.WindowText
        )

    def _text_height(self, width: int) -> int:
        room = QRect(0, 0, max(width, 1), TALLEST)
        return self.fontMetrics().boundingRect(room, WRAP, self.text()).height()

    def _beside(self) -> int:
        """Pixels of width that are not the text's."""
        text = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return super().sizeHint().width() - text.width()
