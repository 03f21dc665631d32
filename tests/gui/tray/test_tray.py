"""The tray's states, pictures and menu."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from core.events import EngineStatus, ModelSwitch, PauseState, Progress, RetrieverProgress, Trouble
from gui.tray.icon import SIZES, STEPS, State, step_of, tray_icon
from gui.tray.state import TrayState, tray_state
from gui.tray.tray import Tray

DONE = RetrieverProgress(done=10)
READY = EngineStatus("ready")
IDLE = Progress(names=DONE, words=DONE, meaning=DONE, passages_done=40, passages_total=40, engine=READY)
READING = replace(IDLE, words=RetrieverProgress(4, 6), meaning=RetrieverProgress(2, 8))
EMBEDDING = replace(IDLE, meaning=RetrieverProgress(5, 5), passages_done=30)
FAILED = replace(IDLE, engine=EngineStatus("failed", detail="It ended."))


@pytest.mark.parametrize(
    ("progress", "pause", "state", "share"),
    [
        (Progress(), None, "idle", None),
        (Progress(scanning=True), None, "indexing", None),
        (IDLE, None, "idle", None),
        (replace(IDLE, scanning=True), None, "idle", None),
        (READING, None, "indexing", 0.2),
        (EMBEDDING, None, "indexing", 0.75),
        (EMBEDDING, PauseState("paused"), "paused", 0.75),
        (EMBEDDING, PauseState("battery"), "paused", 0.75),
        (FAILED, None, "attention", None),
        (replace(IDLE, trouble=Trouble("x", "The disk is full.")), PauseState("paused"), "attention", None),
        (replace(IDLE, handover=ModelSwitch("english", RetrieverProgress(1, 3))), None, "indexing", 0.25),
    ],
)
def test_states(progress: Progress, pause: PauseState | None, state: State, share: float | None) -> None:
    told = tray_state(progress, pause)
    assert (told.state, told.share) == (state, share)
    assert told.line
    assert told.paused == (pause is not None)


def test_the_line_is_what_is_wrong() -> None:
    assert tray_state(replace(IDLE, trouble=Trouble("x", "The disk is full.")), None).line == "The disk is full."
    assert tray_state(IDLE, None).line == "Everything is up to date"


def image(state: State, step: int = -1, size: int = 22) -> QImage:
    return tray_icon(state, step).pixmap(size).toImage()


@pytest.mark.parametrize("size", SIZES)
def test_every_state_looks_different(qtbot: QtBot, size: int) -> None:
    pictures: list[tuple[State, int]] = [("idle", -1), ("paused", -1), ("attention", -1), ("indexing", -1)]
    pictures += [("indexing", step) for step in (3, 6, 9, STEPS)]
    images = [image(state, step, size) for state, step in pictures]
    assert all(one.width() == size for one in images)
    assert all(images[i] != images[j] for i in range(len(images)) for j in range(i))


def test_a_badge_stands_apart_on_light_and_dark_panels(qtbot: QtBot) -> None:
    """Around the badge the panel shows through, and the badge itself contrasts with black and with white."""
    shown = image("attention", size=64)
    assert shown.pixelColor(27, 44).alpha() < 60
    badge = shown.pixelColor(35, 46)
    assert badge.alpha() == 255
    for panel in (QColor("#ffffff"), QColor("#000000")):
        assert abs(badge.lightness() - panel.lightness()) > 80


def test_shares_are_shown_in_steps() -> None:
    assert [step_of(share) for share in (None, 0.0, 0.5, 1.0, 7.0)] == [-1, 0, STEPS // 2, STEPS, STEPS]


@pytest.fixture
def tray(qtbot: QtBot) -> Tray:
    return Tray()


def texts(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions() if action.isVisible() and not action.isSeparator()]


def test_the_menu(tray: Tray) -> None:
    tray.set_usable(usable=True)
    tray.show_state(TrayState("idle", "Everything is up to date & well"))
    shown = [
        "Search",
        "Open Findling",
        "Everything is up to date && well",
        "Pause indexing",
        "Settings…",
        "Quit Findling",
    ]
    assert texts(tray) == shown
    assert tray.icon.toolTip() == "Findling: Everything is up to date & well"
    tray.show_state(TrayState("paused", "Paused", paused=True, holds_card=True))
    assert texts(tray)[3:5] == ["Resume indexing", "Release graphics card"]
    assert not tray.line.isEnabled()
    tray.show_state(TrayState("attention", "long " * 40))
    assert len(tray.line.text()) == 60


def test_an_open_menu_does_not_change(qtbot: QtBot, tray: Tray) -> None:
    """An entry that moves would be under the pointer, or the next key, when another was meant."""
    tray.show_state(TrayState("paused", "Paused", paused=True))
    tray.menu.popup(QPoint(0, 0))
    before = texts(tray)
    tray.show_state(TrayState("idle", ""))
    assert texts(tray) == before
    tray.menu.hide()
    qtbot.waitUntil(lambda: texts(tray) != before)
    assert "Resume indexing" not in texts(tray)
    assert "Pause indexing" in texts(tray)


@pytest.mark.parametrize(("row", "seconds"), [(0, 900.0), (1, 3600.0), (2, None)])
def test_pausing(qtbot: QtBot, tray: Tray, row: int, seconds: float | None) -> None:
    tray.set_usable(usable=True)
    with qtbot.waitSignal(tray.pause_requested) as asked:
        tray.pause.actions()[row].trigger()
    assert asked.args == [seconds]


def test_clicks(qtbot: QtBot, tray: Tray) -> None:
    reason = QSystemTrayIcon.ActivationReason
    with qtbot.waitSignal(tray.search_requested):
        tray.icon.activated.emit(reason.Trigger)
    with qtbot.assertNotEmitted(tray.search_requested), qtbot.waitSignal(tray.window_requested):
        tray.icon.activated.emit(reason.MiddleClick)
    with qtbot.assertNotEmitted(tray.search_requested):
        tray.icon.activated.emit(reason.Context)


def test_nothing_of_a_library_can_be_asked_before_it_is_open(tray: Tray) -> None:
    assert tray.search.isEnabled()
    assert not tray.settings.isEnabled()
    assert not tray.pause.menuAction().isEnabled()
    assert tray.icon.toolTip() == "Findling: Opening your library…"
