"""A child process: what it writes, how it ends, and that nothing of it is left."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from core.processes.child import ChildProcess, exit_description, lines
from tests.core.engine.supervised_engine import LONG, members, wait_gone

STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('up', flush=True); signal.pause()"


@contextmanager
def child(script: str, *, own_session: bool = True) -> Iterator[ChildProcess]:
    command = ["sh", "-c", script]
    process = ChildProcess(command, environment=os.environ, folder=os.path.sep, own_session=own_session)
    try:
        yield process
    finally:
        process.end(0.0)
        process.close()


def test_lines_end_with_a_line_feed_or_a_carriage_return_and_none_is_empty() -> None:
    with child("printf 'one\\n\\n  two \\r50%%\\r\\377\\nlast'") as process:
        assert list(lines(process.stdout, 100)) == ["one", "  two", "50%", "\\xff", "last"]


def test_a_line_that_is_too_long_is_split() -> None:
    with child("head -c 200000 /dev/zero | tr '\\0' x; echo; echo end") as process:
        found = list(lines(process.stdout, 1000))
    assert len(found) > 2
    assert "".join(found) == "x" * 200_000 + "end"


@pytest.mark.parametrize("own_session", [True, False])
def test_the_exit_code_is_told_to_every_thread(own_session: bool) -> None:
    with child("read line; exit 3", own_session=own_session) as process:
        codes: list[int | None] = []
        threads = [threading.Thread(target=lambda: codes.append(process.wait())) for _ in range(3)]
        for thread in threads:
            thread.start()
        assert process.wait(0) is None
        process.stdin.write(b"\n")
        assert process.wait(LONG) == 3
        for thread in threads:
            thread.join(LONG)
        assert codes == [3, 3, 3]


def test_what_the_child_started_ends_with_it() -> None:
    with child("sleep 1000 & exit 0") as process:
        assert process.wait() == 0
        wait_gone(process.pid)


def test_a_child_that_ignores_sigterm_is_killed_with_what_it_started() -> None:
    with child(f'sleep 1000 & exec "{sys.executable}" -c "{STUBBORN}"') as process:
        said = b""
        while len(said) < 3 and (piece := process.stdout.read(3 - len(said))):  # a pipe may give it in pieces
            said += piece
        assert said == b"up\n"
        assert process.end(0.1) == -9
        wait_gone(process.pid)


def test_the_exit_is_told_once_a_large_process_that_it_started_has_ended() -> None:
    large = "import signal; held = bytearray(b'x') * 600_000_000; print('up', flush=True); signal.pause()"
    with child(f'"{sys.executable}" -c "{large}" & read line') as process:
        assert process.stdout.read(1) == b"u"
        process.kill()
        assert process.wait() == -9
        assert members(process.pid) == []  # 600 MB take a while to be freed after SIGKILL


def test_a_child_in_this_session_is_ended_alone() -> None:
    with child("exec sleep 1000", own_session=False) as process:
        assert os.getsid(process.pid) == os.getsid(0)
        assert process.end(LONG) == -15
    assert members(os.getsid(0))


def test_errors_are_merged_into_the_output() -> None:
    command = ["sh", "-c", "echo bad >&2"]
    process = ChildProcess(command, environment=os.environ, folder=os.path.sep, merge_stderr=True)
    assert list(lines(process.stdout, 100)) == ["bad"]
    assert process.wait() == 0
    process.close()


@pytest.mark.parametrize(
    ("code", "description"),
    [(3, "ended with code 3"), (-9, "killed by SIGKILL"), (-300, "killed by signal 300")],
)
def test_an_exit_in_words(code: int, description: str) -> None:
    assert exit_description(code) == description
