"""The parent-death guard: it passes the exit code and SIGTERM on, and neither process outlives the other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
import pytest

from core.processes.guard import guard_command
from tests.core.engine.supervised_engine import LONG, ROOT, members, wait_gone

pytestmark = pytest.mark.slow

PATIENT = "import signal, sys; signal.signal(15, lambda *_: sys.exit(7)); print('up', flush=True); signal.pause()"
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True); signal.pause()"


@contextmanager
def guarded(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    guard = subprocess.Popen(
        [*guard_command("--events"), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
        start_new_session=True,
    )
    with guard:
        yield guard
        guard.kill()
    wait_gone(guard.pid)


def told(guard: subprocess.Popen[str]) -> int:
    """The pid of the command, which is up."""
    assert guard.stdout
    assert guard.stderr
    said = json.loads(guard.stdout.readline())
    assert said["event"] == "started"
    assert guard.stderr.readline() == "up\n"
    return int(said["pid"])


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["sh", "-c", "exit 3"], 3),
        (["sh", "-c", "kill -9 $$"], 137),
        (["/nowhere/sglang"], 127),
    ],
    ids=["a code", "a signal", "no command"],
)
def test_the_end_of_the_command_is_its_own(command: list[str], code: int) -> None:
    with guarded(command) as guard:
        assert guard.wait(LONG) == code


def test_a_line_asks_the_command_to_end() -> None:
    with guarded([sys.executable, "-c", PATIENT]) as guard:
        told(guard)
        assert guard.stdin
        guard.stdin.write("drain\n")
        guard.stdin.flush()
        assert guard.wait(LONG) == 7


@pytest.mark.parametrize("says", [PATIENT, STUBBORN], ids=["patient", "stubborn"])
def test_everything_ends_when_stdin_does(says: str) -> None:
    with guarded(["sh", "-c", f'sleep 1000 & exec "{sys.executable}" -c "{says}"']) as guard:
        told(guard)
        assert guard.stdin
        guard.stdin.close()
        wait_gone(guard.pid)


def test_the_command_does_not_outlive_the_guard() -> None:
    with guarded([sys.executable, "-c", STUBBORN]) as guard:
        command = psutil.Process(told(guard))
        guard.kill()
        command.wait(LONG)
        assert members(guard.pid) == []


def test_the_group_may_be_asked_without_the_guard_going_first() -> None:
    with guarded([sys.executable, "-c", PATIENT]) as guard:
        told(guard)
        for each in members(guard.pid):
            each.terminate()
        assert guard.wait(LONG) == 7
