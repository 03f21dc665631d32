"""Walks a window with the Tab key, and says what the keyboard cannot reach, leave or see: a check of `text_audit`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QRadioButton,
    QTableView,
    QWidget,
)

from gui.widgets.toast import Toast
from tests.tools.screenshots.visit import settle, until

MAX_STEPS = 150
MAX_PARTS = 80
EDGE = 3  # pixels around a widget in which its focus may be drawn
OVERLAP = 0.5  # share of the lower one's height from which two widgets stand in one line


def focus_faults(root: QWidget) -> Iterator[tuple[QWidget, str]]:
    """What is wrong with the way of the focus through a window; moves the focus, and puts it back."""
    window = root.window()
    if window.windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip}:
        return
    if QApplication.activeWindow() is not window:
        window.activateWindow()
        until(lambda: QApplication.activeWindow() is window, f"{type(window).__name__} is active")
        settle(0.1)
    before = window.focusWidget()
    if before is None:
        _press_tab(window)
    order, faults = _walk(window)
    if before is not None:
        before.setFocus(Qt.FocusReason.OtherFocusReason)
    yield from faults
    for widget in _stops(window):
        if widget not in order and not isinstance(widget.parentWidget(), Toast):
            yield widget, "is not reached by Tab"
    yield from ((button, "has neither the focus nor keys of its own") for button in _unreachable(window))
    start = next((at for at, widget in enumerate(order) if widget is _first(window, order)), 0)
    turned = order[start:] + order[:start]
    for one, other in pairwise(turned):
        if not _follows(window, one, other):
            places = f"{_place(window, one)}, {_place(window, other)}"
            yield other, f"{_name(other)} comes after {_name(one)}, and stands before it ({places})"


def _walk(window: QWidget) -> tuple[list[QWidget], list[tuple[QWidget, str]]]:
    """The widgets that Tab reaches, in their order, and what is wrong with single ones."""
    order: list[QWidget] = []
    faults: list[tuple[QWidget, str]] = []
    focus = window.focusWidget()
    for _ in range(MAX_STEPS):
        if focus is None or focus in order:
            break
        if not isinstance(focus.parentWidget(), Toast):  # it lies above the others for a moment
            order.append(focus)
        focused = _picture(window, focus)
        was = focus
        for _ in range(MAX_PARTS):  # of a date, or the links of a text
            _press_tab(was)
            focus = window.focusWidget()
            if focus is not was:
                break
        else:
            if any(stop is not was for stop in _stops(window)):
                faults.append((was, "is not left by Tab"))
            break
        if not isinstance(was, QLineEdit) and _picture(window, was) == focused:
            faults.append((was, "does not show that it has the focus"))
    return order, faults


def _press_tab(widget: QWidget) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "\t"))


def _picture(window: QWidget, widget: QWidget) -> QImage:
    return window.grab(_rect(window, widget).adjusted(-EDGE, -EDGE, EDGE, EDGE)).toImage()


def _rect(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _rect_beside(window: QWidget, widget: QWidget, other: QWidget) -> QRect:
    """Where a widget stands to another: what is scrolled out of an area that has only the one stands at its edge."""
    rect, at = _rect(window, widget), widget.parentWidget()
    while at is not None and at is not window and at is not other and not at.isAncestorOf(other):
        if isinstance(at, QAbstractScrollArea):
            view = _rect(window, at.viewport())
            rect.moveTop(max(view.top(), min(rect.top(), view.bottom() - rect.height())))
        at = at.parentWidget()
    return rect


def _stops(window: QWidget) -> Iterator[QWidget]:
    """The widgets that take the focus with Tab. Of the radio buttons of a group, Tab reaches one."""
    for widget in window.findChildren(QWidget):
        is_stop = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        is_used = widget.isVisibleTo(window) and widget.isEnabled() and widget.window() is window
        is_part = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox)) or widget.focusProxy() is not None
        is_other = isinstance(widget, QRadioButton) and not widget.isChecked()
        if is_stop and is_used and not is_part and not is_other and widget.size() != QSize(0, 0):
            yield widget


def _unreachable(window: QWidget) -> Iterator[QAbstractButton]:
    """The buttons for the pointer alone: without focus, and without keys in their tool tips."""
    for button in window.findChildren(QAbstractButton):
        is_used = button.isVisibleTo(window) and button.isEnabled() and button.window() is window
        in_field = isinstance(button.parentWidget(), (QLineEdit, QTableView))  # it clears the field, selects all
        if is_used and button.focusPolicy() == Qt.FocusPolicy.NoFocus and not in_field and "(" not in button.toolTip():
            yield button


def _first(window: QWidget, order: list[QWidget]) -> QWidget | None:
    """The widget that stands first: the top one, and of several in its line the first."""
    first: QWidget | None = None
    for widget in order:
        if first is None or not _follows(window, first, widget):
            first = widget
    return first


def _follows(window: QWidget, one: QWidget, other: QWidget) -> bool:
    """Whether a widget stands below another, after it in its line, or in a later column."""
    first, second = _rect_beside(window, one, other), _rect_beside(window, other, one)
    if window.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        first, second = (QRect(-rect.right(), rect.top(), rect.width(), rect.height()) for rect in (first, second))
    if first.contains(second) or second.contains(first):
        return True
    if second.left() >= first.right() - EDGE:
        return True
    shared = min(first.bottom(), second.bottom()) - max(first.top(), second.top())
    in_line = shared > OVERLAP * min(first.height(), second.height())
    return not in_line and second.top() >= first.top()


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or text or widget.objectName()!r}"


def _place(window: QWidget, widget: QWidget) -> str:
    rect = _rect(window, widget)
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"
