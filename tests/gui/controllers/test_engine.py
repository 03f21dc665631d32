"""The engine panel in the real window on a real library: choices, confirmations, downloads, checks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core import settings as settings_file
from core.engine.progress import JobProgress, Tell
from core.library.engines import setup
from core.library.engines.jobs import Task
from core.library.engines.manager import EngineManager
from core.library.engines.setup import EngineSetup
from core.library.library import Library
from core.settings import Settings
from gui.app.application import App
from gui.controllers.engine import EngineController
from gui.controllers.remote_consent import is_local_host
from gui.engine.confirmations import Confirmation
from gui.engine.panel import EnginePanel
from tests.builders.engine_states import capabilities
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

Start = Callable[..., App]


def engine_parts(app: App) -> tuple[EngineController, EnginePanel, Library]:
    assert app.engine_controller is not None
    assert app.library is not None
    return app.engine_controller, app.engine_controller.panel, app.library


def open_panel(qtbot: QtBot, app: App) -> tuple[EngineController, EnginePanel, Library]:
    """Open the panel from the status bar and wait until it shows the capabilities."""
    app.window.status.engine.click()
    controller, panel, library = engine_parts(app)
    qtbot.waitUntil(
        lambda: library.engines.known is not None and not controller.capabilities_task.busy, timeout=WAIT_MS
    )
    assert panel.isVisible()
    return controller, panel, library


def confirmation(panel: EnginePanel) -> Confirmation:
    return next(box for box in panel.findChildren(Confirmation) if box.isVisible())


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with a graphics card and nothing installed."""

    def seen(engines: EngineManager) -> object:
        engines._known = capabilities(installed=False, weights=False)
        return engines._known

    monkeypatch.setattr(EngineManager, "detect", seen)


def test_the_status_bar_opens_it_and_it_shows_the_engine(qtbot: QtBot, start: Start) -> None:
    app = start()
    app.library.engines.start()  # type: ignore[union-attr]
    _, panel, _ = open_panel(qtbot, app)
    qtbot.waitUntil(lambda: panel.cards["embedding"].state.text() == "Ready", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: app.window.status.engine.text() == "Engine ready", timeout=WAIT_MS)
    assert panel.cards["embedding"].model.text() == "English · on another computer"
    assert panel.choices.url.text().startswith("http://127.0.0.1:")


def test_the_settings_lead_to_it(qtbot: QtBot, start: Start) -> None:
    app = start()
    assert app.library_controller is not None
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.files.hidden_files.setChecked(True)
    dialog.model.choose.click()
    _, panel, library = engine_parts(app)
    assert panel.isVisible()
    assert dialog.isVisible(), "choosing an engine saves nothing"
    assert not library.settings.hidden_files
    library.change_settings(replace(library.settings, idle_minutes=7))  # in the panel
    dialog.accept()
    assert library.settings.hidden_files
    assert (library.settings.engine, library.settings.idle_minutes) == ("remote", 7)


def test_a_check_says_that_the_server_answers(qtbot: QtBot, start: Start) -> None:
    _, panel, library = open_panel(qtbot, start())
    panel.choices.check_requested.emit()
    qtbot.waitUntil(lambda: "The server works" in panel.choices.check_result.text(), timeout=WAIT_MS)
    panel.choices.models["multilingual"].radio.click()
    panel.choices.check.click()
    qtbot.waitUntil(lambda: "serves all-MiniLM-L6-v2" in panel.choices.check_result.text(), timeout=WAIT_MS)
    assert library.settings.model == "english"


