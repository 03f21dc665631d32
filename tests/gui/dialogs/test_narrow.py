"""Every dialog fits into a window of 700 by 500 pixels, in German too, whose texts are long."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from core.messages import set_language
from core.settings import Settings
from gui.dialogs.problems import ProblemsDialog
from gui.dialogs.settings import SettingsDialog
from gui.engine.panel import EnginePanel

DIALOGS: dict[str, Callable[[], QDialog]] = {
    "problems": ProblemsDialog,
    "settings": lambda: SettingsDialog(Settings(), "system"),
    "engine": EnginePanel,
}


@pytest.fixture(params=["en", "de"])
def _language(request: pytest.FixtureRequest) -> Iterator[None]:
    set_language(request.param)
    yield
    set_language("en")


@pytest.mark.usefixtures("_language")
@pytest.mark.parametrize("name", DIALOGS)
def test_a_dialog_fits_into_a_narrow_window(qtbot: QtBot, name: str) -> None:
    dialog = DIALOGS[name]()
    qtbot.addWidget(dialog)
    dialog.resize(700, 500)
    dialog.show()
    assert (dialog.width(), dialog.height()) == (700, 500)
