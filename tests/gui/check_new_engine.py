"""The example engine in the window; run by tests/system/test_new_engine.py in a copy of the program that has it."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from core import settings as settings_file
from core.settings import Settings
from gui.engine import engine_text
from gui.engine.panel import EnginePanel


def test_the_panel_offers_the_engine_with_its_models(qtbot: QtBot) -> None:
    panel = EnginePanel()
    qtbot.addWidget(panel)
    chosen = Settings(engine="example", model="english")
    panel.show_settings(chosen)
    panel.show()
    option = panel.choices.engines["example"]
    assert option.radio.isChecked()
    assert option.radio.text() == "On an example"
    offered = {name for name, model in panel.choices.models.items() if model.isVisible()}
    assert offered == {"multilingual", "english"}
    assert not panel.choices.reranking.isVisible()
    assert engine_text.in_use(chosen) == "English, on an example"
    panel.choices.engines["builtin"].radio.click()
    assert panel.settings().engine == "builtin"


def test_the_settings_keep_it(tmp_path: Path) -> None:
    settings_file.save(Settings(engine="example"), tmp_path / settings_file.SETTINGS_NAME)
    assert settings_file.load(tmp_path / settings_file.SETTINGS_NAME).engine == "example"
