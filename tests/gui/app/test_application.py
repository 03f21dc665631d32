"""Starting and closing: imports before the first paint, locking, a second start, signals, bugs."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import VERSION
from core.cli.main import parser
from core.control_socket import ask, send_request
from core.library import Library
from core.links import Link
from gui.__main__ import COMMANDS, main
from gui.app.application import App
from gui.app.crash_dialog import CrashDialog, report_text
from gui.app.options import Options
from gui.app.single_instance import ACTIVATION, SingleInstance, hand_over
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("faiss", "openai", "numpy", "pypdf", "pypdfium2", "tantivy", "onnxruntime", "lxml", "core.library")

FIRST_PAINT = """
import json, sys
from gui.app.application import App
from gui.app.options import Options
from gui.app.main import make_qt
qt = make_qt(["findling"])
app = App(qt, Options(sys.argv[1]))
app.window.painted.disconnect()
app.window.painted.connect(lambda: (print(json.dumps(sorted(sys.modules))), qt.quit()))
app.show()
qt.exec()
app.close()
"""


def test_nothing_heavy_is_imported_before_the_window_can_be_seen(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FIRST_PAINT, str(tmp_path / "library")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    modules = json.loads(done.stdout)
    assert "gui.window" in modules
    assert [name for name in HEAVY if name in modules] == []


@pytest.mark.parametrize("impatient", [False, True])
def test_a_library_in_use_is_said_and_taken_over_when_the_other_one_ends(
    qtbot: QtBot, start: Callable[..., App], root: Path, *, impatient: bool
) -> None:
    other = Library.open(root)
    try:
        app = start(ready=False)
        window = app.window
        qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
        assert "Another Findling" in window.unusable.sentence.text()
        assert "continues as soon as it is closed" in window.unusable.remedy.text()
        assert not window.search.box.isEnabled()
        if impatient:
            qtbot.mouseClick(window.unusable.retry, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
    finally:
        other.close()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.welcome, timeout=WAIT_MS)
    assert window.search.box.isEnabled()


@pytest.mark.usefixtures("unhurried_count")
def test_a_folder_dropped_before_the_library_is_open_is_added(
    qtbot: QtBot, start: Callable[..., App], may_open: threading.Event, documents: Path
) -> None:
    app = start(ready=False)
    assert app.library_controller is None
    app.window.overlay.dropped.emit([str(documents)])
    may_open.set()
    qtbot.waitUntil(lambda: app.window.folders.rows.rowCount() == 1, timeout=WAIT_MS)
    assert app.library is not None
    assert [folder.path for folder in app.library.folders()] == [str(documents)]


def test_a_library_that_cannot_be_written_is_said(qtbot: QtBot, start: Callable[..., App], root: Path) -> None:
    (root / "catalogue.sqlite").mkdir()
    app = start(ready=False)
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.unusable, timeout=WAIT_MS)
    assert app.window.unusable.remedy.text()


def test_a_findling_without_a_window_makes_way_and_goes_on_after_it(
    qtbot: QtBot, start: Callable[..., App], root: Path
) -> None:
    command = [sys.executable, "-m", "core", "serve", "--wait", "--library", str(root)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as other:
        qtbot.waitUntil(lambda: send_request(root, "resume") is not None, timeout=WAIT_MS)
        app = start()
        assert app.library is not None
        assert json.loads(ask(root, "GET", "search", {"q": "anything"}))["hits"] == []
        assert send_request(root, "toggle") is not None  # it is the window that answers
        hotkey = json.loads(ask(root, "GET", "hotkey"))  # for `findling doctor`
        assert hotkey["state"] == app.residence.hotkey.status.state
        assert other.poll() is None
        other.terminate()
        assert other.wait() == 0


def second_start(root: Path, *folders: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gui", "--library", str(root), *map(str, folders)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def test_a_second_start_hands_its_folders_over_and_ends(
    qtbot: QtBot, start: Callable[..., App], root: Path, documents: Path
) -> None:
    app = start()
    second = second_start(root, documents)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=WAIT_MS)
    _, said = second.communicate()
    assert second.returncode == 0, said
    qtbot.waitUntil(lambda: app.window.folders.rows.rowCount() == 1, timeout=WAIT_MS)
    assert app.library is not None
    assert [folder.path for folder in app.library.folders()] == [str(documents)]


def test_what_a_killed_window_left_behind_is_no_hindrance(qtbot: QtBot, tmp_path: Path) -> None:
    code = f"""
