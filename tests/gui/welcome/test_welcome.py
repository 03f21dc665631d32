"""The welcome: folders with prices, quick search and login, the model, into the first search."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QFrame
from pytestqt.qtbot import QtBot

from core.library import PriceTag
from core.library.engines import inspection
from core.settings import Settings
from gui.app.application import App
from gui.controllers.welcome import DONE
from gui.folders import price_text
from gui.runtime.autostart import Autostart
from gui.runtime.desktop_services import suggested_folders
from gui.welcome.folders_step import FoldersStep
from gui.welcome.model_step import ModelStep
from gui.welcome.page import WelcomePage
from tests.builders import multilingual_folder
from tests.builders.engine_states import capabilities
from tests.gui.conftest import WAIT_MS, wait_complete
from tests.gui.questions import ask, found

Start = Callable[..., App]


def price(
    path: str,
    files: int = 10,
    *,
    done: bool = True,
    counted: bool = True,
    rate: float | None = 5.0,
    free: int = 10**12,
) -> PriceTag:
    return PriceTag(path, files, files * 1_000_000, 0, files * 40.0, rate, 6_000.0, (), 0, done, free, counted)


def searched(app: App) -> list[str]:
    assert app.library is not None
    return [folder.path for folder in app.library.folders()]


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key, modifier)


def counted(qtbot: QtBot, page: WelcomePage) -> None:
    folders = page.folders.folders
    qtbot.waitUntil(
        lambda: all(shown.price is not None and shown.price.done for shown in folders.values()), timeout=WAIT_MS
    )


@pytest.mark.slow
def test_three_enters_lead_from_the_first_start_to_the_first_hit(qtbot: QtBot, start: Start, home: Path) -> None:
    multilingual_folder.write_documents(home / "Documents")
    (home / "Downloads").mkdir()
    app = start()
    page = app.window.welcome
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.next, timeout=WAIT_MS)
    counted(qtbot, page)
    documents, downloads = (page.folders.folders[str(home / name)] for name in ("Documents", "Downloads"))
    assert documents.tick.isChecked()
    assert not downloads.tick.isChecked()
    assert "9 files" in documents.cost.text()
    assert "free" in page.folders.total.text()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: searched(app) == [str(home / "Documents")], timeout=WAIT_MS)
    assert page.isVisible()
    assert page.step == 1
    assert not page.quick.at_login.isChecked()
    page.quick.at_login.click()
    page.quick.hotkey.keys.setKeySequence(QKeySequence("Meta+F"))
    page.next.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert Autostart().is_enabled()
    assert app.preferences.hotkey == "Meta+F"
    settings = app.library.settings  # type: ignore[union-attr]
    assert page.model.chosen() == settings
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.hint, timeout=WAIT_MS)
    assert app.window.search.box.hasFocus()
    assert app.window.status.isVisible()
    assert app.library.settings == settings  # type: ignore[union-attr]
    ask(qtbot, app, "sourdough", "Sourdough")


@pytest.mark.slow
def test_it_is_shown_once_and_again_from_the_help_menu(qtbot: QtBot, start: Start, home: Path) -> None:
    app = start()
    window, page = app.window, app.window.welcome
    qtbot.waitUntil(lambda: window.pages.currentWidget() is page, timeout=WAIT_MS)
    assert page.folders.empty.isVisible()
    page.skip.click()
    assert window.pages.currentWidget() is window.no_folders
    multilingual_folder.write_documents(home / "Documents")
    app.library_controller.folders.add([str(home / "Documents")])  # type: ignore[union-attr]
    wait_complete(qtbot, app)
    assert window.pages.currentWidget() is window.hint
    window.search.help.click()
    app.help.menu.actions()[-1].trigger()
    assert window.pages.currentWidget() is page
    shown = page.folders.folders[str(home / "Documents")]
    assert shown.cost.text() == "Searched already"
    assert not shown.tick.isEnabled()
    ask(qtbot, app, "sourdough", "Sourdough")
    assert window.pages.currentWidget() is window.results_page
    window.search.box.clear()
    assert window.pages.currentWidget() is page
    page.skip.click()
    assert window.pages.currentWidget() is window.hint
    assert app.state.value(DONE)


@pytest.mark.slow
def test_who_goes_back_can_choose_other_folders(
    qtbot: QtBot, start: Start, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Documents", "Desktop"):
        multilingual_folder.write_documents(home / name)
    other = multilingual_folder.write_documents(tmp_path / "Other")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_arguments: str(other))
    app = start()
    page = app.window.welcome
    qtbot.waitUntil(lambda: len(page.folders.folders) == 2, timeout=WAIT_MS)
    page.folders.add.click()
    page.go_on()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.next, timeout=WAIT_MS)
    press(qtbot, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert page.step == 0
    page.folders.folders[str(home / "Desktop")].tick.click()
    press(qtbot, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: searched(app) == [str(home / "Documents"), str(other)], timeout=WAIT_MS)
    page.skip.click()
    ask(qtbot, app, "sourdough", "Sourdough")
    assert not any("Desktop" in path for path in found(app))


def test_only_folders_that_exist_are_suggested_and_never_the_home_folder(home: Path) -> None:
    assert suggested_folders() == {}
    (home / "Desktop").mkdir()
    (home / "Downloads").mkdir()
    assert suggested_folders() == {str(home / "Desktop"): True, str(home / "Downloads"): False}
    config = Path(os.environ["XDG_CONFIG_HOME"])
    config.mkdir(parents=True, exist_ok=True)
    (config / "user-dirs.dirs").write_text('XDG_DESKTOP_DIR="$HOME"\n', encoding="ascii")
    try:
        assert list(suggested_folders()) == [str(home / "Downloads")]
    finally:
        (config / "user-dirs.dirs").unlink()


def test_a_folder_that_is_still_counted_a_full_disk_and_one_rate_for_all(qtbot: QtBot) -> None:
    step = FoldersStep()
    qtbot.addWidget(step)
    assert not step.empty.isHidden()
    assert "Add folder…" in step.add.text()
    step.add_folder("/home/anna/Documents", ticked=True)
    step.add_folder("/home/anna/Desktop", ticked=True)
    assert step.empty.isHidden()
    assert "Add another folder…" in step.add.text()
    step.show_price("/home/anna/Documents", price("/home/anna/Documents", done=False, counted=False))
    assert "so far" in step.folders["/home/anna/Documents"].cost.text()
    step.show_price("/home/anna/Documents", price("/home/anna/Documents", done=False, rate=None))
    assert step.folders["/home/anna/Documents"].cost.text() == "10 files · 10 MB · measuring how long it takes…"
    assert step.total.isHidden()
    step.show_price("/home/anna/Documents", price("/home/anna/Documents", rate=None))
    step.show_price("/home/anna/Desktop", price("/home/anna/Desktop"))
    assert "about" in step.folders["/home/anna/Documents"].cost.text()
    assert "20 files" in step.total.text()
    assert step.warning.text() == ""
    for path in list(step.folders):
        step.show_price(path, price(path, files=1_000, free=600_000_000))
    assert "nearly full" in step.warning.text()
    step.folders["/home/anna/Desktop"].tick.setChecked(False)
    assert step.chosen() == ["/home/anna/Documents"]
    assert price_text.too_full([price("/x", files=1_000, free=10**12)]) == ""


def test_models_that_are_missing_cannot_be_chosen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    step = ModelStep()
    qtbot.addWidget(step)
    settings = Settings()
    step.show_models(settings, None)
    assert step.chosen() == settings
    assert "graphics card" in step.note.text()
    english = replace(settings, model="english")
    assert "MB on disk" in step.options[english].cost.text()
    step.options[english].radio.click()
    step.show_models(settings, None)
    assert step.chosen() == english
    monkeypatch.setattr(inspection.paths, "resources", lambda: Path("/nowhere"))
    step.show_models(settings, None)
    assert not any(option.radio.isEnabled() for option in step.options.values())
    assert "Install Findling again" in step.options[settings].warning.text()
    assert "names and words" in step.note.text()
    assert step.chosen() == settings


def test_the_graphics_card_is_offered_with_its_download(qtbot: QtBot) -> None:
    card = capabilities(installed=False, weights=False)
    step = ModelStep()
    qtbot.addWidget(step)
    step.show_models(Settings(), card)
    [choice] = [settings for settings in step.options if settings.engine == "sglang"]
    assert choice.model == card.best
    assert "download" in step.options[choice].cost.text()
    assert step.chosen() == Settings()
    step.options[choice].radio.click()
    assert step.chosen() == choice
    assert step.note.isHidden()


def test_an_engine_elsewhere_is_told_where_the_welcome_said_that_nothing_leaves(qtbot: QtBot) -> None:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.begin()
    page.show_settings(Settings())
    assert "nothing leaves this computer" in page.description.text()
    assert "It runs on this computer." in page.model.description
    page.show_settings(Settings(engine="remote", remote_url="https://vectors.example.org:30000"))
    assert "nothing leaves" not in page.description.text()
    assert "vectors.example.org" in page.description.text()
    assert "It runs on vectors.example.org." in page.model.description
    page.show_settings(Settings())
    assert "nothing leaves this computer" in page.description.text()


def test_the_card_of_a_step_is_as_wide_as_the_line_below_it(qtbot: QtBot) -> None:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.begin()
    page.show()
    card = page.folders.findChild(QFrame, "card")
    assert isinstance(card, QFrame)
    edges = [widget.mapTo(page, QPoint()).x() + widget.width() for widget in (card, page.next)]
    assert edges[0] == edges[1]
