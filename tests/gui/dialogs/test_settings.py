"""The language choice of the settings dialog."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from core.messages import languages
from core.settings import Settings
from gui.dialogs.settings import SettingsDialog


def test_a_language_is_named_in_itself_and_chosen(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(), "system")
    qtbot.addWidget(dialog)
    names = [dialog.language.itemText(row) for row in range(dialog.language.count())]
    assert names == ["Match system", "English", "Deutsch", "简体中文"]
    assert dialog.settings().language == ""
    dialog.language.setCurrentIndex(names.index("Deutsch"))
    with qtbot.waitSignal(dialog.chosen) as saved:
        dialog.accept()
    assert saved.args == [Settings(language="de")]


@pytest.mark.parametrize("language", ["", *languages()])
def test_the_chosen_language_is_shown(qtbot: QtBot, language: str) -> None:
    dialog = SettingsDialog(Settings(language=language), "system")
    qtbot.addWidget(dialog)
    assert dialog.settings() == Settings(language=language)
