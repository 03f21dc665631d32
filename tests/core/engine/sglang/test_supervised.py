"""The fake SGLang under an EngineServer: start, phases, failures, release, and no process left behind."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from openai import OpenAI

from core.engine.server import EngineServer
from core.engine.sglang import backend as sglang
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import RUNTIME_VARIABLE, SglangRuntime, embedding
from core.engine.supervisor import orphans
from core.engine.supervisor.mailbox import Mailbox
from core.errors import EngineError
from core.models import ENGLISH
from core.settings import Settings
from tests.builders.ports import free_port
from tests.core.engine.conftest import fake
from tests.core.engine.supervised_engine import (
    LONG,
    ROOT,
    embed,
    fake_runtime,
    members,
    sessions,
    sglang_settings,
    supervised,
    until,
    wait_gone,
)
from tests.processes import command_of

pytestmark = pytest.mark.slow


def _session(folder: Path) -> int:
    (session,) = sessions(folder)
    return session


def _parts(session: int, *names: str) -> list[psutil.Process]:
    """The processes of a session whose command lines end with one of these words."""
    return [each for each in members(session) if _last_word(each) in names]


def _last_word(process: psutil.Process) -> str:
    return "".join(command_of(process)[-1:])


def _part(session: int, name: str) -> psutil.Process:
    (found,) = _parts(session, name)
    return found


def test_from_start_to_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with supervised(tmp_path, fake_runtime()) as watched:
        endpoint = watched.server.wait_ready(LONG)
        assert embed(endpoint) == ENGLISH.dimension
        watched.until("ready")
        assert "SGLang is preparing." in watched.said
        assert "The model is loading (1 of 2)." in watched.said
        assert "Memory is being allocated." in watched.said
        assert watched.said[-2] == "The engine is warming up."
        status = watched.server.status()
        assert (status.name, status.model, status.restarts) == ("sglang", ENGLISH.name, 0)
        assert status.memory_budget > 0
        family = members(_session(tmp_path))
        assert len(family) == 5  # the guard, the server, and its three
        assert not any(endpoint.api_key in word for each in family for word in each.cmdline())
        assert list(tmp_path.glob("findling-*.yaml")) == []
    assert watched.server.status().state == "stopped"
    log = "\n".join(watched.server.log_tail(100))
    assert "[key]" in log
    assert endpoint.api_key not in log


TROUBLES = [
    ("import-error", "installation is damaged", "No module named 'sgl_kernel'"),
    ("no-gpu", "sees no NVIDIA card", "No accelerator"),
    ("driver", "graphics card's driver is too old", "found version 12020"),
    ("broken", "model's folder is damaged", "SafetensorError"),
    ("oom=0", "too little free memory", "OutOfMemoryError"),
    ("wrong-dim", "383 numbers instead of 384", ""),
    ("empty", "0 numbers instead of 384", ""),
    ("nan", "not numbers", ""),
]


@pytest.mark.parametrize(("fault", "sentence", "words"), TROUBLES)
def test_a_trouble_has_its_sentence_and_its_remedy(tmp_path: Path, fault: str, sentence: str, words: str) -> None:
    with supervised(tmp_path, fake_runtime(fault)) as watched:
        with pytest.raises(EngineError, match=sentence) as caught:
            watched.server.wait_ready(LONG)
        assert words in caught.value.sentence
        assert caught.value.remedy
        assert "signal 9" not in caught.value.sentence
        assert watched.server.status().state == "failed"


def test_an_option_that_this_sglang_does_not_know(tmp_path: Path) -> None:
    runtime = fake_runtime(flags=["--gpu-memory-utilization", "0.8"])
    with (
        supervised(tmp_path, runtime) as watched,
        pytest.raises(EngineError, match="does not know an option") as caught,
    ):
        watched.server.wait_ready(LONG)
    assert "--gpu-memory-utilization 0.8" in caught.value.sentence


def test_a_model_folder_without_its_config(tmp_path: Path) -> None:
    settings = sglang_settings(tmp_path)
    (tmp_path / "model" / "config.json").unlink()
    with supervised(tmp_path, fake_runtime(), settings) as watched, pytest.raises(EngineError, match=r"config\.json"):
        watched.server.wait_ready(LONG)


def test_a_command_that_is_no_sglang(tmp_path: Path) -> None:
    settings = Settings(
        model="english", engine="sglang", sglang="/nowhere/python", model_folder=sglang_settings(tmp_path).model_folder
    )
    runtime = SglangRuntime(device="cpu")
    with (
        supervised(tmp_path, runtime, settings) as watched,
        pytest.raises(EngineError, match="/nowhere/python") as caught,
    ):
        watched.server.wait_ready(LONG)
    assert caught.value.remedy


def test_nothing_is_installed_and_no_model_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINDLING_DATA", str(tmp_path))
    settings = sglang_settings(tmp_path)
    with supervised(tmp_path, SglangRuntime(device="cpu"), settings) as watched:
        with pytest.raises(EngineError, match="not installed") as caught:
            watched.server.wait_ready(LONG)
        assert caught.value.remedy
    without = Settings(model="qwen3-0.6b", engine="sglang")
    with supervised(tmp_path, fake_runtime(), without) as watched, pytest.raises(EngineError, match="is not there"):
        watched.server.wait_ready(LONG)


def test_a_port_that_another_server_has_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with fake() as other:
        ports = iter([other.port, free_port()])
        monkeypatch.setattr(sglang, "_free_port", lambda: next(ports))
        with supervised(tmp_path, fake_runtime()) as watched:
            endpoint = watched.server.wait_ready(LONG)
            assert str(other.port) not in endpoint.base_url
            assert watched.server.status().restarts == 1
            watched.until("ready")
            assert any("uses the engine's port" in said for said in watched.said)


@pytest.mark.parametrize("fault", ["oom=2048", "oom-later=4096"])
def test_a_card_that_is_too_full_gets_smaller_batches(tmp_path: Path, fault: str) -> None:
    with supervised(tmp_path, fake_runtime(fault)) as watched:
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension
        assert watched.server.status().restarts == 1
        watched.until("ready")
        (said,) = [said for said in watched.said if "smaller batches" in said]
        assert "out of memory" in said
        log = "\n".join(watched.server.log_tail(200))
        assert "max_prefill_tokens=2048" in log


def test_a_scheduler_that_is_killed_takes_all_along_and_comes_back(tmp_path: Path) -> None:
    with supervised(tmp_path, fake_runtime()) as watched:
        first = watched.server.wait_ready(LONG)
        watched.until("ready")
        session = _session(tmp_path)
        _part(session, "scheduler").kill()
        assert "It is started again." in watched.until("starting").detail
        watched.until("ready")
        assert members(session) == []
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension
        assert watched.server.endpoint() != first


def _wait_for_part(folder: Path, name: str) -> int:
    found: list[int] = []

    def started() -> bool:
        found[:] = [session for session in sessions(folder) if _parts(session, name)]
        return bool(found)

    until(started)
    (session,) = found
    return session


def test_stopping_while_its_parts_still_import_leaves_none(tmp_path: Path) -> None:
    with supervised(tmp_path, fake_runtime("importing")) as watched:
        session = _wait_for_part(tmp_path, "detokenizer")
        watched.server.stop()
        assert members(session) == []


def test_a_request_under_way_is_answered_before_it_stops(tmp_path: Path) -> None:
    answers: list[int] = []
    with supervised(tmp_path, fake_runtime("slow=0.5")) as watched:
        endpoint = watched.server.wait_ready(LONG)
        asking = threading.Thread(target=lambda: answers.append(embed(endpoint)))
        asking.start()
        until(lambda: sum("Prefill batch" in line for line in watched.server.log_tail(100)) == 3)
        watched.server.stop()
        asking.join()
    assert answers == [ENGLISH.dimension]


def test_a_question_while_it_is_being_unloaded_brings_it_back(tmp_path: Path) -> None:
    with supervised(tmp_path, fake_runtime("slow=0.5")) as watched:
        endpoint = watched.server.wait_ready(LONG)
        asking = threading.Thread(target=lambda: embed(endpoint))
        asking.start()
        until(lambda: sum("Prefill batch" in line for line in watched.server.log_tail(100)) == 3)
        watched.server.release()
        watched.until("stopping")
        watched.server.wake()
        watched.until("released")
        watched.until("starting")  # before that, nobody would wait for it
        asking.join()
        assert watched.server.wait_ready(LONG) != endpoint


def test_a_server_that_is_deaf_to_being_asked_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SglangBackend, "drain", 0.1)
    with supervised(tmp_path, fake_runtime("deaf")) as watched:
        watched.server.wait_ready(LONG)
        session = _session(tmp_path)
        watched.server.stop()
        assert members(session) == []


def test_a_server_that_never_gets_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SglangBackend, "patience", 0.5)
    with supervised(tmp_path, fake_runtime("silent")) as watched, pytest.raises(EngineError, match="did not get ready"):
        watched.server.wait_ready(LONG)


def test_an_answer_that_never_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sglang.SglangBackend, "first_answer", 0.3)
    monkeypatch.setattr(SglangBackend, "drain", 0.1)
    with supervised(tmp_path, fake_runtime("hang")) as watched, pytest.raises(EngineError, match="timed out"):
        watched.server.wait_ready(LONG)


@pytest.fixture
def looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sglang, "GAUGE", 0.05)
    monkeypatch.setattr(sglang, "BUSY", 0.1)


@pytest.mark.usefixtures("looked_at_often")
def test_it_is_unloaded_when_idle_and_comes_back_for_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = 0.0
    monkeypatch.setattr(Mailbox, "unused", lambda _mailbox: waited)
    with supervised(tmp_path, fake_runtime(), sglang_settings(tmp_path, idle_minutes=1)) as watched:
        watched.server.wait_ready(LONG)
        session = _session(tmp_path)
        waited = 61.0
        watched.until("released")
        waited = 0.0
        assert members(session) == []
        assert watched.server.status().memory_used == 0
        watched.server.wake(for_work=True)
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension


@pytest.mark.usefixtures("looked_at_often")
def test_it_shows_whether_it_works_and_what_it_uses(tmp_path: Path) -> None:
    with supervised(tmp_path, fake_runtime()) as watched:
        endpoint = watched.server.wait_ready(LONG)
        watched.until("ready")
        with OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key) as client:
            while watched.server.status().state != "busy":
                client.embeddings.create(model=ENGLISH.name, input="text")
        assert watched.server.endpoint() == endpoint
        watched.until("busy")
        watched.until("ready")
        assert watched.server.status().memory_used > 0


STARTER = """
import json, os, sys, threading
from pathlib import Path
from core.engine.server import EngineServer
from core.settings import Settings
folder = Path(sys.argv[1])
server = EngineServer(Settings(model="english", engine="sglang", model_folder=str(folder / "model")), folder / "logs")
server.start()
if sys.argv[2] == "ready":
    server.wait_ready()
