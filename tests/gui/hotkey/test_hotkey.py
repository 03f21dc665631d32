"""The hotkey by each method: on a real X server, and by a fake portal on a real session bus."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.hotkey.hotkey import Hotkey, backend
from gui.hotkey.keys import KeyCombination, parse_keys
from gui.hotkey.portal import PortalShortcut
from gui.hotkey.pynput_hotkey import pynput_keys
from gui.hotkey.status import HotkeyStatus
from gui.hotkey.x11_grab import X11Grab
from tests.builders.desktop import FakeProgram, fake_program, press, session_bus, x_server, xdotool
from tests.fakes.fake_portal import KEYS, TOKEN
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

KEY = "Ctrl+Alt+Space"


@pytest.mark.parametrize(
    ("keys", "trigger", "pynput"),
    [
        (KEY, "CTRL+ALT+space", "<ctrl>+<alt>+<space>"),
        ("Meta+F", "LOGO+f", "<cmd>+f"),
        ("Ctrl+Shift+;", "CTRL+SHIFT+semicolon", "<ctrl>+<shift>+;"),
        ("F9", "F9", "<f9>"),
        ("Alt+PgDown", "ALT+Next", "<alt>+<page_down>"),
    ],
)
def test_keys_have_a_name_everywhere(qtbot: QtBot, keys: str, trigger: str, pynput: str) -> None:
    combination = parse_keys(keys)
    assert combination is not None
    assert (combination.trigger, pynput_keys(combination)) == (trigger, pynput)


@pytest.mark.parametrize("keys", ["", "A", "Shift+A", "Space", "Ctrl+K, Ctrl+C", "Ctrl", "nonsense"])
def test_keys_for_typing_are_no_hotkey(qtbot: QtBot, keys: str) -> None:
    assert parse_keys(keys) is None


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with x_server() as display:
        monkeypatch.setenv("DISPLAY", display)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
        yield display


@pytest.fixture
def hotkey(qtbot: QtBot) -> Iterator[Hotkey]:
    made = Hotkey()
    yield made
    made.stop()


def use(hotkey: Hotkey, qtbot: QtBot, keys: str = KEY) -> HotkeyStatus:
    hotkey.use(keys)
    qtbot.waitUntil(lambda: hotkey.status.state != "starting", timeout=WAIT_MS)
    return hotkey.status


def test_the_keys_are_heard_on_x11(display: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    assert use(hotkey, qtbot) == HotkeyStatus("active", "x11")
    with qtbot.waitSignal(hotkey.pressed, timeout=WAIT_MS):
        press(display, "ctrl+alt+space")
    xdotool(display, "key", "Num_Lock")
    with qtbot.waitSignal(hotkey.pressed, timeout=WAIT_MS):
        press(display, "ctrl+alt+space")


def test_keys_that_are_held_are_heard_once(display: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    use(hotkey, qtbot)
    heard: list[str] = []
    hotkey.pressed.connect(heard.append)
    xdotool(display, "keydown", "ctrl", "keydown", "alt", "keydown", "space")
    time.sleep(1.0)  # the server repeats after 0.66 s
    xdotool(display, "keyup", "space", "keyup", "alt", "keyup", "ctrl")
    qtbot.waitUntil(lambda: len(heard) == 1, timeout=WAIT_MS)
    press(display, "ctrl+alt+space")
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=WAIT_MS)


def test_keys_of_another_program_are_taken(display: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    told: list[HotkeyStatus] = []
    other = X11Grab(lambda _token: None, told.append)
    combination = parse_keys(KEY)
    assert combination is not None
    other.start(combination)
    qtbot.waitUntil(lambda: told == [HotkeyStatus("active", "x11")], timeout=WAIT_MS)
    assert use(hotkey, qtbot) == HotkeyStatus("taken", "x11")
    assert use(hotkey, qtbot, "Ctrl+Alt+F").state == "active"
    other.stop()
    assert use(hotkey, qtbot).state == "active"


def test_other_keys_give_the_old_ones_back(display: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    use(hotkey, qtbot)
    use(hotkey, qtbot, "Ctrl+Alt+F")
    with qtbot.assertNotEmitted(hotkey.pressed, wait=300):
        press(display, "ctrl+alt+space")
    with qtbot.waitSignal(hotkey.pressed, timeout=WAIT_MS):
        press(display, "ctrl+alt+f")
    hotkey.use("")
    assert hotkey.status == HotkeyStatus()


def test_a_server_that_goes_away_ends_the_hotkey(hotkey: Hotkey, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    with x_server() as display:
        monkeypatch.setenv("DISPLAY", display)
        assert use(hotkey, qtbot).state == "active"
    qtbot.waitUntil(lambda: hotkey.status.state == "unavailable", timeout=WAIT_MS)


def test_a_platform_without_a_way_says_so(hotkey: Hotkey, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert use(hotkey, qtbot) == HotkeyStatus("unavailable")


def test_a_wayland_session_uses_the_portal_even_for_windows_of_its_x_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    assert isinstance(backend(lambda _token: None, lambda _status: None), PortalShortcut)


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with session_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-of-the-test")
        yield address


@pytest.fixture
def portal(bus: str) -> Iterator[FakeProgram]:
    with fake_program("fake_portal") as program:
        yield program


def test_the_portal_is_asked_and_heard(portal: FakeProgram, hotkey: Hotkey, qtbot: QtBot) -> None:
    assert use(hotkey, qtbot) == HotkeyStatus("active", "portal", KEYS)
    assert portal.line() == {"registered": "org.findling.Findling"}
    asked = {"name": "quick-search", "parent": "", "preferred_trigger": "CTRL+ALT+space"}
    assert portal.line() == {"session": True, "description": "Show or hide the quick search", **asked}
    with qtbot.waitSignal(hotkey.pressed, timeout=WAIT_MS) as heard:
        portal.tell("press")
    assert heard.args == [TOKEN]
    portal.tell("rename")
    qtbot.waitUntil(lambda: hotkey.status.trigger == "Press F9", timeout=WAIT_MS)


def test_keys_that_were_given_back_are_not_heard(portal: FakeProgram, hotkey: Hotkey, qtbot: QtBot) -> None:
    use(hotkey, qtbot)
    hotkey.use("")
    assert hotkey.status == HotkeyStatus()
    portal.tell("press")
    with qtbot.assertNotEmitted(hotkey.pressed, wait=200):
        pass


def test_a_portal_that_declines(bus: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    with fake_program("fake_portal", "--refuse"):
        assert use(hotkey, qtbot) == HotkeyStatus("refused", "portal")


def test_a_portal_without_shortcuts(bus: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    with fake_program("fake_portal", "--without-shortcuts"):
        assert use(hotkey, qtbot) == HotkeyStatus("unavailable", "portal")


def test_no_portal_at_all(bus: str, hotkey: Hotkey, qtbot: QtBot) -> None:
    assert use(hotkey, qtbot) == HotkeyStatus("unavailable", "portal")


def test_no_bus_at_all(hotkey: Hotkey, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-of-the-test")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    assert use(hotkey, qtbot) == HotkeyStatus("unavailable", "portal")


def test_an_unknown_key_is_refused_by_the_server(display: str, qtbot: QtBot) -> None:
    told: list[HotkeyStatus] = []
    grab = X11Grab(lambda _token: None, told.append)
    grab.start(KeyCombination(("CTRL",), "no_such_key"))
    qtbot.waitUntil(lambda: [status.state for status in told] == ["taken"], timeout=WAIT_MS)
    grab.stop()
