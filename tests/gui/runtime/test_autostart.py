"""Start at login: the autostart file, and the Background portal in a Flatpak."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from xdg.DesktopEntry import DesktopEntry

from core import paths
from gui.runtime.autostart import Autostart, SandboxAutostart, start_at_login
from gui.runtime.preferences import Preferences
from tests.builders.desktop import fake_program, session_bus
from tests.gui.conftest import WAIT_MS

STRANGE = 'my "own" $HOME `library` 100% \\ here'


def test_the_file_is_written_and_removed() -> None:
    login = Autostart(paths.default_library())
    assert login.file == Path(os.environ["XDG_CONFIG_HOME"]) / "autostart" / "org.findling.Findling.desktop"
    assert not login.is_enabled()
    login.set_enabled(enabled=True)
    assert login.is_enabled()
    entry = DesktopEntry(str(login.file))
    entry.validate()
    assert entry.getExec().endswith("findling --background")
    assert os.access(shlex.split(entry.getExec())[0], os.X_OK)
    assert [path.name for path in login.file.parent.iterdir()] == [login.file.name]
    login.set_enabled(enabled=False)
    assert not login.file.exists()
    login.set_enabled(enabled=False)


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_a_desktop_may_have_switched_it_off(line: str) -> None:
    login = Autostart()
    login.set_enabled(enabled=True)
    login.file.write_text(login.file.read_text().replace("X-GNOME-Autostart-enabled=true", line), encoding="utf-8")
    assert not login.is_enabled()
    login.set_enabled(enabled=True)
    assert login.is_enabled()


def test_a_library_elsewhere_is_named_and_quoted(tmp_path: Path) -> None:
    login = Autostart(tmp_path / STRANGE)
    assert login.command()[-2:] == ["--library", str(tmp_path / STRANGE)]
    login.set_enabled(enabled=True)
    line = next(line for line in login.file.read_text(encoding="utf-8").splitlines() if line.startswith("Exec="))
    unescaped = line.removeprefix("Exec=").replace("\\\\", "\\")  # the rule for every string of such a file
    words = subprocess.run(  # quoted arguments mean there what they mean in a shell
        ["sh", "-c", "printf '%s\\n' " + unescaped.replace("%%", "%")], capture_output=True, text=True, check=True
    ).stdout
    assert words.splitlines()[-1] == str(tmp_path / STRANGE)


def test_an_appimage_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPIMAGE", "/opt/Findling.AppImage")
    assert Autostart().command() == ["/opt/Findling.AppImage", "--background"]


def test_without_the_variable_it_is_in_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    assert Autostart().file.parent == Path.home() / ".config" / "autostart"


def test_a_folder_that_cannot_be_written_raises() -> None:
    login = Autostart()
    login.file.parent.parent.mkdir(parents=True)
    login.file.parent.write_text("in the way", encoding="ascii")
    with pytest.raises(OSError, match="autostart"):
        login.set_enabled(enabled=True)
    assert not login.is_enabled()


def test_the_file_is_no_ones_to_change() -> None:
    login = Autostart()
    login.set_enabled(enabled=True)
    assert not login.file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@pytest.mark.slow
@pytest.mark.parametrize("refuse", [False, True])
def test_in_a_flatpak_the_desktop_is_asked(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, refuse: bool
) -> None:
    from PySide6.QtCore import QSettings

    monkeypatch.setattr("gui.runtime.autostart.SANDBOX", tmp_path)
    preferences = Preferences(QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    with session_bus() as address, monkeypatch.context() as patch:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        with fake_program("fake_portal", *(["--refuse"] if refuse else [])) as portal:
            login = start_at_login(preferences, tmp_path / "library")
            assert isinstance(login, SandboxAutostart)
            with qtbot.waitSignal(login._asking.finished, timeout=WAIT_MS):
                login.set_enabled(enabled=True)
            asked = portal.line()
            assert (asked["autostart"], asked["commandline"]) == (True, ["findling", "--background"])
    assert login.is_enabled() is not refuse
    assert not Autostart().file.exists()
    login.stop()