import os
from PySide6.QtCore import QCoreApplication
from gui.app.single_instance import SingleInstance
qt = QCoreApplication([])
kept = SingleInstance({str(tmp_path)!r})
print(kept.control.listening, flush=True)
os._exit(1)
"""
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True)
    assert killed.stdout == "True\n", killed.stderr
    instance = SingleInstance(str(tmp_path))
    assert instance.control.listening
    with qtbot.waitSignal(instance.handed_over):
        assert hand_over(str(tmp_path), [])
    instance.close()


@pytest.mark.parametrize("facts", [{"folders": "a"}, {"folders": [1]}, {"folders": {}, "token": 3}], ids=str)
def test_nonsense_from_another_program_is_ignored(qtbot: QtBot, tmp_path: Path, facts: dict[str, object]) -> None:
    instance = SingleInstance(str(tmp_path))
    with qtbot.assertNotEmitted(instance.handed_over, wait=50):
        assert send_request(tmp_path, "show", **facts) is None
    instance.close()


def test_the_activation_token_of_a_second_start_is_used(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = SingleInstance(str(tmp_path))
    monkeypatch.setenv(ACTIVATION, "token-of-the-second")
    with qtbot.waitSignal(instance.handed_over) as taken:
        assert hand_over(str(tmp_path), ["/a", "/b"])
        monkeypatch.setenv(ACTIVATION, "")
    assert taken.args == [["/a", "/b"], True]
    assert os.environ[ACTIVATION] == "token-of-the-second"
    instance.close()


def test_a_strangers_socket_in_the_temporary_directory_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the window once listened, anybody on the machine may listen."""
    root, shared = tmp_path / "library", tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    monkeypatch.setenv("TMPDIR", str(shared))
    whole = f"{os.path.realpath(root)}\n{os.getuid()}"
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(shared / f"findling-{hashlib.sha256(os.fsencode(whole)).hexdigest()[:16]}"))
        stranger.listen()
        stranger.setblocking(False)
        assert not hand_over(str(root), [str(tmp_path)])
        with pytest.raises(BlockingIOError):
            stranger.accept()


def test_of_two_windows_that_wait_for_a_third_program_one_is_left(
    qtbot: QtBot, start: Callable[..., App], root: Path, documents: Path
) -> None:
    other = Library.open(root)  # as a command that indexes: it has the socket, but no window
    try:
        first = start(ready=False)
        qtbot.waitUntil(lambda: first.window.pages.currentWidget() is first.window.unusable, timeout=WAIT_MS)
        second = second_start(root, documents)
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(3)
        second.send_signal(signal.SIGSTOP)  # so that it is the first that sees that the other one has ended
    finally:
        other.close()
    qtbot.waitUntil(lambda: first.library_controller is not None, timeout=WAIT_MS)
    second.send_signal(signal.SIGCONT)
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=WAIT_MS)
    _, said = second.communicate()
    assert second.returncode == 0, said
    qtbot.waitUntil(lambda: first.window.folders.rows.rowCount() == 1, timeout=WAIT_MS)


def test_a_window_that_finds_another_one_hands_its_link_over(
    qtbot: QtBot, start: Callable[..., App], root: Path, documents: Path
) -> None:
    """Also the window that noticed the other one late, when it was about to open the library itself."""
    first = start()
    qt = QApplication.instance()
    assert isinstance(qt, QApplication)
    second = App(qt, Options(str(root), (), "light", link=str(Link("in", str(documents)))))
    try:
        assert second._hand_over()
        qtbot.waitUntil(lambda: first.window.search.text() == f'in:"{documents}"', timeout=WAIT_MS)
    finally:
        second.close()


def test_sub_commands_go_to_the_command_line_without_qt() -> None:
    code = "import sys; from gui.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert not any(name.startswith('PySide6') for name in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "search" in done.stdout


def test_every_sub_command_of_the_command_line_is_known() -> None:
    actions = [action for action in parser()._actions if action.choices and not action.option_strings]
    assert {name for action in actions for name in action.choices or ()} <= COMMANDS


@pytest.mark.parametrize("display", ["", ":4793"])
def test_without_a_screen_there_is_one_sentence_and_exit_code_3(display: str, tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"DISPLAY": display} if display else {}
    command = [sys.executable, "-m", "gui", "--library", str(tmp_path / "library")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("findling: ")
    assert done.stderr.count("\n") == 1


def test_the_version_is_the_projects(capsys: pytest.CaptureFixture[str]) -> None:
    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]
    assert (ROOT / hatch["version"]["path"]).read_text().count(f'VERSION = "{VERSION}"') == 1
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"findling {VERSION}\n"


def test_a_terminated_window_closes_its_library_and_ends(root: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    code = (
        "import os, signal, sys; import gui.app.application as a, gui.app.main as main\n"
        "made = a.App.show\n"
        "def show(self):\n"
        "    made(self); self.bridge.folders_changed.connect(lambda: None)\n"
        "    self.opening.task.finished.connect(lambda _: os.kill(os.getpid(), signal.SIGTERM))\n"
        "a.App.show = show\n"
        "sys.exit(main.run(main.Options(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    Library.open(root).close()


def test_a_bug_is_said_to_be_ours_and_can_be_copied(qtbot: QtBot) -> None:
    from PySide6.QtGui import QGuiApplication

    dialog = CrashDialog(report_text(RuntimeError("a bug"), "question"))
    dialog.show()
    dialog._copy()
    copied = QGuiApplication.clipboard().text()
    assert "RuntimeError: a bug" in copied
    assert "thread: question" in copied
    with qtbot.waitSignal(dialog.destroyed):
        dialog.close()