def test_another_model_is_used_after_a_question(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    _, panel, library = open_panel(qtbot, app)
    panel.choices.engines["builtin"].radio.click()
    panel.choices.models["multilingual"].radio.click()
    assert panel.use.text() == "Apply…"
    panel.use.click()
    box = confirmation(panel)
    assert "re-indexes your documents" in box.informativeText()
    assert "switch back at any time" in box.informativeText()
    box.close()
    assert library.settings.model == "english"
    panel.use.click()
    confirmation(panel).confirm.click()
    qtbot.waitUntil(lambda: library.settings == replace(library.settings, model="multilingual", engine="builtin"))
    qtbot.waitUntil(lambda: not panel.use.isVisible(), timeout=WAIT_MS)


def test_documents_are_sent_elsewhere_only_after_a_question_asked_once(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Settings] = []
    monkeypatch.setattr(EngineManager, "use", lambda _engines, settings: used.append(settings))
    app = start()
    controller, panel, library = open_panel(qtbot, app)
    elsewhere = replace(library.settings, remote_url="https://gpu.example.org/v1")
    controller.use(elsewhere)
    box = confirmation(panel)
    assert box.text() == "Send your documents to gpu.example.org?"
    assert "every query" in box.informativeText()
    assert box.defaultButton() is not box.confirm
    box.close()
    assert used == []
    controller.use(elsewhere)
    confirmation(panel).confirm.click()
    assert used == [elsewhere]
    controller.use(elsewhere)
    assert used == [elsewhere, elsewhere]
    controller.use(replace(elsewhere, remote_url="https://other.example.org/v1"))
    assert "other.example.org" in confirmation(panel).text()
    confirmation(panel).close()


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("localhost", True), ("::1", True), ("192.168.1.4", False),
     ("localhost.example.org", False), ("gpu", False)],
)  # fmt: skip
def test_what_is_this_computer(host: str, *, here: bool) -> None:
    assert is_local_host(host) is here


