"""The branches for other platforms that run here with the platform's name set; see the decision record 1202."""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest
from platformdirs.macos import MacOS
from platformdirs.windows import Windows

from core import paths
from core.processes import guard, limits, sandbox
from core.processes.child import ChildProcess
from gui.hotkey import hotkey
from gui.hotkey.pynput_hotkey import PynputHotkey

ROOT = paths.resources().parent
OTHERS = ("darwin", "win32")
SLEEP = [sys.executable, "-c", "import time; time.sleep(3600)"]


def test_the_folders_on_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FINDLING_LIBRARY", "FINDLING_CACHE", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(platformdirs, "PlatformDirs", MacOS)
    home = Path(os.path.expanduser("~"))
    assert paths.default_library() == home / "Library" / "Application Support" / "findling" / "library"
    assert paths.cache_dir() == home / "Library" / "Caches" / "findling"


def test_the_folders_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FINDLING_LIBRARY", raising=False)
    monkeypatch.setattr(platformdirs, "PlatformDirs", Windows)
    monkeypatch.setattr("platformdirs.windows.get_win_folder", lambda name: f"/users/ann/{name}")
    assert paths.default_library().relative_to("/users/ann") == Path("CSIDL_LOCAL_APPDATA", "findling", "library")


@pytest.mark.parametrize("platform", OTHERS)
def test_the_hotkey_is_pynputs(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert isinstance(hotkey.backend(lambda _: None, lambda _: None), PynputHotkey)


@pytest.mark.parametrize("platform", OTHERS)
def test_nothing_of_linux_is_called_to_confine_a_process(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    support = sandbox.confine([ROOT])
    assert not support.landlock
    guard.die_with_parent()


def test_a_process_without_groups_and_waitid_is_ended_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    process = ChildProcess(SLEEP, environment=os.environ, folder="/")
    with monkeypatch.context() as patch:
        patch.delattr(os, "waitid")
        patch.delattr(os, "killpg")
        patch.setattr(os, "name", "nt")
        assert process.wait(0.0) is None
        process.kill()
        assert process.wait(240.0) == -9
    process.close()


LIMITED = """
import os, resource, sys
from core.processes.limits import limit_resources
sys.platform = "darwin"
limit_resources(memory=1 << 32, open_files=64)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], os.nice(0))
"""


def test_the_limits_of_a_reader_on_macos() -> None:
    command = [sys.executable, "-c", LIMITED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files, niceness = done.stdout.split()
    assert (files, int(niceness) >= limits.NICE) == ("64", True)


@pytest.mark.parametrize("script", ["macos/sign.sh", "appimage/appimage.sh"])
def test_a_script_is_one(script: str) -> None:
    subprocess.run(["sh", "-n", str(ROOT / "packaging" / script)], check=True)


def test_an_appimage_is_laid_out(tmp_path: Path) -> None:
    app, tools = "org.findling.Findling", tmp_path / "tools"
    bundle = tmp_path / "findling-1-linux-x86_64"
    icons, entries = bundle / "share/icons/hicolor/256x256/apps", bundle / "share/applications"
    for folder in (bundle / "_internal", icons, entries, tools):
        folder.mkdir(parents=True)
    for file in (bundle / "findling", icons / f"{app}.png", entries / f"{app}.desktop"):
        file.write_text("#!/bin/sh\necho started\n")
    (bundle / "findling").chmod(0o755)
    packer = tools / "appimagetool"
    packer.write_text('#!/bin/sh\n"$1/AppRun" >"$2"\n')  # a fake: runs the folder instead of packing it
    packer.chmod(0o755)
    variables = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    script = ["sh", str(ROOT / "packaging" / "appimage" / "appimage.sh"), str(bundle)]
    subprocess.run(script, env=variables, check=True)
    assert (tmp_path / f"{bundle.name}.AppImage").read_text() == "started\n"
    assert {f"{app}.desktop", f"{app}.png"} <= {path.name for path in (tmp_path / f"{bundle.name}.AppDir").iterdir()}


def test_the_entitlements_are_a_property_list() -> None:
    with (ROOT / "packaging" / "macos" / "entitlements.plist").open("rb") as file:
        assert all(value is True for value in plistlib.load(file).values())


def test_the_installer_for_windows_has_what_the_specification_makes() -> None:
    script = (ROOT / "packaging" / "windows" / "findling.iss").read_text()
    specification = (ROOT / "packaging" / "builder" / "bundle" / "findling.spec").read_text()
    assert set(re.findall(r"(\w+)\.exe", script)) <= set(re.findall(r'program\("(\w+)"', specification))
    sections = re.findall(r"^\[(\w+)\]$", script, re.MULTILINE)
    assert len(sections) == len(set(sections))
    assert {"Setup", "Files", "Icons", "Run"} <= set(sections)
