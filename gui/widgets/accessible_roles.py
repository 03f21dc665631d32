"""What a widget of ours is for a screen reader, where Qt knows only that it is a widget."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

# By the name of a class; for one that takes the keyboard, or a screen reader would say only its name.
ROLES = {
    "PageView": QAccessible.Role.Document,
    "QKeySequenceEdit": QAccessible.Role.HotkeyField,
}


def _interface(name: str, widget: QObject) -> QAccessibleInterface | None:
    role = ROLES.get(name)
    return QAccessibleWidget(widget, role) if role is not None and isinstance(widget, QWidget) else None


def install() -> None:
    """Tell Qt the roles; once, before there are widgets."""
    QAccessible.installFactory(_interface)
