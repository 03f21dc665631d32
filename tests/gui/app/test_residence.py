"""What closing and putting away the window does, with and without a tray; other starts and commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.control_socket import send_request
from gui.app.application import App
from gui.app.single_instance import hand_over
from gui.dialogs.at_hand_settings import AtHandSettings
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


@pytest.fixture
def app(start: Callable[..., App], quits: list[bool]) -> App:
    made = start()
    made.residence.quit_requested.disconnect(made.quit)
    made.residence.quit_requested.connect(lambda: quits.append(True))
    made.instance.quit_requested.disconnect(made.quit)
    made.instance.quit_requested.connect(lambda: quits.append(True))
    return made


@pytest.fixture
def quits() -> list[bool]:
    return []


def answer(app: App, monkeypatch: pytest.MonkeyPatch, *, answers: bool) -> None:
    """Let a tray be there, or none; the offscreen platform has none, and a real one is in tests/system."""
    monkeypatch.setattr("gui.tray.host.QSystemTrayIcon.isSystemTrayAvailable", lambda: answers)
    app.residence.host.check()


def test_closing_hides_where_a_tray_answers_and_says_so_once(
    app: App, qtbot: QtBot, quits: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(app, monkeypatch, answers=True)
    app.window.close()
    assert app.window.isHidden()
    told = app.residence._told
    assert told is not None
    assert told.isVisible()
    told.keep.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.residence.show_window()
    assert app.window.isVisible()
    app.window.close()
    assert app.window.isHidden()
    assert app.residence._told is None
    assert quits == []


def test_quit_instead(app: App, qtbot: QtBot, quits: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(app, monkeypatch, answers=True)
    app.window.close()
    assert app.residence._told is not None
    app.residence._told.quit_instead.click()
    assert quits == [True]


@pytest.mark.parametrize("tray", [False, True])
def test_closing_quits_where_no_tray_answers_or_it_is_not_wanted(
    app: App, quits: list[bool], monkeypatch: pytest.MonkeyPatch, *, tray: bool
) -> None:
    answer(app, monkeypatch, answers=tray)
    app.preferences.keep_in_tray = not tray
    app.window.close()
    assert quits == [True]


def test_closing_minimises_by_choice(app: App, quits: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    answer(app, monkeypatch, answers=False)
    app.preferences.without_tray = "minimise"
    app.window.close()
    assert app.window.isMinimized()
    assert not app.window.isHidden()
    assert quits == []


@pytest.mark.parametrize("tray", [False, True])
def test_escape_never_quits(app: App, quits: list[bool], monkeypatch: pytest.MonkeyPatch, *, tray: bool) -> None:
    answer(app, monkeypatch, answers=tray)
    app.window.dismissed.emit()
    assert app.window.isHidden() == tray
    assert app.window.isMinimized() != tray
    assert quits == []


def test_a_window_that_no_tray_leads_to_any_more_comes_back(
    app: App, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.residence._hostless.setInterval(10)
    answer(app, monkeypatch, answers=True)
    app.window.close()
    answer(app, monkeypatch, answers=False)
    qtbot.waitUntil(app.window.isMinimized, timeout=WAIT_MS)


def test_a_panel_that_restarts_changes_nothing(app: App, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(app, monkeypatch, answers=True)
    app.window.close()
    answer(app, monkeypatch, answers=False)
    answer(app, monkeypatch, answers=True)
    assert not app.residence._hostless.isActive()
    assert app.window.isHidden()


def test_another_start_in_the_background_adds_folders_and_shows_nothing(
    app: App, qtbot: QtBot, root: object, documents: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(app, monkeypatch, answers=True)
    app.window.close()
    assert hand_over(str(root), [str(documents)], background=True)
    qtbot.waitUntil(lambda: app.window.folders.rows.rowCount() == 1, timeout=WAIT_MS)
    assert app.window.isHidden()
    assert hand_over(str(root), [])
    qtbot.waitUntil(app.window.isVisible, timeout=WAIT_MS)


def test_commands_reach_the_window(app: App, qtbot: QtBot, root: object, quits: list[bool]) -> None:
    with qtbot.waitSignal(app.instance.toggle_requested, timeout=WAIT_MS):
        assert send_request(str(root), "toggle") is not None
    assert send_request(str(root), "quit") is not None
    qtbot.waitUntil(lambda: quits == [True], timeout=WAIT_MS)


def test_the_quick_search_makes_way_for_the_window(app: App) -> None:
    app.residence.toggle_quick_search()
    assert app.residence.quick.isVisible()
    app.residence.show_window()
    assert app.residence.quick.isHidden()


def test_a_start_in_the_background_opens_the_library_without_a_window(qtbot: QtBot, start: Callable[..., App]) -> None:
    app = start(background=True)
    assert app.library is not None
    assert app.window.isHidden()
    app.residence.show_window()
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.welcome, timeout=WAIT_MS)


def test_the_tray_menu_opens_with_what_is_so_at_that_moment(app: App) -> None:
    tray = app.residence.tray
    assert app.library is not None
    app.library.indexing.pause(None)
    tray.menu.aboutToShow.emit()
    assert tray.resume.isVisible()
    assert not tray.pause.menuAction().isVisible()


def test_the_settings_try_other_keys_and_keep_them_only_if_saved(app: App, qtbot: QtBot) -> None:
    tried: list[str] = []
    app.residence.hotkey.use = tried.append  # type: ignore[method-assign, assignment]
    assert app.library_controller is not None
    for button, keys in (("reject", "Ctrl+Alt+Space"), ("accept", "Meta+F")):
        app.library_controller.settings.show()
        dialog = app.library_controller.settings.dialog
        assert dialog is not None
        section = dialog.shortcuts.findChild(AtHandSettings)
        assert section is not None
        section.hotkey.keys.setKeySequence(QKeySequence("Meta+F"))
        section.hotkey.keys.editingFinished.emit()
        assert tried[-1] == "Meta+F"
        getattr(dialog, button)()
        assert tried[-1] == app.preferences.hotkey == keys
