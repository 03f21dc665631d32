"""What conftest.py holds tests to, shown on tests that break it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BREAKING = """
import socket, subprocess, sys, threading
import pytest

lingering, ending = [], threading.Event()

@pytest.fixture(scope="module", autouse=True)
def _end():
    yield
    ending.set()

def test_leaves_a_thread():
    threading.Thread(target=ending.wait, name="lingering").start()

def test_leaves_a_process():
    lingering.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

def test_connects_and_swallows():
    try:
        with socket.socket() as talking:
            talking.connect(("192.0.2.1", 80))
    except OSError:
        pass

def test_looks_up_and_swallows():
    try:
        socket.getaddrinfo("findling.invalid", 80)
    except OSError:
        pass
"""
BEHAVING = """
import os, socket, subprocess, sys, threading, time
from pathlib import Path
import pytest

def test_home_is_not_the_users():
    assert Path.home() != Path(os.environ["TRUE_HOME"])
    assert os.environ["FINDLING_LIBRARY"].startswith(os.environ["HOME"])

@pytest.fixture(scope="module")
def server():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.communicate(b"\\n")

def test_a_module_wide_process_may_stay(server):
    assert server.poll() is None

def test_what_is_ended_is_no_leftover():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    subprocess.run([sys.executable, "-c", ""], check=True)

def test_loopback():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        socket.create_connection(("localhost", listening.getsockname()[1])).close()

@pytest.mark.long
def test_takes_minutes():
    Path(os.environ["TRUE_HOME"], "ran long").touch()
"""


def run_pytest(folder: Path, text: str, *options: str, grace: str = "30") -> str:
    folder.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_some.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rA",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        *options,
    ]
    environment = os.environ | {"TRUE_HOME": str(folder), "FINDLING_TEST_GRACE": grace}
    done = subprocess.run([*command, str(folder)], env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    return run_pytest(tmp_path_factory.mktemp("broken"), BREAKING, grace="0.1")


@pytest.mark.parametrize(
    "sentence",
    [
        "the test left behind: thread lingering",
        "the test left behind: process",
        "the test reached out of the machine: connect '192.0.2.1'",
        "the test reached out of the machine: getaddrinfo 'findling.invalid'",
    ],
)
def test_a_breach_is_named(broken: str, sentence: str) -> None:
    assert sentence in broken


def test_each_breach_fails_its_own_test(broken: str) -> None:
    assert "4 passed, 4 errors" in broken


def test_a_test_that_keeps_the_rules_passes(tmp_path: Path) -> None:
    assert "4 passed, 1 deselected" in run_pytest(tmp_path / "good", BEHAVING)
    assert not (tmp_path / "good" / "ran long").exists()


def test_a_fast_run_says_what_it_left_out(tmp_path: Path) -> None:
    text = f"{BEHAVING}\n@pytest.mark.slow\ndef test_real():\n    raise AssertionError\n"
    said = run_pytest(tmp_path / "fast", text, "--fast")
    assert "4 passed, 2 deselected" in said
    assert "The slow tests were not run" in said


def test_long_ones_run_when_asked(tmp_path: Path) -> None:
    assert "5 passed" in run_pytest(tmp_path / "good", BEHAVING, "--long")
    assert (tmp_path / "good" / "ran long").exists()
