"""Context menus: a right click beside an open one opens the menu of what was clicked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu


def show(menu: QMenu, at: QPoint) -> None:
    """Open a context menu at a place on the screen; it deletes itself when closed."""
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    watch = _RightPresses(menu)
    for one in (menu, *menu.findChildren(QMenu)):
        one.installEventFilter(watch)
    menu.popup(at)


class _RightPresses(QObject):
    """Asks for the menu of what was clicked, once a right click has closed the menu: Qt only closes it."""

    def eventFilter(self, _menu: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._take(event)
        return False

    @staticmethod
    def _take(event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            QTimer.singleShot(0, partial(_ask, event.globalPosition().toPoint()))


def _ask(at: QPoint) -> None:
    widget = QApplication.widgetAt(at)
    if widget is not None and QApplication.activePopupWidget() is None:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, widget.mapFromGlobal(at), at)
        QApplication.sendEvent(widget, event)