print("running", flush=True)
threading.Event().wait()
"""


@pytest.fixture
def application(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """Another program that runs the fake SGLang by the runtime in its environment."""
    fault, until = request.param
    sglang_settings(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(RUNTIME_VARIABLE, json.dumps(dataclasses.asdict(fake_runtime(fault))))
        process = subprocess.Popen(
            [sys.executable, "-c", STARTER, str(tmp_path), until], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
    with process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.kill()
    orphans.sweep(tmp_path / "logs")


@pytest.mark.parametrize("application", [("", "ready"), ("importing", "started")], indirect=True)
def test_nothing_outlives_a_program_that_is_killed(tmp_path: Path, application: subprocess.Popen[str]) -> None:
    session = _wait_for_part(tmp_path, "detokenizer")
    family = members(session)
    application.kill()
    _, alive = psutil.wait_procs(family, timeout=LONG)
    assert alive == []
    assert members(session) == []


@pytest.mark.parametrize("application", [("importing", "started")], indirect=True)
def test_what_outlived_its_guard_too_is_ended_at_the_next_start(
    tmp_path: Path, application: subprocess.Popen[str]
) -> None:
    session = _wait_for_part(tmp_path, "detokenizer")
    guard = psutil.Process(session)
    guard.suspend()  # or it may see that the program is gone before it is killed too
    application.kill()
    application.wait()
    guard.kill()
    assert _parts(session, "detokenizer", "scheduler"), "this is the trap: nothing ends them"
    settings = sglang_settings(tmp_path)
    backend = SglangBackend(settings, embedding(settings), fake_runtime())
    server = EngineServer(settings, tmp_path / "logs", backend=backend)
    server.start()
    try:
        server.wait_ready(LONG)
        wait_gone(session)
        assert session not in sessions(tmp_path)
    finally:
        server.close()
