"""Small widgets that the panels share: labels, icons, buttons, bars."""

from __future__ import annotations

from typing import Any
from unicodedata import bidirectional

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.widgets.assets import picture, symbol, symbol_icon
from gui.widgets.plain_text import PlainLabel, action_text, elided, tool_tip
from gui.widgets.theme import colours, scaled

ELIDE_END, ELIDE_MIDDLE = Qt.TextElideMode.ElideRight, Qt.TextElideMode.ElideMiddle
TITLE_BAR_HEIGHT = 40  # pixels left free for the window's title bar


def starts_left_to_right(text: str) -> bool:
    """Whether the first letter of a text is of a script that is written from left to right."""
    return next((kind for kind in map(bidirectional, text) if kind in {"L", "R", "AL"}), "") == "L"


class ElidedLabel(PlainLabel):
    """A one-line label that is elided to its width; the tool tip shows the whole text."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * 4, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        rect = self.contentsRect()
        shown = elided(self.text(), self.fontMetrics(), rect.width(), self._mode)
        self.setToolTip(tool_tip(self.text()) if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        flags = self.alignment() | Qt.TextFlag.TextSingleLine
        if starts_left_to_right(shown):
            flags |= Qt.TextFlag.TextForceLeftToRight  # a path keeps its order in a window from right to left
        painter.drawText(rect, int(flags), shown)


def label(
    text: str = "",
    *,
    factor: float = 1.0,
    weight: QFont.Weight | None = None,
    dim: bool = False,
    wrap: bool = False,
    elided: Qt.TextElideMode | None = None,
) -> PlainLabel:
    """A plain-text label in a size and weight relative to the application's font."""
    made = PlainLabel(text) if elided is None else ElidedLabel(text, elided)
    made.setFont(scaled(made.font(), factor, weight))
    made.setWordWrap(wrap)
    if dim:
        made.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return made


class Symbol(QWidget):
    """A symbolic icon in a colour of the palette."""

    def __init__(self, name: str, size: int = 16, colour: str = "dim", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._size, self._colour = name, size, colour
        self.setFixedSize(size, size)

    def set(self, name: str, colour: str) -> None:
        """Show another icon or colour (a field of Colours)."""
        if (name, colour) != (self._name, self._colour):
            self._name, self._colour = name, colour
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._name:
            return
        colour: QColor = getattr(colours(), self._colour)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, symbol(self._name, colour, self._size, self.devicePixelRatioF()))


class Picture(QWidget):
    """An icon in its own colours."""

    def __init__(self, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._size = name, size
        self.setFixedSize(size, size)

    def show_picture(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._name:
            QPainter(self).drawPixmap(0, 0, picture(self._name, self._size, self.devicePixelRatioF()))


class _Button:
    """Repaints its symbolic icon when the palette changes; Enter clicks it as Space does."""

    _symbol: str = ""

    def event(self, event: QEvent) -> bool:
        done: bool = super().event(event)  # type: ignore[misc]
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange}:
            self.set_symbol(self._symbol)
        return done

    def keyPressEvent(self: Any, event: QKeyEvent) -> None:
        """Let Enter click the focused button; a dialog would pass it to its default button."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            event.accept()
        else:
            super().keyPressEvent(event)  # type: ignore[misc]

    def set_symbol(self: Any, name: str) -> None:
        """Show a symbolic icon."""
        self._symbol = name
        if name:
            palette = colours()
            self.setIcon(symbol_icon(name, palette.dim, palette.faint))


class IconButton(_Button, QToolButton):
    """An icon-only button; its name is the tool tip and the accessible name."""

    def __init__(self, symbol: str, name: str, parent: QWidget | None = None, size: int = 18) -> None:
        super().__init__(parent)
        self.setIconSize(QSize(size, size))
        self.setAutoRaise(True)
        self.set_symbol(symbol)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """Set the tool tip and the accessible name."""
        self.setToolTip(tool_tip(name))
        self.setAccessibleName(name)


class TextButton(_Button, QPushButton):
    """A push button; `style` is its name in the style sheet: "", "main", "chip", "operator", "link" or "quiet"."""

    def __init__(self, text: str, style: str = "", symbol: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol = symbol
        self.setObjectName(style)
        self.setAutoDefault(False)
        self.setIconSize(QSize(16, 16))
        self.set_symbol(symbol)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Set the text; style sheets have no gap between icon and text, so a thin space makes one."""
        text = action_text(text)
        super().setText(f"\u2009{text}" if self._symbol and text else text)


class Meter(QWidget):
    """A thin progress bar, filled from 0 to 1."""

    def __init__(self, width: int = 56, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedSize(width, 4)

    def show_share(self, share: float) -> None:
        share = min(max(share, 0.0), 1.0)
        if abs(share - self._share) > 0.001 or share in {0.0, 1.0}:
            self._share = share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.line)
        painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        if self._share > 0:
            painter.setBrush(palette.accent)
            width = max(4.0, self.width() * self._share)
            start = self.width() - width if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0.0
            painter.drawRoundedRect(QRectF(start, 0, width, self.height()), 2, 2)


def resize_to_screen(window: QWidget, width: int, height: int) -> None:
    """Resize a window, limited to its screen so that the buttons at its bottom stay visible."""
    room = window.screen().availableSize()
    window.resize(min(width, room.width()), min(height, room.height() - TITLE_BAR_HEIGHT))


class _WheelGuard(QObject):
    """Passes wheel events of an unfocused field on to the page, which scrolls."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def ignore_wheel(*fields: QWidget) -> None:
    """Keep number fields and combo boxes from changing when the page is scrolled over them."""
    for field in fields:
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(_WheelGuard(field))


def rule(*, vertical: bool = False, full: bool = False) -> QFrame:
    """A one-pixel separator line; a vertical one is as high as a word, or as its row if `full`."""
    line = QFrame()
    line.setObjectName("rule")
    if vertical and full:
        line.setFixedWidth(1)
    elif vertical:
        line.setFixedSize(1, 16)
    else:
        line.setFixedHeight(1)
    return line
