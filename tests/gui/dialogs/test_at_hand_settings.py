"""The settings of hotkey, tray, closing and start at login."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication, QKeySequence
from pytestqt.qtbot import QtBot

from gui.dialogs.at_hand_settings import AtHandSettings
from gui.hotkey.field import COMMAND, status_text
from gui.hotkey.keys import DEFAULT_HOTKEY
from gui.hotkey.status import HotkeyStatus
from gui.runtime.autostart import Autostart
from gui.runtime.preferences import Preferences


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    return Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def section(qtbot: QtBot, preferences: Preferences) -> AtHandSettings:
    made = AtHandSettings(preferences, Autostart(), has_tray=True)
    qtbot.addWidget(made)
    return made


def test_every_setting_is_saved_and_read_again(section: AtHandSettings, preferences: Preferences, qtbot: QtBot) -> None:
    section.keep.setChecked(False)
    section.at_login.setChecked(True)
    section.without_tray.setCurrentIndex(1)
    section.rest.setValue(25)
    section.hotkey.keys.setKeySequence(QKeySequence("Meta+F"))
    assert preferences.keep_in_tray
    assert not Autostart().is_enabled()
    assert section.apply()
    assert (preferences.keep_in_tray, preferences.without_tray) == (False, "minimise")
    assert (preferences.rest_minutes, preferences.hotkey) == (25, "Meta+F")
    assert Autostart().is_enabled()
    again = AtHandSettings(preferences, Autostart(), has_tray=True)
    qtbot.addWidget(again)
    assert not again.keep.isChecked()
    assert again.at_login.isChecked()
    assert (again.without_tray.currentIndex(), again.rest.value()) == (1, 25)
    assert again.hotkey.keys.keySequence().toString() == "Meta+F"


def test_nothing_is_saved_before(section: AtHandSettings, preferences: Preferences, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(preferences.changed):
        section.keep.setChecked(False)
        section.hotkey.keys.setKeySequence(QKeySequence("F9"))
        assert preferences.hotkey == DEFAULT_HOTKEY


def test_an_autostart_file_that_cannot_be_written_is_reported(section: AtHandSettings) -> None:
    folder = Autostart().file.parent
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way", encoding="ascii")
    section.at_login.setChecked(True)
    assert not section.apply()


def test_other_keys_are_tried_at_once(section: AtHandSettings, qtbot: QtBot) -> None:
    section.hotkey.keys.setKeySequence(QKeySequence("Meta+F"))
    with qtbot.waitSignal(section.keys_chosen) as tried:
        section.hotkey.keys.editingFinished.emit()
    assert tried.args == ["Meta+F"]
    with qtbot.waitSignal(section.keys_chosen) as tried:
        section.hotkey.default.click()
    assert tried.args == [DEFAULT_HOTKEY]


def test_keys_for_typing_are_refused_and_not_saved(
    section: AtHandSettings, preferences: Preferences, qtbot: QtBot
) -> None:
    section.hotkey.keys.setKeySequence(QKeySequence("A"))
    with qtbot.assertNotEmitted(section.keys_chosen):
        section.hotkey.keys.editingFinished.emit()
    assert "together with another key" in section.hotkey.status.text()
    section.apply()
    assert preferences.hotkey == DEFAULT_HOTKEY


@pytest.mark.parametrize(
    ("status", "says", "command"),
    [
        (HotkeyStatus("active", "x11"), "by X11", False),
        (HotkeyStatus("active", "portal", "Press <Super>F"), "Your desktop uses: Press <Super>F", False),
        (HotkeyStatus("active", "portal"), "by the desktop portal", False),
        (HotkeyStatus("active", "system"), "Works in every program.", False),
        (HotkeyStatus("taken", "x11"), "Another program already uses these keys", False),
        (HotkeyStatus("starting", "portal"), "Waiting for your desktop", False),
        (HotkeyStatus("refused", "portal"), "Bind this command", True),
        (HotkeyStatus("unavailable"), "Bind this command", True),
    ],
)
def test_the_state_of_the_hotkey_is_said(
    section: AtHandSettings, status: HotkeyStatus, says: str, *, command: bool
) -> None:
    section.hotkey.show_status(status)
    assert says in section.hotkey.status.text()
    assert section.hotkey.command.isHidden() is not command


def test_no_keys_are_no_trouble(section: AtHandSettings) -> None:
    section.hotkey.keys.clear()
    section.hotkey.show_status(HotkeyStatus())
    assert (
        section.hotkey.status.text()
        == status_text(HotkeyStatus())
        == "No keys: the quick search opens from the system tray."
    )


def test_the_command_can_be_copied(section: AtHandSettings) -> None:
    section.hotkey.show_status(HotkeyStatus("unavailable"))
    section.hotkey.copy.click()
    assert QGuiApplication.clipboard().text() == COMMAND
    QGuiApplication.clipboard().clear()


def test_without_a_tray_it_says_so(preferences: Preferences, qtbot: QtBot) -> None:
    made = AtHandSettings(preferences, Autostart(), has_tray=False)
    qtbot.addWidget(made)
    assert "shows no system tray" in made._tray_text()
