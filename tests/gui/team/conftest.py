"""A real team library that the window asks, and one that is slow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core import team
from core.settings import Settings
from gui.app.application import App
from gui.team.panel import TeamPanel
from tests.builders.team_server import OTHER, TeamServer, make_certificate, team_server
from tests.fakes.fake_team_server import FakeTeamServer, fake_team_server


@pytest.fixture(scope="module")
def server(engine_settings: Settings) -> Iterator[TeamServer]:
    with team_server(replace(engine_settings, readers=1)) as started:
        yield started


@pytest.fixture(scope="module")
def certificate() -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory() as place:
        yield make_certificate(Path(place))


@pytest.fixture
def slow(certificate: tuple[Path, Path]) -> Iterator[FakeTeamServer]:
    with fake_team_server(*certificate) as started:
        yield started


@pytest.fixture
def start_with(start: Callable[..., App]) -> Callable[..., App]:
    """Starts the window with a team library that was added, and a token."""

    def begin(library: team.TeamLibrary, token: str, *add: Path) -> App:
        team.save(library)
        team.save_token(token)
        return start(*add)

    return begin


@pytest.fixture
def with_team(start_with: Callable[..., App], server: TeamServer, documents: Path) -> App:
    """The window with documents of its own, and the team library for somebody who may not read all of it."""
    return start_with(server.library(), server.tokens[OTHER], documents)


def names(panel: TeamPanel) -> set[str]:
    """The names of the documents in the team's list."""
    return {hit.path.rpartition("/")[2] for hit in panel.hits.rows.results()}


def search(qtbot: QtBot, app: App, text: str) -> TeamPanel:
    """Type a search, and wait until the team library has answered it."""
    with qtbot.waitSignal(app.window.search.query_changed):
        app.window.search.box.setText(text)
    wait_answered(qtbot, app)
    return app.window.team


def wait_answered(qtbot: QtBot, app: App) -> None:
    assert app.extras is not None
    team_controller = app.extras.team
    qtbot.waitUntil(lambda: team_controller.is_answered)
