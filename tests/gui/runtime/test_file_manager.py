"""Files are shown selected in the file manager of the session, which a fake stands for on a real bus of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="there is no bus without dbus-daemon"),
]
CLIENT = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from gui.runtime.file_manager import FileManager
app = QCoreApplication([])
manager = FileManager()
def instead():
    print("instead", flush=True)
    app.quit()
print(manager.select(sys.argv[1:], instead), flush=True)
if not manager._calls:
    sys.exit()
timer = QTimer()
timer.timeout.connect(lambda: manager._calls or app.quit())
timer.start(20)
app.exec()
"""


@contextmanager
def bus() -> Iterator[dict[str, str]]:
    """An environment with a session bus without any service."""
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        try:
            yield os.environ | {"DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}
        finally:
            daemon.terminate()


def selected(environment: dict[str, str], path: Path) -> list[str]:
    command = [sys.executable, "-c", CLIENT, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize(("option", "said"), [([], ["True"]), (["--refuse"], ["True", "instead"])])
def test_it_is_asked_to_select_the_file(tmp_path: Path, option: list[str], said: list[str]) -> None:
    command = [sys.executable, "-m", "tests.fakes.fake_file_manager", *option]
    with bus() as environment, subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as fake:
        assert fake.stdout is not None
        try:
            assert fake.stdout.readline() == "ready\n"
            assert selected(environment, tmp_path / "a b.pdf") == said
            assert fake.stdout.readline() == f"file://{tmp_path}/a%20b.pdf\n"
        finally:
            fake.terminate()


def test_without_a_file_manager_nothing_is_asked(tmp_path: Path) -> None:
    with bus() as environment:
        assert selected(environment, tmp_path / "a.pdf") == ["False"]
    assert selected(os.environ | {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/is/not/there"}, tmp_path) == ["False"]
