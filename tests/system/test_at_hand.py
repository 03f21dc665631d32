"""The real program on a real screen, worked by keys and pointer from outside: tray, hotkey, quick search, commands.

An X server, a window manager and a panel with a tray of the test's own; a fake xdg-open stands for the programs that
open documents, a fake engine for the model.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from core import paths
from core import settings as settings_file
from core.control_socket import SOCKET_NAME, send_request
from core.library import Library
from core.settings import Settings
from tests.builders import multilingual_folder
from tests.builders.desktop import (
    click,
    fake_program,
    has_hotkey,
    is_shown,
    press,
    session_bus,
    shows_menu,
    takes_keys,
    tray_host,
    tray_icon,
    wait_until,
    window_manager,
    x_server,
    xdotool,
)
from tests.core.engine.conftest import KEY, fake
from tests.core.engine.supervised_engine import fake_runtime, sessions, sglang_settings
from tests.system.catalogue_state import connected

pytestmark = pytest.mark.slow

ROOT = paths.resources().parent
WAIT_SECONDS = 240.0  # seconds that a program may take on a busy machine
SAME_PLACES = 6  # looks at the tray icon, a tenth of a second apart, in which it did not move
DOUBLE_CLICK = 0.6  # seconds after which a click is another one
HOTKEY = "ctrl+alt+space"
PAUSE = ("Down", "Down", "Down", "Right")  # from the top of the tray's menu, where no entry is current yet
RESUME = ("Down", "Down", "Down")
RELEASE = ("Down", "Down", "Down", "Down")
WINDOW, QUICK, STILL_RUNNING = "^Findling$", "^Findling quick search$", "^Findling is still running$"


class Screen:
    """A screen with a program on it."""

    def __init__(self, display: str, home: Path, settings: Settings) -> None:
        self.display, self.home = display, home
        self.library, self.documents = home / "library", home / "Documents"
        self.opened = home / "opened.txt"
        self.library.mkdir()
        settings_file.save(settings, self.library / settings_file.SETTINGS_NAME)
        multilingual_folder.write_documents(self.documents)
        programs = home / "bin"
        programs.mkdir()
        shutil.copy(ROOT / "tests" / "fakes" / "fake_xdg_open.sh", programs / "xdg-open")
        hidden = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
        self.environment = {name: value for name, value in os.environ.items() if name not in hidden} | {
            "DISPLAY": display,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "FAKE_XDG_OPENED": str(self.opened),
            "FINDLING_LIBRARY": str(self.library),
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
        }

    def use_fake_sglang(self) -> None:
        """Let the fake SGLang be the engine, which says that it needs no card."""
        settings_file.save(sglang_settings(self.home), self.library / settings_file.SETTINGS_NAME)
        self.environment["FINDLING_SGLANG_RUNTIME"] = json.dumps(asdict(fake_runtime()))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "gui", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments: str) -> tuple[int, str]:
        """(exit code, stderr) of a command."""
        process = self.start(*arguments)
        _, said = process.communicate(timeout=WAIT_SECONDS)
        return process.returncode, said

    def wait_open(self) -> None:
        """Wait until every document was read."""
        documents = sum(path.is_file() for path in self.documents.rglob("*"))

        def are_read() -> bool:
            with suppress(sqlite3.Error), connected(self.library) as db:
                row = db.execute("SELECT count(*) FROM files WHERE state IN ('read', 'named')").fetchone()
                return int(row[0]) >= documents
            return False

        wait_until(are_read, "the documents are read")

    def wait_found(self, word: str) -> None:
        """Wait until a document is found by one of its words."""

        def is_found() -> bool:
            with Library.open(self.library, read_only=True) as library:
                return bool(library.search(word, 1, lanes=("words",)))

        wait_until(is_found, f"{word} is found")

    def wait_listening(self) -> None:
        """Wait until the program takes commands."""
        wait_until((self.library / SOCKET_NAME).exists, "the program takes commands")

    def wait_hotkey(self) -> None:
        """Wait until the keys of the quick search are the program's."""
        wait_until(lambda: has_hotkey(self.display, HOTKEY.rpartition("+")[2]), "the program has its keys")

    def search(self, text: str) -> None:
        xdotool(self.display, "type", "--delay", "15", text)

    def press(self, keys: str) -> None:
        press(self.display, keys)

    def press_until_hidden(self, keys: str) -> None:
        """Press keys in the pop-up that choose a row, until there is one."""

        def hidden() -> bool:
            self.press(keys)
            return not is_shown(self.display, QUICK)

        wait_until(hidden, "there is a row to choose")

    def shows(self, title: str) -> None:
        """Wait until a window is on the screen and has the focus, as keys go there."""
        active = ("getactivewindow", "getwindowname")
        wait_until(lambda: re.search(title, xdotool(self.display, *active)) is not None, f"{title} is shown")

    def hides(self, title: str) -> None:
        wait_until(lambda: not is_shown(self.display, title), f"{title} is hidden")

    def icon(self) -> tuple[int, int]:
        """The place of the tray icon; waits until it is there, and the panel has made room for it."""
        places: list[tuple[int, int] | None] = []

        def stays() -> bool:
            places.append(tray_icon(self.display, "Findling"))
            return places[-1] is not None and places[-SAME_PLACES:] == SAME_PLACES * [places[-1]]

        wait_until(stays, "the icon is in the tray")
        assert places[-1] is not None
        return places[-1]

    def opens(self, path: Path) -> None:
        address = path.as_uri()
        wait_until(lambda: self.opened.exists() and address in self.opened.read_text(), f"{path} is opened")


