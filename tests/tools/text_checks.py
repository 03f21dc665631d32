"""What a widget says to the user, and whether its text fits: the checks of `tests.tools.text_audit`."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)

from gui.widgets.basic import ElidedLabel
from gui.widgets.elided_button import ElidedButton

ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
SLACK = 1  # pixels that a style may round away
HANDLES = 3  # pixels by which the handles of hidden parts of a splitter may move what is shown
MAX_ROWS = 50
FITTED = (QLabel, QPushButton, QRadioButton, QCheckBox)


def texts_of(widget: QWidget) -> Iterator[tuple[str, str]]:
    """(what it is, text) of everything that a widget says to the user; the contents of text fields are the user's."""
    yield "tooltip", widget.toolTip()
    yield "accessible name", widget.accessibleName()
    yield "accessible description", widget.accessibleDescription()
    if widget.isWindow():
        yield "title", widget.windowTitle()
    match widget:
        case QLabel() | QAbstractButton():
            yield "text", widget.text()
        case QGroupBox():
            yield "title", widget.title()
        case QLineEdit() | QTextEdit() | QPlainTextEdit():
            yield "placeholder", widget.placeholderText()
        case QSpinBox():
            yield from (("prefix", widget.prefix()), ("suffix", widget.suffix()))
        case QTabBar():
            yield from (("tab", widget.tabText(at)) for at in range(widget.count()))
        case QComboBox():
            yield from (("choice", widget.itemText(at)) for at in range(widget.count()))
        case QMenu():
            yield from _actions(widget.actions())
    if isinstance(widget, QAbstractSpinBox):
        yield "special value", widget.specialValueText()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None and not isinstance(widget, QHeaderView):
        yield from _items(widget)
    yield from _actions(widget.findChildren(QAction, options=Qt.FindChildOption.FindDirectChildrenOnly))


def _actions(actions: list[QAction]) -> Iterator[tuple[str, str]]:
    for action in actions:
        if not action.isSeparator():
            yield from (("action", action.text()), ("action's tooltip", action.toolTip()))


def _items(view: QAbstractItemView) -> Iterator[tuple[str, str]]:
    model = view.model()
    root = QModelIndex()
    columns = range(model.columnCount(root) if isinstance(view, QTableView) else 1)
    for row in range(min(model.rowCount(root), MAX_ROWS)):
        for column in columns:
            for role in ROLES:
                yield "item", _text(model.data(model.index(row, column, root), role))
    if isinstance(view, QTableView):
        for column in columns:
            yield "header", _text(model.headerData(column, Qt.Orientation.Horizontal))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def scrolls_sideways(widget: QWidget) -> bool:
    """Whether a page that only scrolls up and down is wider than there is room for."""
    if not isinstance(widget, QScrollArea) or not widget.isVisible() or widget.widget() is None:
        return False
    return widget.widget().width() > widget.viewport().width() + SLACK


def unnamed(widget: QWidget) -> bool:
    """Whether a control that takes the keyboard has no name, so that a screen reader can only tell its role."""
    if not widget.isVisible() or not widget.isEnabled() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
        return False
    if widget.focusProxy() is not None or isinstance(widget, QMenu) or _is_part(widget):
        return False
    interface = QAccessible.queryAccessibleInterface(widget)
    if interface is None:
        return False
    if isinstance(widget, QComboBox):  # its name is its value on Linux, and its own one elsewhere
        labels = [
            label.text(QAccessible.Text.Name) for label, _kind in interface.relations(QAccessible.RelationFlag.Label)
        ]
        return not widget.accessibleName() or not any(label.strip() for label in labels)
    return not interface.text(QAccessible.Text.Name).strip()


def _is_part(widget: QWidget) -> bool:
    """Whether its parent speaks for a widget: the editor of a spin box, a header, the inside of a scroll area."""
    parent = widget.parentWidget()
    return isinstance(widget, (QHeaderView, QScrollArea)) or isinstance(parent, (QAbstractSpinBox, QComboBox))


def misfit(widget: QWidget) -> str:
    """Why the text of a visible label or button cannot be read whole; "" where it can."""
    if not widget.isVisible() or not isinstance(widget, FITTED) or not widget.text().strip():
        return ""
    if (outside := _outside(widget)) is not None:
        return f"is cut off by its {outside}"
    if widget.hasHeightForWidth():  # it wraps
        needed = widget.heightForWidth(widget.width())
        return f"is {widget.height()} high and needs {needed}" if needed > widget.height() + SLACK else ""
    needed = widget.sizeHint().width()
    if needed <= widget.width() + SLACK:
        return ""
    if not isinstance(widget, ElidedButton | ElidedLabel):
        return f"is {widget.width()} wide and needs {needed}"
    widget.grab()  # a widget that is elided sets its tool tip as it is painted
    whole = _joined(widget.text()).removesuffix("…")
    return "" if whole in _joined(widget.toolTip()) else "is elided and its tooltip has not the whole text"


def _outside(widget: QWidget) -> str | None:
    """The ancestor that a widget is wider or placed farther than, unless it scrolls."""
    part = QRect(widget.rect())
    at: QWidget | None = widget
    while at is not None and not at.isWindow():
        part.translate(at.pos())
        at = at.parentWidget()
        if at is None or isinstance(at.parentWidget(), QAbstractScrollArea):
            return None
        if part.left() < -HANDLES or part.right() > at.width() - 1 + HANDLES:
            return f"{type(at).__name__}, {part.left()} to {part.right()} of {at.width()}"
    return None


def _joined(text: str) -> str:
    return " ".join(text.split())
