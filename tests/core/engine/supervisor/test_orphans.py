"""Notes of engines: what they let be ended at the next start, and what never."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.engine.supervisor import orphans
from core.engine.supervisor.orphans import noted, sweep
from tests.core.engine.supervised_engine import members, until

pytestmark = pytest.mark.slow

LONG = 60.0


@pytest.fixture
def stray() -> Iterator[subprocess.Popen[bytes]]:
    """A session leader with two children."""
    command = ["sh", "-c", "sleep 1000 & sleep 1000; true"]
    with subprocess.Popen(command, start_new_session=True) as process:
        until(lambda: len(members(process.pid)) == 3)
        yield process
        for each in members(process.pid):
            each.kill()


def note(folder: Path, session: int, **changes: Any) -> Path:
    """The pid file of a program that has exited, with changes."""
    with noted(folder, session):
        (written,) = folder.glob("engine-*.pid")
        said = json.loads(written.read_text(encoding="utf-8"))
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        pass
    written.write_text(json.dumps({**said, "owner": [dead.pid, 1], **changes}), encoding="utf-8")
    return written


def test_a_session_whose_program_died_is_ended(tmp_path: Path, stray: subprocess.Popen[bytes]) -> None:
    written = note(tmp_path, stray.pid)
    assert sweep(tmp_path) >= 1
    until(lambda: members(stray.pid) == [])
    assert not written.exists()


def test_its_children_are_ended_after_their_leader_died(tmp_path: Path, stray: subprocess.Popen[bytes]) -> None:
    written = note(tmp_path, stray.pid)
    children = psutil.Process(stray.pid).children()
    stray.kill()
    stray.wait()
    assert [each.is_running() for each in children] == [True] * 2
    sweep(tmp_path)
    _, alive = psutil.wait_procs(children, timeout=LONG)
    assert alive == []
    assert not written.exists()


def test_a_stranger_is_let_live(tmp_path: Path, stray: subprocess.Popen[bytes]) -> None:
    for changes in ({"leader": [stray.pid, 1]}, {"boot": "another"}):
        written = note(tmp_path, stray.pid, **changes)
        assert sweep(tmp_path) == 0
        assert not written.exists()
    assert stray.poll() is None


def test_an_engine_of_a_program_that_lives_is_let_be(tmp_path: Path, stray: subprocess.Popen[bytes]) -> None:
    with noted(tmp_path, stray.pid):
        assert sweep(tmp_path) == 0
        assert stray.poll() is None
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", '{"owner": 1, "leader": 2, "boot": "x"}', '{"owner": [], "leader": []}'])
def test_a_note_that_says_nothing_is_thrown_away(tmp_path: Path, text: str) -> None:
    (tmp_path / "engine-1.pid").write_text(text, encoding="utf-8")
    assert sweep(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_takes_no_note(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file", encoding="utf-8")
    with noted(tmp_path / "logs", os.getpid()):
        assert sweep(tmp_path / "logs") == 0


def test_when_a_process_was_started() -> None:
    own = orphans._started(os.getpid())
    assert own is not None
    assert own == orphans._started(os.getpid())
    assert orphans._started(2**22 + 1) is None
