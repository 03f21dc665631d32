"""The window with a team library: real `findling serve --listen`, and a fake that does not answer."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core import team
from core.settings import Settings
from gui.app.application import App
from tests.builders.openid import CLIENT, OpenIdProvider
from tests.builders.team_server import OTHER, OWNER, PRIVATE, TEXTS, TeamServer, team_server
from tests.fakes.fake_team_server import FakeTeamServer
from tests.gui.conftest import Opened
from tests.gui.team.conftest import names, search, wait_answered

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl for a certificate"),
]


def private(app: App) -> list[str]:
    """The paths in the private list."""
    return [hit.path for hit in app.window.results.rows.results()]


def test_nothing_is_shown_without_a_team_library(start: Callable[..., App]) -> None:
    app = start()
    app.window.search.box.setText("harbour")
    assert app.window.team.isHidden()
    assert app.window.search.team.isHidden()


def test_the_team_has_a_group_of_its_own(with_team: App, qtbot: QtBot, server: TeamServer) -> None:
    panel = search(qtbot, with_team, "harbour council")
    assert "minutes.txt" in names(panel)
    assert PRIVATE not in names(panel)
    assert "Harbour" in panel.title.text()
    assert panel.isVisible()
    assert not any(path.startswith(str(server.folder)) for path in private(with_team))


def test_the_text_around_a_hit_is_read_from_the_server(with_team: App, qtbot: QtBot) -> None:
    panel = search(qtbot, with_team, "quay")
    assert panel.reader.isHidden()
    row = panel.hits.visualRect(panel.hits.currentIndex())
    qtbot.mouseClick(panel.hits.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    qtbot.waitUntil(panel.reader.text.isVisible)
    assert panel.reader.text.toPlainText() == TEXTS["minutes.txt"]
    marked = [one.cursor.selectedText() for one in panel.reader.text.extraSelections()]
    assert marked == ["quay"]


def test_a_file_opens_where_its_folder_is_mounted(
    with_team: App, qtbot: QtBot, server: TeamServer, opened: Opened, tmp_path: Path
) -> None:
    panel = search(qtbot, with_team, "quay")
    hit = panel.hits.rows.results()[0]
    panel.hits.action_requested.emit("open", hit)
    assert "server" in with_team.window.banner.sentence.text()
    assert opened.paths == []
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    (mounted / "minutes.txt").write_text("the same file")
    assert with_team.extras is not None
    with_team.extras.team.use(replace(server.library(), folders=((str(server.folder), str(mounted)),)))
    wait_answered(qtbot, with_team)
    panel.hits.action_requested.emit("open", hit)
    qtbot.waitUntil(lambda: opened.paths == [str(mounted / "minutes.txt")])
    panel.hits.action_requested.emit("copy_path", hit)
    assert QGuiApplication.clipboard().text() == str(server.folder / "minutes.txt")


def test_a_slow_server_does_not_hold_up_the_private_results(
    start_with: Callable[..., App], slow: FakeTeamServer, documents: Path, qtbot: QtBot
) -> None:
    app = start_with(slow.library(), "token", documents)
    app.window.search.box.setText("contract")
    qtbot.waitUntil(lambda: slow.asked != [])
    qtbot.waitUntil(lambda: bool(private(app)))  # while the server holds its answer back
    assert not slow.may_answer.is_set()
    before = private(app)
    assert app.window.team.isVisible()
    assert names(app.window.team) == set()
    app.window.search.box.setText("lease")  # nobody waits for what was asked before
    qtbot.waitUntil(lambda: len(slow.asked) == 2)
    app.window.search.box.setText("contract")
    qtbot.waitUntil(lambda: private(app) == before)
    assert not slow.may_answer.is_set()


def test_a_server_that_stops_and_comes_back(
    start_with: Callable[..., App], qtbot: QtBot, engine_settings: Settings, documents: Path
) -> None:
    with team_server(replace(engine_settings, readers=1)) as server:
        app = start_with(server.library(), server.tokens[OTHER], documents)
        panel = search(qtbot, app, "contract OR harbour")
        qtbot.waitUntil(lambda: bool(private(app)))
        mine, height = private(app), panel.height()
        server.stop()
        search(qtbot, app, "harbour OR contract")
        assert "Harbour" in panel.note.text()
        assert names(panel) == set()
        qtbot.waitUntil(lambda: set(private(app)) == set(mine))
        assert panel.first.isVisible()
        qtbot.waitUntil(lambda: panel.height() < height / 2)  # a sentence needs no more
        server.start()
        panel.first.setFocus()
        panel.first.click()
        wait_answered(qtbot, app)
        assert "minutes.txt" in names(panel)
        qtbot.waitUntil(lambda: panel.height() > height / 2)
        assert panel.note.isHidden()
        assert app.window.focusWidget() is panel  # not what comes after its button, which is gone


def test_a_token_that_is_refused_leads_to_the_settings(
    start_with: Callable[..., App], qtbot: QtBot, server: TeamServer
) -> None:
    app = start_with(server.library(), "wrong")
    panel = search(qtbot, app, "harbour")
    assert "token" in panel.note.text()
    panel.first.click()
    assert app.library_controller is not None
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    page = dialog.team
    assert page.isVisible()
    page.known.token.setText(server.tokens[OWNER])
    page.known.use_token.click()
    qtbot.waitUntil(lambda: "3" in page.result.text())
    assert team.token() == server.tokens[OWNER]
    wait_answered(qtbot, app)
    assert {"minutes.txt", PRIVATE} <= names(panel)
    dialog.reject()


def test_what_is_sent_is_said_before_it_is_sent(
    start_with: Callable[..., App], slow: FakeTeamServer, qtbot: QtBot
) -> None:
    slow.may_answer.set()
    app = start_with(replace(slow.library(), is_asked=None), "token")
    panel = app.window.team
    app.window.search.box.setText("harbour")
    qtbot.waitUntil(panel.isVisible)
    assert "localhost" in panel.note.text()
    panel.second.click()
    assert panel.isHidden()
    kept = team.load()
    assert kept is not None
    assert (kept.is_asked, team.asked_host(), slow.asked) == (False, "", [])
    app.window.search.team.click()
    qtbot.waitUntil(lambda: slow.asked != [])
    assert team.asked_host() == "localhost"
    app.window.search.team.click()
    assert panel.isHidden()


def test_documents_of_this_computer_are_not_looked_for_there(
    start_with: Callable[..., App], slow: FakeTeamServer, documents: Path, qtbot: QtBot
) -> None:
    app = start_with(slow.library(), "token")
    panel = search(qtbot, app, f'like:"{documents}/x.txt"')
    assert panel.isVisible()
    assert slow.asked == []


def test_a_team_library_is_added_tested_and_removed(
    start: Callable[..., App], qtbot: QtBot, server: TeamServer, tmp_path: Path
) -> None:
    app = start()
    assert app.library_controller is not None
    assert app.extras is not None
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.open_page("team")
    page = dialog.team
    page.new.address.setText("http://files.example")
    page.new.add.click()
    assert "http://files.example" in page.result.text()
    page.new.address.setText(server.address)
    page.new.name.setText("Harbour")
    page.new.token.setText(server.tokens[OTHER])
    page.new.add.click()
    qtbot.waitUntil(page.trust.isVisible)  # its certificate is its own
    assert team.load() is None
    page.trust.click()
    qtbot.waitUntil(page.known.isVisible)
    kept = team.load()
    assert kept is not None
    assert (kept.name, kept.address, kept.fingerprint) == ("Harbour", server.address, team.fingerprint_of(kept))
    assert "2" in page.result.text()
    assert app.window.search.team.isVisible()
    page.known.fields[str(server.folder)].show_text(str(tmp_path))
    dialog.accept()
    kept = team.load()
    assert kept is not None
    assert kept.folders == ((str(server.folder), str(tmp_path)),)
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.team.known.remove.click()
    question = app.extras.team_settings.question
    assert question is not None
    question.buttons()[0].click()
    assert (team.load(), team.token()) == (None, "")
    assert app.window.search.team.isHidden()
    dialog.reject()


STATUS = json.dumps({"lanes": {"names": {"done": 7}}, "folders": ["/srv/files"]}).encode()


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenIdProvider]:
    service = OpenIdProvider(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(service.certificate))
    service.start()
    yield service
    service.stop()


def test_somebody_signs_in_with_the_browser(
    start: Callable[..., App],
    qtbot: QtBot,
    slow: FakeTeamServer,
    provider: OpenIdProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow.may_answer.set()
    slow.bodies = {
        "sign-in": json.dumps({"issuer": provider.issuer, "client_id": CLIENT}).encode(),
        "status": STATUS,
    }
    app = start()
    addresses: list[str] = []

    def open_link(url: str) -> bool:
        addresses.append(url)
        return True

    monkeypatch.setattr(app.desktop, "open_link", open_link)
    assert app.library_controller is not None
    app.library_controller.settings.show()
    dialog = app.library_controller.settings.dialog
    assert dialog is not None
    dialog.open_page("team")
    page = dialog.team
    page.new.address.setText(slow.library().address)
    page.new.certificate.show_text(slow.library().certificate)
    page.new.add.click()
    qtbot.waitUntil(lambda: addresses != [])
    assert page.cancel.isVisible()
    assert team.load() is None
    browser = threading.Thread(target=provider.browse, args=(addresses[0],))
    browser.start()
    qtbot.waitUntil(page.known.isVisible)
    browser.join()
    assert "7" in page.result.text()
    kept = team.load()
    assert kept is not None
    assert (team.token(), team.person(kept)) == ("", "nobody")
    assert slow.tokens == ["", team.bearer(kept)]
    page.known.sign_in.click()
    qtbot.waitUntil(page.cancel.isVisible)
    page.cancel.click()
    assert page.cancel.isHidden()
    assert page.known.test.isEnabled()
    dialog.reject()
