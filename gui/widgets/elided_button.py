"""A button that is elided to its width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from gui.widgets.basic import ELIDE_END, TextButton
from gui.widgets.plain_text import elided, tool_tip

SHORTEST = 4  # characters that stay readable


class ElidedButton(TextButton):
    """A text button that may be narrower than its text; the tool tip shows the whole text, or one that is set."""

    def __init__(
        self,
        text: str,
        style: str = "",
        symbol: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = ELIDE_END,
    ) -> None:
        super().__init__(text, style, symbol, parent)
        self._mode = mode
        self._whole = ""  # the text that this button itself made its tool tip
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        size = super().minimumSizeHint()
        width = self.sizeHint().width() - self._text_width() + SHORTEST * self.fontMetrics().averageCharWidth()
        return QSize(min(size.width(), width), size.height())

    def shown_text(self) -> str:
        """The text as far as it fits."""
        room = self.width() - (self.sizeHint().width() - self._text_width())
        text = self.text()
        if room >= self._text_width():
            return text
        body = text.rstrip()
        gap = text[len(body) :]
        metrics = self.fontMetrics()
        room -= metrics.horizontalAdvance(gap)
        return elided(body, metrics, room, self._mode) + gap

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.shown_text()
        if self.toolTip() == self._whole:
            self._whole = tool_tip(self.text().strip().replace("&&", "&")) if option.text != self.text() else ""
            self.setToolTip(self._whole)
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)

    def _text_width(self) -> int:
        return self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text()).width()