@pytest.fixture(scope="module")
def engine_settings() -> Iterator[Settings]:
    with fake() as running:
        name = running.model_spec.name
        assert name
        yield Settings(model="english", engine="remote", remote_url=running.url, remote_key=KEY, readers=1)


@pytest.fixture
def screen(tmp_path: Path, engine_settings: Settings) -> Iterator[Screen]:
    with x_server() as display, window_manager(display):
        yield Screen(display, tmp_path, engine_settings)


@pytest.fixture
def running(screen: Screen) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the program, and ends it with the test."""
    with ExitStack() as stack:

        def begin(*arguments: str) -> subprocess.Popen[str]:
            process = screen.start(*arguments)
            stack.callback(_end, process)
            return process

        yield begin


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """(exit code, stderr) of a program that ends by itself."""
    assert process.stderr is not None
    return process.wait(WAIT_SECONDS), process.stderr.read()


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    _, said = process.communicate(timeout=WAIT_SECONDS)
    assert "Traceback" not in said, said


def test_from_the_hotkey_to_an_opened_document(
    screen: Screen, running: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with tray_host(screen.display, tmp_path):
        running("--background", str(screen.documents))
        screen.wait_open()
        screen.wait_hotkey()
        assert not is_shown(screen.display, WINDOW)
        screen.press(HOTKEY)
        screen.shows(QUICK)
        screen.search("deposit")
        screen.press_until_hidden("Return")
        screen.opens(screen.documents / "Flat" / "lease-2024-signed.pdf")
        screen.hides(QUICK)
        screen.press(HOTKEY)
        screen.shows(QUICK)
        screen.search("lisbon")  # the last query was selected
        screen.press_until_hidden("ctrl+Return")
        screen.opens(screen.documents / "Travel")
        screen.press(HOTKEY)
        screen.shows(QUICK)
        screen.press("Tab")
        screen.shows(WINDOW)
        screen.hides(QUICK)
        assert not is_shown(screen.display, STILL_RUNNING)


def test_the_tray_icon_and_its_menu(
    screen: Screen, running: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """Every entry, with the fake SGLang as the engine that holds a graphics card."""
    screen.use_fake_sglang()
    with tray_host(screen.display, tmp_path):
        process = running("--background", str(screen.documents))
        screen.wait_open()
        click(screen.display, screen.icon())
        screen.shows(QUICK)
        time.sleep(DOUBLE_CLICK)
        click(screen.display, screen.icon())
        screen.hides(QUICK)
        choose(screen, "Down", "Down")
        screen.shows(WINDOW)
        for lower, seconds in enumerate((900, 3600, None)):
            choose(screen, *PAUSE, *lower * ["Down"])
            wait_until((screen.library / "pause.json").exists, "indexing is paused")
            span = json.loads((screen.library / "pause.json").read_text())
            assert span["until"] == (None if seconds is None else pytest.approx(span["since"] + seconds))
            choose(screen, *RESUME)
            wait_until(lambda: not (screen.library / "pause.json").exists(), "indexing is resumed")
        wait_until(lambda: len(sessions(screen.library)) == 1, "the engine runs")
        choose(screen, *RELEASE)
        wait_until(lambda: not sessions(screen.library), "the engine has ended")
        choose(screen, "Down")
        screen.shows(QUICK)
        screen.press("Escape")
        screen.hides(QUICK)
        choose(screen, "Up", "Up")
        screen.shows("^Settings$")
        screen.press("Escape")
        screen.hides("^Settings$")
        choose(screen, "Up")
        wait_until(lambda: process.poll() is not None, "the program has ended")
        assert process.returncode == 0


def choose(screen: Screen, *keys: str) -> None:
    """Open the icon's menu, and choose in it by keys."""
    time.sleep(DOUBLE_CLICK)  # no hand is faster, and the window manager is still moving the focus
    click(screen.display, screen.icon(), button=3)
    wait_until(lambda: shows_menu(screen.display, "Findling"), "the menu opens")
    wait_until(lambda: takes_keys(screen.display), "the menu takes keys")
    for key in (*keys, "Return"):
        screen.press(key)
    wait_until(lambda: not shows_menu(screen.display, "Findling"), "the menu closes")


