from __future__ import annotations

from typing import cast

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.wrapping_check_box import WrappingCheckBox

TEXT = "Keep Findling in the system tray when I close the window"


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(WrappingCheckBox(TEXT))
    column.addStretch(1)
    qtbot.addWidget(made)
    made.resize(200, 300)
    made.show()
    return made


@pytest.fixture
def box(page: QWidget) -> WrappingCheckBox:
    return cast("WrappingCheckBox", page.findChild(WrappingCheckBox))


def has_ink(box: WrappingCheckBox, x: int, width: int) -> bool:
    """Whether anything is shown in a part of the last line."""
    line = box.fontMetrics().height()
    shown = box.grab(QRect(x, box.height() - line, width, line)).toImage()
    return len({shown.pixel(x, y) for x in range(shown.width()) for y in range(shown.height())}) > 1


def test_it_wraps_where_it_is_too_narrow(qtbot: QtBot, page: QWidget, box: WrappingCheckBox) -> None:
    wrapped = box.height()
    assert box.width() < box.sizeHint().width()
    assert wrapped >= box.fontMetrics().height() * 2
    page.resize(900, 300)
    qtbot.waitUntil(lambda: box.height() == box.sizeHint().height() < wrapped)


def test_its_last_line_is_shown_and_takes_clicks(qtbot: QtBot, box: WrappingCheckBox) -> None:
    assert has_ink(box, 20, 80)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(40, box.height() - 4))
    assert box.isChecked()


def test_all_lines_stand_beside_the_box_in_both_directions(box: WrappingCheckBox) -> None:
    assert not has_ink(box, 0, 14)
    box.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert not has_ink(box, box.width() - 14, 14)
    assert has_ink(box, box.width() - 100, 80)
