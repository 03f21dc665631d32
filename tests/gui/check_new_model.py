"""The example model in the window; run by tests/system/test_new_model.py in a copy of the program that has it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from core import settings as settings_file
from core.settings import Settings
from gui.engine import engine_text
from gui.engine.panel import EnginePanel


def test_the_panel_offers_the_model_where_an_engine_runs_it(qtbot: QtBot) -> None:
    panel = EnginePanel()
    qtbot.addWidget(panel)
    chosen = Settings(engine="remote", model="example", remote_url="http://127.0.0.1:9/v1")
    panel.show_settings(chosen)
    panel.show()
    option = panel.choices.models["example"]
    assert option.radio.isChecked()
    assert (option.radio.text(), option.description.text()) == ("Example", "Shows how a model is added.")
    assert engine_text.in_use(chosen) == "Example, on another computer"
    panel.choices.engines["builtin"].radio.click()
    assert not option.isVisible()


def test_the_settings_keep_it(tmp_path: Path) -> None:
    settings_file.save(Settings(model="example"), tmp_path / settings_file.SETTINGS_NAME)
    assert settings_file.load(tmp_path / settings_file.SETTINGS_NAME).model == "example"
