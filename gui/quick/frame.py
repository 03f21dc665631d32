"""The frameless window of the quick search: its place, its outline, and that it goes when it loses the focus."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QBitmap,
    QCursor,
    QGuiApplication,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from gui.quick.x11_window import X11Window
from gui.widgets.theme import colours

WIDTH = 700
RADIUS = 12
LEFT_SECONDS = 0.3  # in which a click that took the focus arrives as a click on the tray icon, too
LEAVING_MS = 120  # without the focus before it goes: a window manager may take it for a moment while it gives it
APPEARING_SECONDS = 1.0  # in which a window manager may still give the focus back to the window that had it
RETURNS = 3  # times that it asks for the focus again then
RETURN_MS = 500  # without the focus before it goes, once it has asked for it again
TOP_SHARE = 0.18  # of the screen's height above it


class PopupFrame(QWidget):
    """Emits `shown` before it appears and `hidden` after it went."""

    shown = Signal()
    hidden = Signal()

    def __init__(self) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self._left_at = -LEFT_SECONDS  # when it lost the focus last
        self._appeared_at = -APPEARING_SECONDS
        self._returns = 0  # how often it may still ask for the focus again
        self._leaving = QTimer(self)
        self._leaving.setSingleShot(True)
        self._leaving.timeout.connect(self._leave)
        self._x11 = X11Window() if QGuiApplication.platformName() == "xcb" else None
        if self._x11 is None:  # an X server may have no compositor, which would leave the corners black
            self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)

    def build(self) -> None:
        """Make the window on the server's side, which takes longest, without showing it."""
        self.winId()
        if self._x11 is not None:
            self._x11.connect()

    def toggle(self) -> None:
        """Show the pop-up, or hide it if it is on the screen."""
        if self.isVisible():
            self.hide()
        else:
            self.appear()

    def toggle_by_click(self) -> None:
        """The same for a click elsewhere, which may just have taken the focus and so hidden the pop-up."""
        if self.isVisible() or time.monotonic() - self._left_at > LEFT_SECONDS:
            self.toggle()

    def appear(self) -> None:
        """Show the pop-up on the screen that the pointer is on, with the keyboard's focus."""
        self.shown.emit()
        self.fit(QGuiApplication.screenAt(QCursor.pos()) or QGuiApplication.primaryScreen())
        self.show()
        self.raise_()
        self._appeared_at, self._returns = time.monotonic(), RETURNS
        self._take_focus()

    def close_for_good(self) -> None:
        """Hide the pop-up and end what it uses."""
        self.hide()
        if self._x11 is not None:
            self._x11.close()
        self.deleteLater()

    def fit(self, screen: QScreen) -> None:
        """Take the place and the height on a screen; to the left and right of its middle."""
        room = screen.availableGeometry()
        width = min(WIDTH, room.width() - 20)
        top = room.top() + round(TOP_SHARE * room.height())
        height = min(self.height_for(width), room.bottom() - top)
        place = QRect(room.left() + (room.width() - width) // 2, top, width, height)
        if place != self.geometry():
            self.setGeometry(place)

    def height_for(self, width: int) -> int:
        """The height in pixels that the content needs."""
        raise NotImplementedError

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() != QEvent.Type.ActivationChange:
            return
        if self.isActiveWindow():
            self._leaving.stop()
        elif self.isVisible():
            self._left_at = time.monotonic()
            if self._returns > 0 and self._left_at - self._appeared_at < APPEARING_SECONDS:
                self._returns -= 1  # not for ever: it may be the user's wish
                self._leaving.start(RETURN_MS)
                self._take_focus()
            else:
                self._leaving.start(LEAVING_MS)

    def _take_focus(self) -> None:
        self.activateWindow()
        if self._x11 is not None:
            self._x11.activate(int(self.winId()))

    @Slot()
    def _leave(self) -> None:
        if not self.isActiveWindow():
            self.hide()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._leaving.stop()
        self.hidden.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._x11 is None:
            return
        shape = QBitmap(self.size())
        shape.clear()
        painter = QPainter(shape)
        painter.setBrush(Qt.GlobalColor.color1)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), RADIUS, RADIUS)
        painter.end()
        self.setMask(shape)

    def paintEvent(self, _event: QPaintEvent) -> None:
        used = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(used.edge, 1))
        painter.setBrush(used.base)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
