"""The pop-up goes when it loses the focus, and stays when it only loses it for a moment."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.quick.frame import LEAVING_MS
from gui.quick.popup import QuickSearch


@pytest.fixture
def other(qtbot: QtBot) -> QWidget:
    """Another window."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_goes_with_the_focus_but_not_for_a_moment(qtbot: QtBot, other: QWidget) -> None:
    quick = QuickSearch()
    quick._leaving.setInterval(3_600_000)  # on a busy machine a moment is longer
    quick.appear()
    try:
        qtbot.waitUntil(quick.isActiveWindow)
        other.activateWindow()
        qtbot.waitUntil(lambda: not quick.isActiveWindow())
        quick.activateWindow()
        qtbot.waitUntil(quick.isActiveWindow)
        qtbot.waitUntil(lambda: not quick._leaving.isActive())
        assert quick.isVisible()
        quick._leaving.setInterval(LEAVING_MS)
        other.activateWindow()
        qtbot.waitUntil(quick.isHidden)
    finally:
        quick.close_for_good()
