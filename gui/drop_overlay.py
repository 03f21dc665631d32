"""What is shown over the window while files or folders are dragged across it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.assets import symbol
from gui.theme import colours, mix, scaled


def dropped_paths(mime: QMimeData) -> list[str]:
    """The local files and folders in what is dragged."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers a window that takes drops; `dropped(paths)` when files or folders of elsewhere are let go on it.

    Meanwhile it says what a drop does, and in smaller letters what more there is to know.
    """

    dropped = Signal(list)

    def __init__(self, over: QWidget, says: str, more: str = "", symbol: str = "folder-add") -> None:
        super().__init__(over)
        self._over = over
        self._says, self._more, self._symbol = says, more, symbol
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.setAcceptDrops(True)
        over.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.resize(self._over.size())
        elif kind == QEvent.Type.DragLeave:
            self.hide()
        elif kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop} and isinstance(event, QDropEvent):
            return self._dragged(event, let_go=kind == QEvent.Type.Drop)
        return super().eventFilter(watched, event)

    def _dragged(self, event: QDropEvent, *, let_go: bool) -> bool:
        paths = dropped_paths(event.mimeData()) if event.source() is None else []
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.setVisible(not let_go)
        self.raise_()
        if let_go:
            self.dropped.emit(paths)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        these = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(these.window)
        veil.setAlpha(235)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(these.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(mix(these.window, these.accent, 0.07))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(20, 20, -20, -20), 14, 14)
        middle = self.rect().center()
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
