"""A window on a real library, with a fake engine that answers at once."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from core import settings as settings_file
from core.library import Library
from core.models import ENGLISH
from core.settings import Settings
from gui.app import library_opening
from gui.app.application import App
from gui.app.options import Options
from gui.controllers import adding
from gui.runtime.desktop_services import DesktopServices
from tests.builders import multilingual_folder
from tests.waiting import StallWatch

SLICE_MS = 1_000  # of a wait, after which it is asked whether anything still moves
WAIT_MS = 30_000  # between two looks at whether anything still moves, see PatientQtBot


class PatientSignal(SignalBlocker):
    """Waits for a signal as long as something moves; the time-out is pytest-qt's and not used."""

    def wait(self) -> None:
        watch = StallWatch("the signal is emitted")
        timer = QTimer()
        timer.timeout.connect(self._loop.quit)
        timer.start(SLICE_MS)
        while not self.signal_triggered:
            self._loop.exec()
            watch.check()


class PatientQtBot(QtBot):
    """Waits as long as something moves, see `tests.waiting`: on a busy machine a wait takes longer."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 5000) -> None:  # noqa: N802 - pytest-qt's
        watch = StallWatch("the window shows it")
        while True:
            try:
                super().waitUntil(callback, timeout=min(timeout, SLICE_MS))
            except QtBotTimeoutError:
                watch.check()
            else:
                return

    wait_until = waitUntil

    def waitSignal(self, signal: Any, *, timeout: int = WAIT_MS, raising: bool = True, **choices: Any) -> Any:  # noqa: N802 - pytest-qt's
        if not raising:  # assertNotEmitted waits no longer than it says
            return super().waitSignal(signal, timeout=timeout, raising=False, **choices)
        blocker = PatientSignal(timeout, **choices)
        blocker.connect(signal)
        return blocker

    @contextmanager
    def waitExposed(self, widget: QWidget, *, timeout: int = WAIT_MS) -> Iterator[None]:  # noqa: N802 - pytest-qt's
        yield
        watch = StallWatch("the window is on the screen")
        while not QTest.qWaitForWindowExposed(widget, SLICE_MS):
            watch.check()


@pytest.fixture(scope="module", autouse=True)
def _no_old_garbage() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _garbage_stays_on_the_main_thread(_no_old_garbage: None) -> Iterator[None]:
    """As `gui.runtime.garbage` does in the program: widgets that another thread destroys crash or block the tests."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientQtBot(request)


class Opened:
    """A fake for the desktop's URL handler that records the paths it is given."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.answers = True

    def __call__(self, url: QUrl) -> bool:
        self.paths.append(url.toLocalFile())
        return self.answers


@pytest.fixture(scope="session")
def engine_settings() -> Iterator[Settings]:
    """Settings for a running fake engine."""
    command = ["--port", "0", "--dim", str(ENGLISH.dimension), "--model", ENGLISH.name]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.fake_engine", *command],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"FINDLING_ENGINE_KEY": "key"},
    )
    assert process.stdout is not None
    port = next(event["port"] for line in process.stdout if (event := json.loads(line))["event"] == "listening")
    yield Settings(model="english", engine="remote", remote_url=f"http://127.0.0.1:{port}/v1", remote_key="key")
    process.terminate()
    process.wait()
    process.stdout.close()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return multilingual_folder.write_documents(tmp_path / "Documents")


@pytest.fixture
def root(tmp_path: Path, engine_settings: Settings) -> Path:
    """A library folder with settings."""
    folder = tmp_path / "library"
    folder.mkdir()
    settings_file.save(replace(engine_settings, readers=1), folder / settings_file.SETTINGS_NAME)
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without documents: the welcome counts those of this user."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def start(qtbot: QtBot, root: Path, opened: Opened) -> Iterator[Callable[..., App]]:
    """Starts the application with folders to add; closes each one at the end."""
    apps: list[App] = []

    def begin(*add: Path, ready: bool = True, background: bool = False) -> App:
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        options = Options(str(root), tuple(map(str, add)), "light", background)
        app = App(qt, options, DesktopServices(opened))
        apps.append(app)
        app.start()
        if not background:
            with qtbot.waitExposed(app.window):
                pass
        if ready:
            qtbot.waitUntil(lambda: app.library_controller is not None, timeout=WAIT_MS)
        if add:
            wait_complete(qtbot, app)
        return app

    yield begin
    # The offscreen platform deletes what was copied after Python has gone, and crashes on that.
    QGuiApplication.clipboard().clear()
    for app in reversed(apps):
        assert app.close()


@pytest.fixture
def may_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The library is not opened before this is set."""
    allowed, open_now = threading.Event(), library_opening.open_library

    def open_library(*arguments: Any) -> Library | None:
        allowed.wait()
        return open_now(*arguments)

    monkeypatch.setattr(library_opening, "open_library", open_library)
    yield allowed
    allowed.set()


@pytest.fixture
def unhurried_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is dropped may take longer to count, on a busy machine, before its dialog opens."""
    monkeypatch.setattr(adding, "COUNTING_MS", 3_600_000)


def wait_complete(qtbot: QtBot, app: App) -> None:
    """Wait until all files are indexed by meaning."""
    try:
        qtbot.waitUntil(lambda: complete(app), timeout=WAIT_MS)
    except AssertionError as error:
        assert app.library is not None
        error.add_note(repr(app.library.progress()))
        raise
    QApplication.processEvents()  # what was told until now is shown now


def complete(app: App) -> bool:
    """Whether everything that was added can be found by meaning."""
    assert app.library is not None
    if not app.library._sessions.current.writer.is_progress_current:  # a folder may be added that it does not show yet
        return False
    progress = app.library.progress()
    return progress.meaning.done > 0 and not (progress.scanning or progress.words.waiting or progress.meaning.waiting)
