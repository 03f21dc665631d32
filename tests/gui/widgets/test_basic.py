"""The small shared widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QSpinBox, QVBoxLayout
from pytestqt.qtbot import QtBot

from gui.widgets.basic import (
    ELIDE_MIDDLE,
    IconButton,
    Meter,
    TextButton,
    ignore_wheel,
    label,
    resize_to_screen,
)
from gui.widgets.memory_bar import WideMeter
from gui.widgets.progress_bar import BusyMeter
from gui.widgets.theme import colours


def turn_wheel(over: QSpinBox) -> None:
    place, down = QPointF(5, 5), QPoint(0, -120)
    none = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    turned = QWheelEvent(place, place, down, down, Qt.MouseButton.NoButton, *none, False)
    QApplication.sendEvent(over, turned)


def test_enter_presses_the_button_with_the_focus_and_not_the_default_one(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    column = QVBoxLayout(dialog)
    save, leave, more = TextButton("Save", "main"), TextButton("Cancel"), IconButton("more", "More")
    pressed: list[str] = []
    save.setDefault(True)
    for name, button in (("save", save), ("leave", leave), ("more", more)):
        button.clicked.connect(lambda *_, name=name: pressed.append(name))
        column.addWidget(button)
    with qtbot.waitExposed(dialog):
        dialog.show()
    qtbot.keyClick(leave, Qt.Key.Key_Return)
    qtbot.keyClick(more, Qt.Key.Key_Enter)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert pressed == ["leave", "more", "save"]


def test_the_wheel_changes_a_field_only_while_it_has_the_focus(qtbot: QtBot) -> None:
    field = QSpinBox()
    qtbot.addWidget(field)
    field.setRange(0, 10)
    field.setValue(5)
    ignore_wheel(field)
    field.show()
    field.clearFocus()
    turn_wheel(field)
    assert field.value() == 5
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    turn_wheel(field)
    assert field.value() == 4


def test_a_label_that_is_cut_tells_the_whole_in_its_tool_tip(qtbot: QtBot) -> None:
    cut = label("~/Documents/a/very/long/way/to/a/file.pdf", elided=ELIDE_MIDDLE)
    qtbot.addWidget(cut)
    cut.resize(80, 20)
    cut.show()
    qtbot.waitUntil(lambda: cut.toolTip() == cut.text())
    cut.resize(800, 20)
    qtbot.waitUntil(lambda: not cut.toolTip())


@pytest.mark.parametrize("make", [Meter, WideMeter])
def test_a_bar_is_filled_from_where_the_language_starts(qtbot: QtBot, make: type[Meter]) -> None:
    bar = make()
    qtbot.addWidget(bar)
    bar.setFixedWidth(100)
    bar.show_share(0.5)
    filled = colours().accent.rgb()
    for direction, ends in ((Qt.LayoutDirection.LeftToRight, (20, 80)), (Qt.LayoutDirection.RightToLeft, (80, 20))):
        bar.setLayoutDirection(direction)
        picture = bar.grab().toImage()
        assert [picture.pixelColor(x, 2).rgb() == filled for x in ends] == [True, False]


def test_a_moving_bar_moves_from_where_the_language_starts(qtbot: QtBot) -> None:
    bar = BusyMeter()
    qtbot.addWidget(bar)
    bar.setFixedWidth(100)
    for _ in range(4):
        bar.advance()
    filled = colours().accent.rgb()
    for direction, start in ((Qt.LayoutDirection.LeftToRight, 5), (Qt.LayoutDirection.RightToLeft, 95)):
        bar.setLayoutDirection(direction)
        picture = bar.grab().toImage()
        assert picture.pixelColor(start, 2).rgb() == filled
        assert picture.pixelColor(100 - start, 2).rgb() != filled


def test_a_window_is_never_larger_than_its_screen(qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    room = dialog.screen().availableSize()
    resize_to_screen(dialog, 300, 200)
    assert (dialog.width(), dialog.height()) == (300, 200)
    resize_to_screen(dialog, 9000, 9000)
    assert dialog.width() <= room.width()
    assert dialog.height() < room.height()
