"""The pop-up goes when it loses the focus, and stays when it only loses it for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.quick import frame
from gui.quick.popup import QuickSearch


@pytest.fixture
def other(qtbot: QtBot) -> QWidget:
    """Another window."""
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def quick() -> Iterator[QuickSearch]:
    made = QuickSearch()
    yield made
    made.close_for_good()


def test_it_goes_with_the_focus_but_not_for_a_moment(
    qtbot: QtBot, quick: QuickSearch, other: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "APPEARING_SECONDS", 0.0)
    monkeypatch.setattr(frame, "LEAVING_MS", 3_600_000)  # on a busy machine a moment is longer
    quick.appear()
    qtbot.waitUntil(quick.isActiveWindow)
    other.activateWindow()
    qtbot.waitUntil(lambda: not quick.isActiveWindow())
    quick.activateWindow()
    qtbot.waitUntil(quick.isActiveWindow)
    qtbot.waitUntil(lambda: not quick._leaving.isActive())
    assert quick.isVisible()
    monkeypatch.setattr(frame, "LEAVING_MS", 0)
    other.activateWindow()
    qtbot.waitUntil(quick.isHidden)


def test_a_focus_that_is_taken_while_it_appears_is_asked_for_again(
    qtbot: QtBot, quick: QuickSearch, other: QWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "APPEARING_SECONDS", 3_600.0)
    monkeypatch.setattr(frame, "RETURN_MS", 3_600_000)
    monkeypatch.setattr(frame, "LEAVING_MS", 0)
    monkeypatch.setattr(frame, "RETURNS", 2)

    def asked(left: int) -> bool:
        return quick._returns == left

    for _ in range(2):
        quick.box.setText("rent")
        quick.appear()
        qtbot.waitUntil(quick.isActiveWindow)
        quick.box.deselect()  # as it happens on X11
        for left in (1, 0):
            other.activateWindow()  # as a window manager does
            qtbot.waitUntil(partial(asked, left))
            qtbot.waitUntil(quick.isActiveWindow)
            assert quick.isVisible()
            assert quick.box.selectedText() == "rent"
        other.activateWindow()
        qtbot.waitUntil(quick.isHidden)