@pytest.mark.usefixtures("card")
def test_what_is_big_is_fetched_after_a_question_and_can_be_cancelled(
    qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(tell: Tell, cancelled: threading.Event) -> bool:
        tell(JobProgress("Downloading torch.", 1_000_000_000, 4_600_000_000))
        return not cancelled.wait()

    monkeypatch.setattr(setup, "_install_task", lambda _settings: Task("install", "", work))
    app = start()
    _, panel, library = open_panel(qtbot, app)
    panel.choices.engines["sglang"].radio.click()
    panel.use.click()
    box = confirmation(panel)
    assert box.text().startswith("Download ")
    for said in ("SGLang", "Qwen3 4B", "on disk", "stop it at any time"):
        assert said in box.informativeText()
    box.confirm.click()
    status = app.window.status.engine
    qtbot.waitUntil(lambda: status.text() == "Installing engine: 21%", timeout=WAIT_MS)
    assert library.settings.engine == "remote"
    card = panel.cards["embedding"]
    qtbot.waitUntil(lambda: card.button.text() == "Cancel", timeout=WAIT_MS)
    card.button.click()
    qtbot.waitUntil(lambda: "continue later" in card.detail.text(), timeout=WAIT_MS)
    assert library.settings.engine == "remote"


@pytest.mark.usefixtures("card")
def test_a_card_that_fits_is_offered_once(
    qtbot: QtBot, start: Start, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.controllers.engine.OFFER_MS", 1)
    settings_file.save(Settings(readers=1), root / settings_file.SETTINGS_NAME)
    app = start()
    app.window.welcome.skip.click()
    offer = app.window.offer
    qtbot.waitUntil(offer.isVisible, timeout=WAIT_MS)
    assert "RTX 4070" in offer.detail.text()
    offer.action.click()
    _, panel, library = engine_parts(app)
    assert panel.isVisible()
    assert (panel.settings().engine, panel.settings().model) == ("sglang", "qwen3-4b")
    assert library.settings.engine == "builtin"
    assert not offer.isVisible()
    app.engine_controller.refresh_capabilities()  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not app.engine_controller.capabilities_task.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert not offer.isVisible()


@pytest.mark.usefixtures("card")
def test_an_offer_that_was_declined_does_not_come_back(
    qtbot: QtBot, start: Start, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.controllers.engine.OFFER_MS", 1)
    settings_file.save(Settings(readers=1), root / settings_file.SETTINGS_NAME)
    app = start()
    app.window.welcome.skip.click()
    qtbot.waitUntil(app.window.offer.isVisible, timeout=WAIT_MS)
    app.window.offer.close_button.click()
    assert not app.window.offer.isVisible()
    assert app.state.value("engine/offered")


def test_what_is_lost_is_asked_for_first(qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(EngineSetup, "remove", lambda _engines: done.append("remove"))
    monkeypatch.setattr(EngineSetup, "delete", lambda _engines, model: done.append(model))
    monkeypatch.setattr(EngineSetup, "repair", lambda _engines: done.append("repair"))
    _, panel, _ = open_panel(qtbot, start())
    for what in ("remove", "delete"):
        panel.advanced.maintenance_requested.emit(what)
        assert len(done) == ["remove", "delete"].index(what)
        confirmation(panel).confirm.click()
    panel.advanced.maintenance_requested.emit("repair")
    assert done == ["remove", "english", "repair"]


def test_an_older_sglang_is_updated(qtbot: QtBot, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(EngineSetup, "install", lambda _engines: done.append("install"))
    controller, panel, library = open_panel(qtbot, start())
    library.engines._known = replace(capabilities(), installation="outdated")
    controller.show_servers()
    assert panel.advanced.maintenance["repair"].text() == "Update SGLang"
    panel.advanced.maintenance["repair"].click()
    assert done == ["install"]


def test_a_path_of_ones_own_is_looked_at(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    _, panel, _ = open_panel(qtbot, start())
    field = panel.advanced.paths["model_folder"]
    field.line.setText(str(tmp_path))
    field.edited.emit()
    qtbot.waitUntil(lambda: str(tmp_path) in field.result.text(), timeout=WAIT_MS)


def test_a_model_whose_disk_is_not_connected_does_not_lock_a_person_out(
    qtbot: QtBot, start: Start, root: Path, tmp_path: Path
) -> None:
    gone = Settings(engine="sglang", model="qwen3-0.6b", model_folder=str(tmp_path / "usb" / "Qwen3"), readers=1)
    settings_file.save(gone, root / settings_file.SETTINGS_NAME)
    app = start(ready=False)
    page = app.window.unusable
    qtbot.waitUntil(page.isVisible, timeout=WAIT_MS)
    assert "no model in" in page.sentence.text()
    page.use_builtin.click()
    qtbot.waitUntil(lambda: app.library_controller is not None, timeout=WAIT_MS)
    _, _, library = engine_parts(app)
    assert library.settings == Settings(readers=1)


def test_an_engine_that_is_not_there_leads_to_the_panel_that_fetches_it(qtbot: QtBot, start: Start, root: Path) -> None:
    settings_file.save(Settings(engine="sglang", model="qwen3-0.6b", readers=1), root / settings_file.SETTINGS_NAME)
    app = start()
    app.library.engines.start()  # type: ignore[union-attr]
    banner = app.window.banner
    qtbot.waitUntil(banner.isVisible, timeout=WAIT_MS)
    assert banner.action.text().endswith("Model and engine…")
    banner.action.click()
    _, panel, _ = engine_parts(app)
    assert panel.isVisible()
    button = panel.cards["embedding"].button
    qtbot.waitUntil(lambda: button.text() == "Install…", timeout=WAIT_MS)


def test_the_log_is_shown_while_it_is_folded_out(qtbot: QtBot, start: Start, root: Path) -> None:
    settings_file.save(Settings(readers=1), root / settings_file.SETTINGS_NAME)  # an engine of its own, with a log
    (root / "logs").mkdir()
    (root / "logs" / "engine.log").write_text("The model is being loaded.\n")
    _, panel, _ = open_panel(qtbot, start())
    panel.cards["embedding"].fold.setChecked(True)
    qtbot.waitUntil(lambda: panel.cards["embedding"].log.toPlainText() == "The model is being loaded.", timeout=WAIT_MS)


def test_the_one_button_works(qtbot: QtBot, start: Start) -> None:
    app = start()
    app.library.engines.start()  # type: ignore[union-attr]
    _, panel, _ = open_panel(qtbot, app)
    button = panel.cards["embedding"].button
    qtbot.waitUntil(lambda: button.text() == "Test connection", timeout=WAIT_MS)
    button.click()
    qtbot.waitUntil(lambda: "The server works" in panel.choices.check_result.text(), timeout=WAIT_MS)
