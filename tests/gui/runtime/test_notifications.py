"""Notifications on a session bus of the test's own, with a fake service: what is shown, and what a click opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from core.events import Progress, RetrieverProgress
from gui.app.application import App
from gui.controllers.first_indexing import FirstIndexing
from gui.runtime.notifications import Notification, Notifications
from gui.window import MainWindow
from tests.builders.desktop import fake_program, session_bus
from tests.fakes.fake_notifications import TOKEN
from tests.gui.conftest import WAIT_MS

Start = Callable[..., App]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with session_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address


@pytest.fixture
def notifications(qtbot: QtBot) -> Iterator[Notifications]:
    made = Notifications()
    yield made
    made.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("bus")
def test_a_click_opens_what_its_notification_is_about(notifications: Notifications, qtbot: QtBot) -> None:
    with fake_program("fake_notifications") as service:
        notifications.show("2 new documents", "lease <b> & flat", "lease type:pdf")
        shown = service.line()
        assert (shown["from"], shown["title"]) == ("Findling", "2 new documents")
        assert shown["text"] == "lease &lt;b&gt; &amp; flat"
        assert shown["actions"] == ["default", "Open"]
        notifications.show("another", "", "")
        service.line()
        with qtbot.waitSignal(notifications.clicked, timeout=WAIT_MS) as clicked:
            service.tell("click")
        assert clicked.args == ["", TOKEN]
        notifications.show("3 new documents", "", "lease")
        service.line()
        with qtbot.waitSignal(notifications.clicked, timeout=WAIT_MS) as clicked:
            service.tell("click")
        assert clicked.args == ["lease", TOKEN]


@pytest.mark.slow
@pytest.mark.usefixtures("bus")
def test_a_click_is_heard_once_also_where_two_were_shown_at_once(notifications: Notifications, qtbot: QtBot) -> None:
    clicks: list[str] = []
    notifications.clicked.connect(lambda query, _token: clicks.append(query))
    with fake_program("fake_notifications") as service:
        notifications.show("one", "", "lease")
        notifications.show("two", "", "bread")
        assert {service.line()["title"], service.line()["title"]} == {"one", "two"}
        service.tell("click")
        qtbot.waitUntil(lambda: clicks in (["lease"], ["bread"]), timeout=WAIT_MS)
        notifications.show("three", "", "sailing")
        service.line()
        service.tell("click")
        qtbot.waitUntil(lambda: clicks[-1] == "sailing", timeout=WAIT_MS)
    assert len(clicks) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("bus")
@pytest.mark.parametrize("service", [True, False])
def test_what_no_service_takes_is_shown_in_another_way(
    notifications: Notifications, qtbot: QtBot, service: bool
) -> None:
    def refused() -> Notification:
        with qtbot.waitSignal(notifications.refused, timeout=WAIT_MS) as said:
            notifications.show("title", "text", "query")
        return said.args[0]  # type: ignore[no-any-return, index]

    if service:
        with fake_program("fake_notifications", "--refuse"):
            assert refused() == Notification("title", "text", "query")
    else:
        assert refused() == Notification("title", "text", "query")


@pytest.mark.slow
@pytest.mark.usefixtures("bus")
def test_a_click_shows_the_window_with_that_search(qtbot: QtBot, start: Start, documents: Path) -> None:
    with fake_program("fake_notifications") as service:
        app = start(documents)
        assert app.extras is not None
        app.window.hide()
        app.extras.saved_searches._tell("1 new document for “Bread”", "Sourdough.md", "sourdough")
        assert service.line()["title"] == "1 new document for “Bread”"
        service.tell("click")
        qtbot.waitUntil(lambda: app.window.search.text() == "sourdough", timeout=WAIT_MS)
        assert app.window.isVisible()
        qtbot.waitUntil(lambda: app.window.results.rows.rowCount() > 0, timeout=WAIT_MS)
        app.window.hide()
        app.residence.tray.show_message(Notification("title", "text", "lease"))
        app.residence.tray.icon.messageClicked.emit()
        assert app.window.search.text() == "lease"
        assert app.window.isVisible()


def test_the_first_indexing_is_told_once(qtbot: QtBot, tmp_path: Path) -> None:
    told: list[tuple[str, str, str]] = []
    window = MainWindow()
    qtbot.addWidget(window)
    state = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    watching = FirstIndexing(window, state, lambda *said: told.append(said))
    done = Progress(words=RetrieverProgress(done=3), meaning=RetrieverProgress(done=3))
    watching.watch(done)
    assert told == [], "it was done before this start"
    watching.watch(Progress(words=RetrieverProgress(done=1, waiting=2), meaning=RetrieverProgress(waiting=3)))
    for _ in range(2):
        watching.watch(done)
    assert told == [
        ("Your documents are ready to search", "3 documents can be found by their words and their meaning.", "")
    ]
