"""The overlay shown while files or folders are dragged over the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDropEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.widgets.assets import symbol
from gui.widgets.palettes import mix
from gui.widgets.theme import colours, scaled


def dropped_paths(mime: QMimeData) -> list[str]:
    """The paths of the local files and folders in dragged data."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


class DropOverlay(QWidget):
    """Covers a window during a drag and shows what a drop does; emits `dropped(paths)` for files and folders.

    One widget of the window may be a second drop target with its own text: `dropped_on_target(paths)`.
    """

    dropped = Signal(list)
    dropped_on_target = Signal(list)

    def __init__(self, window: QWidget, text: str, detail: str = "", symbol: str = "folder-add") -> None:
        super().__init__(window)
        self._window = window
        self._text, self._detail, self._symbol = text, detail, symbol
        self._target: QWidget | None = None
        self._target_text = ""
        self._is_over_target = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def set_target(self, target: QWidget, text: str) -> None:
        """Make a widget of the window a second drop target with its own text."""
        self._target, self._target_text = target, text
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize and watched is self._window:
            self.resize(self._window.size())
        elif kind == QEvent.Type.DragLeave:
            self.hide()
        elif kind in {QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop} and isinstance(event, QDropEvent):
            over_target = watched is self._target or (watched is self._window and self._is_on_disabled_target(event))
            return self._dragged(event, released=kind == QEvent.Type.Drop, is_over_target=over_target)
        return super().eventFilter(watched, event)

    def _is_on_disabled_target(self, event: QDropEvent) -> bool:
        """Whether a drag is over a target that is disabled: the window gets what is dragged over it."""
        if self._target is None or self._target.isEnabled():
            return False
        place = self._target.mapFrom(self._window, event.position().toPoint())
        return self._target.rect().contains(place)

    def _dragged(self, event: QDropEvent, *, released: bool, is_over_target: bool) -> bool:
        paths = dropped_paths(event.mimeData()) if event.source() is None else []
        if not paths:
            self.hide()  # also of a drop whose program has ended before it gave its files
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._is_over_target = is_over_target
        self.setVisible(not released)
        self.raise_()
        self.update()
        if released:
            (self.dropped_on_target if is_over_target else self.dropped).emit(paths)
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(palette.window)
        veil.setAlpha(235)
        painter.fillRect(self.rect(), veil)
        whole = self.rect().adjusted(20, 20, -20, -20)
        if self._target is not None:
            target = QRect(self._target.mapTo(self._window, QPoint(0, 0)), self._target.size())
            whole.setTop(target.bottom() + 20)
            self._frame(painter, target, 10, chosen=self._is_over_target)
            painter.setPen(palette.text)
            painter.drawText(target.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter, self._target_text)
        self._frame(painter, whole, 14, chosen=not self._is_over_target)
        middle = whole.center()
        painter.drawPixmap(
            middle.x() - 28, middle.y() - 76, symbol(self._symbol, palette.accent, 56, self.devicePixelRatioF())
        )
        line = self.rect().adjusted(40, 0, -40, 0)
        painter.setPen(palette.text)
        painter.setFont(scaled(self.font(), 1.5, QFont.Weight.DemiBold))
        line.setTop(middle.y())
        flags = int(Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value)
        painter.drawText(line, flags, self._text)
        painter.setPen(palette.dim)
        painter.setFont(self.font())
        line.setTop(middle.y() + 36)
        painter.drawText(line, flags, self._detail)

    def _frame(self, painter: QPainter, around: QRect, radius: int, *, chosen: bool) -> None:
        """Paint the frame of a drop target, filled if it is under the pointer."""
        palette = colours()
        painter.setPen(QPen(palette.accent if chosen else palette.edge, 2, Qt.PenStyle.DashLine))
        painter.setBrush(mix(palette.window, palette.accent, 0.12 if chosen else 0.0))
        painter.drawRoundedRect(QRectF(around), radius, radius)