def test_closing_hides_the_window_and_indexing_goes_on(
    screen: Screen, running: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with tray_host(screen.display, tmp_path):
        process = running(str(screen.documents))
        screen.shows(WINDOW)
        screen.wait_open()
        screen.icon()
        screen.press("alt+F4")
        screen.shows(STILL_RUNNING)
        assert not is_shown(screen.display, WINDOW)
        screen.press("Return")
        screen.hides(STILL_RUNNING)
        new = screen.documents / "new.txt"
        new.write_text("The zeppelin lands on Thursday.", encoding="utf-8")
        screen.wait_found("zeppelin")  # until then the first row is another document
        screen.wait_hotkey()
        screen.press(HOTKEY)
        screen.shows(QUICK)
        screen.search("zeppelin")
        screen.press_until_hidden("Return")
        screen.opens(new)
        assert screen.run() == (0, "")
        screen.shows(WINDOW)
        screen.press("alt+F4")
        screen.hides(WINDOW)
        assert not is_shown(screen.display, STILL_RUNNING)  # it was said once
        assert process.poll() is None


def test_commands_reach_the_running_program(
    screen: Screen, running: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with tray_host(screen.display, tmp_path):
        assert screen.run("quit") == (1, "findling: Findling is not running.\n")
        process = running("toggle")  # which starts it, with the quick search
        screen.shows(QUICK)
        assert not is_shown(screen.display, WINDOW)
        assert screen.run("toggle") == (0, "")
        screen.hides(QUICK)
        assert screen.run("toggle") == (0, "")
        screen.shows(QUICK)
        assert screen.run("show") == (0, "")
        screen.shows(WINDOW)
        assert screen.run("quit") == (0, "")
        assert ended(process) == (0, "")
        assert screen.run("quit")[0] == 1


def test_the_window_takes_the_focus_from_a_quick_search_that_has_just_appeared(
    screen: Screen, running: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    with tray_host(screen.display, tmp_path):
        running()
        screen.shows(WINDOW)
        screen.icon()
        screen.press("alt+F4")
        screen.shows(STILL_RUNNING)  # which is said once
        screen.press("Return")
        screen.hides(STILL_RUNNING)
        for _ in range(3):
            for command, title in (("toggle", QUICK), ("show", WINDOW)):
                assert send_request(str(screen.library), command, timeout=WAIT_SECONDS) is not None
                screen.shows(title)
            screen.hides(QUICK)
            screen.shows(WINDOW)
            screen.press("alt+F4")
            screen.hides(WINDOW)


def test_without_a_tray_closing_quits(screen: Screen, running: Callable[..., subprocess.Popen[str]]) -> None:
    process = running()
    screen.shows(WINDOW)
    screen.press("alt+F4")
    assert ended(process) == (0, "")


def test_keys_of_another_program_are_told(screen: Screen, running: Callable[..., subprocess.Popen[str]]) -> None:
    """Two of us on one screen: the second cannot have the keys, and its quick search still opens by the command."""
    running("--background")
    screen.wait_listening()
    screen.wait_hotkey()
    assert screen.run("toggle") == (0, "")
    screen.shows(QUICK)
    screen.press("Escape")
    screen.hides(QUICK)
    other = screen.home / "other"
    second = running("--library", str(other))
    screen.shows(WINDOW)
    assert screen.run("toggle", "--library", str(other)) == (0, "")
    screen.shows(QUICK)
    screen.press("Escape")
    screen.hides(QUICK)
    screen.press(HOTKEY)
    screen.shows(QUICK)
    assert second.poll() is None


def test_the_icon_is_shown_by_status_notifier_too(
    screen: Screen, running: Callable[..., subprocess.Popen[str]]
) -> None:
    """Panels of KDE, and of GNOME with its extension, show icons over the session bus."""
    with session_bus() as address:
        screen.environment["DBUS_SESSION_BUS_ADDRESS"] = address
        process = running()
        screen.shows(WINDOW)  # at login, a panel may come later than we do
        with fake_program("fake_status_notifier_host", DBUS_SESSION_BUS_ADDRESS=address) as host:
            item = host.line()["registered"]
            assert item["Status"] == "Active"
            assert "Findling" in str(item["ToolTip"])
            assert item["Menu"]
            screen.shows(WINDOW)
            screen.press("alt+F4")
            screen.shows(STILL_RUNNING)
            screen.press("Return")
            screen.hides(STILL_RUNNING)
            host.tell("activate")
            assert host.line() == {"activated": True}
            screen.shows(QUICK)
            assert process.poll() is None
