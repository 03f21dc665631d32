"""The shortcuts of the window: their keys, the settings that edit them, and what they do, by real keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.dialogs.shortcut_settings import ShortcutSettings
from gui.dialogs.syntax_sheet import keys_table
from gui.shortcuts.actions import ACTIONS, FIXED_KEYS
from gui.shortcuts.bindings import default_keys, keys_of, user_of
from gui.shortcuts.keys import is_for_typing, portable
from gui.window import MainWindow

Start = Callable[..., App]
Keys = Qt.KeyboardModifier
CONTROL_ALT = Keys.ControlModifier | Keys.AltModifier


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    made = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(made)
    return made


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ShortcutSettings:
    made = ShortcutSettings(window.shortcuts, "Ctrl+Alt+Space")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.rows.keys() == ACTIONS.keys())
    return made


def press(
    qtbot: QtBot, page: ShortcutSettings, name: str, key: Qt.Key, modifiers: Qt.KeyboardModifier, place: int = 0
) -> None:
    """Type keys into the field of an action."""
    field = page.rows[name].fields[place]
    qtbot.keyClick(field, key, modifiers)


def test_no_two_actions_have_the_same_keys_and_none_has_fixed_ones() -> None:
    every = [keys for name in ACTIONS for keys in default_keys(name)]
    assert len(every) == len(set(every))
    assert all(every)
    assert not set(every) & {portable(keys) for keys in FIXED_KEYS}
    assert not any(is_for_typing(keys) for keys in every)
    assert [keys for keys in ("A", "Shift+A", "1", "Ctrl+A", "F7", "Alt+Up") if is_for_typing(keys)] == [
        "A", "Shift+A", "1",
    ]  # fmt: skip


def test_keys_are_edited_kept_and_shown(
    qtbot: QtBot, window: MainWindow, page: ShortcutSettings, tmp_path: Path
) -> None:
    button = window.search.settings
    window.shortcuts.show_on(button, "settings")
    assert button.toolTip() == "Settings (Ctrl+,)"
    press(qtbot, page, "settings", Qt.Key.Key_F7, Keys.NoModifier)
    press(qtbot, page, "next_match", Qt.Key.Key_Backspace, Keys.ControlModifier, place=1)
    page.rows["quit"].fields[0].clear()
    assert window.shortcuts.text("settings") == "Ctrl+,", "only what is saved is used"
    page.apply()
    assert button.toolTip() == "Settings (F7)"
    assert keys_of(window.search.box, "settings").toString() == "F7"
    assert "`` F7 `` | Settings" in keys_table(window.shortcuts)
    assert "| Quit |" not in keys_table(window.shortcuts)
    again = MainWindow(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(again)
    assert again.shortcuts.keys()["settings"] == ("F7",)
    assert again.shortcuts.keys()["next_match"] == ("Alt+Down", "Ctrl+Backspace")
    assert again.shortcuts.keys()["quit"] == ()
    assert again.shortcuts.keys()["add_folder"] == ("Ctrl+O",)


def test_a_conflict_names_the_other_action_and_is_refused_or_swapped(qtbot: QtBot, page: ShortcutSettings) -> None:
    row = page.rows["add_folder"]
    press(qtbot, page, "add_folder", Qt.Key.Key_D, Keys.ControlModifier)
    assert row.sentence.text() == "“Ctrl+D” belongs to “Save this search”."
    assert row.fields[0].accessibleDescription() == row.sentence.text()
    qtbot.keyClick(row.keep, Qt.Key.Key_Return)
    assert not row.notice.isVisible()
    assert (row.fields[0].keys, page.keys["save_search"]) == ("Ctrl+O", ("Ctrl+D",))
    press(qtbot, page, "add_folder", Qt.Key.Key_D, Keys.ControlModifier)
    qtbot.keyClick(row.swap, Qt.Key.Key_Return)
    assert (page.keys["add_folder"], page.keys["save_search"]) == (("Ctrl+D",), ("Ctrl+O",))
    assert page.rows["save_search"].fields[0].keys == "Ctrl+O"
    assert user_of("Ctrl+D", page.keys) == "add_folder"


@pytest.mark.parametrize(
    ("key", "modifiers", "said"),
    [
        (Qt.Key.Key_C, Keys.ControlModifier, "“Ctrl+C” is always “Copy”."),
        (Qt.Key.Key_A, Keys.NoModifier, "Use Ctrl or Alt together with another key, or a function key."),
        (Qt.Key.Key_Space, CONTROL_ALT, "“Ctrl+Alt+Space” opens the quick search in every program."),
    ],
)
def test_keys_that_cannot_be_a_shortcut_are_refused(
    qtbot: QtBot, page: ShortcutSettings, key: Qt.Key, modifiers: Qt.KeyboardModifier, said: str
) -> None:
    press(qtbot, page, "properties", key, modifiers)
    row = page.rows["properties"]
    assert row.sentence.text() == said
    assert not row.swap.isVisible()
    assert page.keys["properties"] == ("Alt+Return",)
    press(qtbot, page, "properties", Qt.Key.Key_F8, Keys.NoModifier)
    assert not row.notice.isVisible()
    assert page.keys["properties"] == ("F8",)


def test_one_and_all_are_reset(qtbot: QtBot, page: ShortcutSettings) -> None:
    assert not page.reset_all.isEnabled()
    press(qtbot, page, "add_folder", Qt.Key.Key_F6, Keys.NoModifier)
    press(qtbot, page, "problems", Qt.Key.Key_O, Keys.ControlModifier)
    qtbot.keyClick(page.rows["add_folder"].reset, Qt.Key.Key_Space)  # its keys have another user by now
    assert page.rows["add_folder"].sentence.text() == "“Ctrl+O” belongs to “Problems”."
    qtbot.keyClick(page.rows["add_folder"].swap, Qt.Key.Key_Return)
    assert (page.keys["add_folder"], page.keys["problems"]) == (("Ctrl+O",), ("F6",))
    qtbot.keyClick(page.rows["problems"].reset, Qt.Key.Key_Space)
    assert page.keys["problems"] == default_keys("problems")
    press(qtbot, page, "why", Qt.Key.Key_F7, Keys.NoModifier)
    qtbot.keyClick(page.reset_all, Qt.Key.Key_Return)
    assert page.keys == {name: default_keys(name) for name in ACTIONS}
    assert not page.reset_all.isEnabled()


def test_other_keys_of_the_quick_search_that_the_window_uses_are_told(page: ShortcutSettings) -> None:
    page.use_hotkey("F9")
    assert "quick search" in page.rows["toggle_preview"].sentence.text()
    page.use_hotkey("Ctrl+Alt+Space")
    assert not page.rows["toggle_preview"].notice.isVisible()


def test_every_action_is_installed_and_other_keys_work_at_once(qtbot: QtBot, start: Start) -> None:
    app = start()
    window = app.window
    installed = {name for name, _ in window.shortcuts._installed} | {"help"}
    assert installed == ACTIONS.keys()
    assert app.library_controller is not None
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    page = dialog.shortcuts.findChild(ShortcutSettings)
    assert isinstance(page, ShortcutSettings)
    assert page.rows == {}, "they are made once the page is shown, as they are many"
    dialog.open_page("shortcuts")
    qtbot.waitUntil(lambda: page.rows.keys() == ACTIONS.keys())
    press(qtbot, page, "problems", Qt.Key.Key_F7, Keys.NoModifier)
    press(qtbot, page, "help", Qt.Key.Key_F12, Keys.NoModifier)
    dialog.accept()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    problems = app.library_controller.problems.dialog
    qtbot.keyClick(window, Qt.Key.Key_E, Keys.ControlModifier | Keys.ShiftModifier)
    assert not problems.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F7)
    assert problems.isVisible()
    problems.close()
    assert app.help.menu.actions()[0].text() == "Manual\tF12"
    qtbot.keyClick(window, Qt.Key.Key_F12)
    assert app.help.dialog is not None
    assert app.help.dialog.isVisible()
    app.help.show_sheet()
    assert app.help.sheet is not None
    assert "F7" in app.help.sheet.view.toPlainText()
    window.shortcuts.use({"problems": ("F8",)})
    assert "F8" in app.help.sheet.view.toPlainText()
    assert QApplication.activeModalWidget() is None
