"""What is shown over the window while files or folders are dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.widgets.assets import symbol
from gui.widgets.theme import colours, mix, scaled


def dropped_paths(mime: QMimeData) -> list[str]:
    """The local files and folders in what is dragged."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers a window that takes drops; `dropped(paths)` when files or folders of elsewhere are let go on it.

    Meanwhile it says what a drop does, and in smaller letters what more there is to know. A part of the window may
    take them for something else, and say so: `dropped_aside(paths)`.
    """

    dropped = Signal(list)
    dropped_aside = Signal(list)

    def __init__(self, over: QWidget, says: str, more: str = "", symbol: str = "folder-add") -> None:
        super().__init__(over)
        self._over = over
        self._says, self._more, self._symbol = says, more, symbol
        self._aside: QWidget | None = None
        self._aside_says = ""
        self._is_aside = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.setAcceptDrops(True)
        over.installEventFilter(self)

    def leave_out(self, aside: QWidget, says: str) -> None:
        """Let a part of the window take drops for itself."""
        self._aside, self._aside_says = aside, says
        aside.setAcceptDrops(True)
        aside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._over:
            self.resize(self._over.size())
        elif kind == QEvent.Type.DragLeave:
            self.hide()
        elif kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop} and isinstance(event, QDropEvent):
            return self._dragged(event, let_go=kind == QEvent.Type.Drop, is_aside=watched is self._aside)
        return super().eventFilter(watched, event)

    def _dragged(self, event: QDropEvent, *, let_go: bool, is_aside: bool) -> bool:
        paths = dropped_paths(event.mimeData()) if event.source() is None else []
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._is_aside = is_aside
        self.setVisible(not let_go)
        self.raise_()
        self.update()
        if let_go:
            (self.dropped_aside if is_aside else self.dropped).emit(paths)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        these = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(these.window)
        veil.setAlpha(235)
        painter.fillRect(self.rect(), veil)
        whole = self.rect().adjusted(20, 20, -20, -20)
        if self._aside is not None:
            aside = QRect(self._aside.mapTo(self._over, QPoint(0, 0)), self._aside.size())
            whole.setTop(aside.bottom() + 20)
            self._frame(painter, aside, 10, chosen=self._is_aside)
            painter.setPen(these.text)
            painter.drawText(aside.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter, self._aside_says)
        self._frame(painter, whole, 14, chosen=not self._is_aside)
        middle = whole.center()
        painter.drawPixmap(
            middle.x() - 28, middle.y() - 76, symbol(self._symbol, these.accent, 56, self.devicePixelRatioF())
        )
        line = self.rect().adjusted(40, 0, -40, 0)
        painter.setPen(these.text)
        painter.setFont(scaled(self.font(), 1.5, QFont.Weight.DemiBold))
        line.setTop(middle.y())
        flags = int(Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value)
        painter.drawText(line, flags, self._says)
        painter.setPen(these.dim)
        painter.setFont(self.font())
        line.setTop(middle.y() + 36)
        painter.drawText(line, flags, self._more)

    def _frame(self, painter: QPainter, around: QRect, radius: int, *, chosen: bool) -> None:
        """Where something can be let go; stronger where it would be let go now."""
        these = colours()
        painter.setPen(QPen(these.accent if chosen else these.edge, 2, Qt.PenStyle.DashLine))
        painter.setBrush(mix(these.window, these.accent, 0.12 if chosen else 0.0))
        painter.drawRoundedRect(QRectF(around), radius, radius)
