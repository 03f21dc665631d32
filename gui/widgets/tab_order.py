"""Where Tab reaches widgets that are made later than those around them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QKeySequenceEdit, QWidget


def keep_place(container: QWidget, *added: QWidget) -> None:
    """Let Tab reach widgets where their container, or the one that they precede, stands: not after everything else."""
    before = container.previousInFocusChain()
    while before is not None and before is not container and not _is_stop(before):
        before = before.previousInFocusChain()
    for widget in added:
        if before is not None:
            QWidget.setTabOrder(before, widget)
        before = widget


def stops_in(container: QWidget) -> list[QWidget]:
    """The widgets in a container that Tab reaches, in the order in which they were made."""
    inside = container.findChildren(QWidget)
    return [widget for widget in inside if _is_stop(widget) and not _is_part(widget, container)]


def _is_part(widget: QWidget, container: QWidget) -> bool:
    """Whether a widget belongs to a field: what it edits in, or the list that it opens."""
    is_inner = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox, QKeySequenceEdit))
    return is_inner or widget.window() is not container.window()


def _is_stop(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
