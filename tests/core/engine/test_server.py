"""EngineServer on real processes: the built-in engine, the fake as a child, the fake as a remote server."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from openai import APIConnectionError

from core.engine.builtin.backend import BuiltinBackend
from core.engine.probe.check import Endpoint
from core.engine.server import EngineServer
from core.errors import EngineError, WaitTimeoutError
from core.models import ENGLISH
from core.settings import Settings
from tests.builders.ports import free_port
from tests.core.engine.conftest import KEY, ROOT, Running, fake
from tests.core.engine.supervised_engine import LONG, QUICK, Watched, embed
from tests.processes import command_of

pytestmark = pytest.mark.slow

FAKE_CHILD = [sys.executable, "-m", "tests.fakes.fake_engine", "--child"]


@contextmanager
def started(
    folder: Path, *, fault: str | None = None, settings: Settings | None = None, command: list[str] | None = None
) -> Iterator[Watched]:
    if fault is not None:
        command = [*FAKE_CHILD, "--fault", fault]
    chosen = settings or Settings(model="english")
    backend = BuiltinBackend(chosen.model_spec, command) if command else None
    watched = Watched(lambda report: EngineServer(chosen, folder, report, backend=backend, backoff=QUICK))
    watched.server.start()
    try:
        yield watched
    finally:
        watched.server.stop()


def remote(engine: Running | str, key: str = KEY) -> Settings:
    url = engine if isinstance(engine, str) else engine.url
    return Settings(model="english", engine="remote", remote_url=url, remote_key=key)


def set_fault(endpoint: str, fault: str) -> None:
    url = endpoint.removesuffix("/v1") + "/fault"
    with urllib.request.urlopen(url, json.dumps({"fault": fault}).encode(), timeout=30) as answer:
        assert answer.status == 200


EARLIER: list[psutil.Process] = []  # engines that other tests of this process keep


@pytest.fixture(autouse=True)
def _earlier() -> None:
    EARLIER[:] = psutil.Process().children()


def children(command: str) -> list[psutil.Process]:
    """The children that this test has started and of which that is a part of the command line."""
    return [child for child in psutil.Process().children() if child not in EARLIER and _is_of(child, command)]


def _is_of(child: psutil.Process, command: str) -> bool:
    return command in " ".join(command_of(child))


def test_the_embedded_engine_is_restarted_when_it_dies(tmp_path: Path) -> None:
    before = children("core.engine.builtin")
    with started(tmp_path) as watched:
        first = watched.server.wait_ready(LONG)
        assert embed(first) == ENGLISH.dimension
        watched.until("ready")
        (child,) = [child for child in children("core.engine.builtin") if child not in before]
        child.kill()
        assert "signal 9" in watched.until("starting").detail
        watched.until("ready")
        second = watched.server.wait_ready(LONG)
        assert embed(second) == ENGLISH.dimension
        assert second.api_key != first.api_key
    assert children("core.engine.builtin") == before


def test_states_from_start_to_stop(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        watched.server.start()
        endpoint = watched.server.wait_ready(LONG)
        assert watched.server.endpoint() == endpoint
        watched.until("ready")
        status = watched.server.status()
        assert (status.name, status.model, status.state) == ("builtin", ENGLISH.name, "ready")
        watched.server.stop()
        watched.server.stop()
        watched.until("stopped")
        assert watched.server.endpoint() is None
        assert watched.seen == ["starting", "ready", "stopping", "stopped"]
        with pytest.raises(EngineError):
            watched.server.wait_ready(LONG)
        watched.server.start()
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension


def test_the_log_says_when_the_engine_started_and_ended(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        watched.server.wait_ready(LONG)
        watched.server.stop()
        log = watched.server.log_tail(10)
    assert [any(event in line for line in log) for event in ("started, process", "ready after", "ended")] == [True] * 3


def test_a_released_engine_comes_back_when_it_is_asked(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        first = watched.server.wait_ready(LONG)
        watched.server.release()
        watched.until("released")
        watched.server.release()
        assert watched.server.endpoint() is None
        assert children("fake_engine") == []
        watched.server.wake(for_work=True)
        assert watched.server.status().state == "released", "the user's release holds against work"
        with pytest.raises(EngineError):
            watched.server.wait_ready(LONG)
        watched.server.wake()
        second = watched.server.wait_ready(LONG)
        assert embed(second) == ENGLISH.dimension
        assert second != first
        assert any("the fake's key is [key]" in line for line in watched.server.log_tail(5))


def test_stopping_ends_the_whole_process_group(tmp_path: Path) -> None:
    fake_child = " ".join(FAKE_CHILD)
    with started(tmp_path, command=["sh", "-c", f"sleep 1000 & exec {fake_child}"]) as watched:
        watched.server.wait_ready(LONG)
        (leader,) = children("fake_engine")
        family = [leader, *leader.children()]
        assert len(family) == 2
    _, alive = psutil.wait_procs(family, timeout=LONG)
    assert alive == []


def test_a_leader_that_dies_takes_its_group_along(tmp_path: Path) -> None:
    fake_child = " ".join(FAKE_CHILD)
    with started(tmp_path, command=["sh", "-c", f"sleep 1000 & exec {fake_child}"]) as watched:
        watched.until("ready")
        (leader,) = children("fake_engine")
        (orphan,) = leader.children()
        leader.kill()
        watched.until("ready")
        psutil.wait_procs([orphan], timeout=LONG)
        assert not orphan.is_running()


def test_dying_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with started(tmp_path, fault="die-after=2") as watched:
        endpoint = watched.server.wait_ready(LONG)
        watched.until("ready")
        with pytest.raises(APIConnectionError):
            embed(endpoint)
        watched.server.complain(endpoint)
        watched.until("ready")
        assert watched.server.wait_ready(LONG) != endpoint


def test_a_complaint_about_a_good_engine_changes_nothing(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        endpoint = watched.server.wait_ready(LONG)
        watched.server.complain(endpoint)
        watched.server.complain(Endpoint("http://127.0.0.1:1/v1", "old", ENGLISH))
        counts = endpoint.base_url.removesuffix("/v1") + "/counts"
        while True:
            with urllib.request.urlopen(counts, timeout=30) as answer:
                if len(json.load(answer)["counts"]) == 2:
                    break
        assert watched.server.endpoint() == endpoint


def test_an_engine_that_refuses_is_started_again_after_a_complaint(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        endpoint = watched.server.wait_ready(LONG)
        watched.until("ready")
        set_fault(endpoint.base_url, "refuse")
        watched.server.complain(endpoint)
        assert "503" in watched.until("starting").detail
        watched.until("ready")
        assert watched.server.wait_ready(LONG) != endpoint


def test_giving_up_with_its_last_words_and_without_the_key(tmp_path: Path) -> None:
    with started(tmp_path, fault="crash") as watched:
        with pytest.raises(EngineError) as caught:
            watched.server.wait_ready(LONG)
        assert "the fake crashes on demand" in caught.value.sentence
        assert "code 1" in caught.value.sentence
        assert caught.value.remedy
        logged = (tmp_path / "engine.log").read_text(encoding="utf-8")
        assert logged.count("the fake's key is [key]") == 1 + len(QUICK)
        assert "[key]" in watched.server.status().detail
        watched.until("failed")
        watched.server.start()
        assert watched.until("starting", "failed").state == "starting"
        watched.until("failed")


def test_an_engine_that_never_gets_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BuiltinBackend, "patience", 0.2)
    with started(tmp_path, fault="silent") as watched, pytest.raises(EngineError, match="did not get ready"):
        watched.server.wait_ready(LONG)


def test_a_command_that_does_not_exist(tmp_path: Path) -> None:
    with started(tmp_path, command=["/nowhere/engine"]) as watched, pytest.raises(EngineError, match="/nowhere/engine"):
        watched.server.wait_ready(LONG)


WRONG = [
    ("garbage", "JSON"),
    ("wrong-dim", "383 numbers instead of 384"),
    ("nan", "not numbers"),
    ("other-model", "other vectors"),
    ("no-model", "another-model"),
]


@pytest.mark.parametrize(("fault", "sentence"), WRONG)
def test_a_wrong_engine_is_refused_as_a_child(tmp_path: Path, fault: str, sentence: str) -> None:
    with started(tmp_path, fault=fault) as watched, pytest.raises(EngineError, match=sentence) as caught:
        watched.server.wait_ready(LONG)
    assert caught.value.remedy


@pytest.mark.parametrize(("fault", "sentence"), WRONG)
def test_a_wrong_engine_is_refused_as_a_remote(tmp_path: Path, fault: str, sentence: str) -> None:
    with fake(fault) as engine, started(tmp_path, settings=remote(engine)) as watched:
        with pytest.raises(EngineError, match=sentence) as caught:
            watched.server.wait_ready(LONG)
        assert caught.value.remedy
        assert watched.server.endpoint() is None
        set_fault(engine.url, "")
        watched.until("ready")
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension


@pytest.mark.parametrize("key", ["wrong", ""])
def test_a_remote_that_refuses_the_key(tmp_path: Path, key: str) -> None:
    with (
        fake() as engine,
        started(tmp_path, settings=remote(engine, key)) as watched,
        pytest.raises(EngineError, match="refuses the key"),
    ):
        watched.server.wait_ready(LONG)


@pytest.mark.parametrize("url", ["", "server:8000", "file:///etc/passwd", "http://", "http://[::1", "http://h:x/v1"])
def test_a_remote_without_a_usable_address(tmp_path: Path, url: str) -> None:
    with started(tmp_path, settings=remote(url)) as watched, pytest.raises(EngineError, match="not a web address"):
        watched.server.wait_ready(LONG)


def test_a_key_that_was_pasted_with_its_line_end(tmp_path: Path) -> None:
    with fake() as engine, started(tmp_path, settings=remote(f" {engine.url} ", f"{KEY}\n")) as watched:
        assert watched.server.wait_ready(LONG).api_key == KEY


@pytest.mark.parametrize(
    ("path", "key"), [("v1", "ключ"), ("v1", "two\nlines"), ("größe", KEY), ("a b", KEY)], ids=["1", "2", "3", "4"]
)
def test_an_address_or_a_key_that_cannot_be_sent(tmp_path: Path, path: str, key: str) -> None:
    with fake() as engine, started(tmp_path, settings=remote(engine.url.replace("v1", path), key)) as watched:
        with pytest.raises(EngineError, match="cannot be sent") as caught:
            watched.server.wait_ready(LONG)
        assert key not in str(caught.value)
        assert caught.value.__cause__ is None


def _drip(listening: socket.socket, heard: threading.Event, enough: threading.Event) -> None:
    """Answer one request, a byte at a time, without an end."""
    connection, _ = listening.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        heard.set()
        while not enough.wait(0.05):
            connection.sendall(b"x")


@pytest.mark.parametrize("as_child", [True, False])
def test_stopping_does_not_wait_for_a_server_that_never_comes_to_an_end(tmp_path: Path, as_child: bool) -> None:
    heard, enough = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=_drip, args=(listening, heard, enough))
        dripping.start()
        port = listening.getsockname()[1]
        says = f'import sys; print(\'{{"event": "listening", "port": {port}}}\\n{{"event": "ready"}}\', flush=True)'
        command = [sys.executable, "-c", f"{says}; sys.stdin.read()"]
        settings = Settings(model="english") if as_child else remote(f"http://127.0.0.1:{port}/v1")
        with started(tmp_path, settings=settings, command=command) as watched:
            assert heard.wait(LONG)
        assert watched.server.status().state == "stopped"
        enough.set()
        dripping.join()


def test_a_remote_comes_goes_and_comes_back(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, settings=remote(f"http://127.0.0.1:{port}/v1/")) as watched:
        assert watched.until("starting").detail == "The engine is starting."
        assert f"127.0.0.1:{port} does not answer" in watched.until("starting").detail
        with pytest.raises(WaitTimeoutError, match="does not answer"):
            watched.server.wait_ready(0)
        with _fake_at(port):
            endpoint = watched.server.wait_ready(LONG)
            assert embed(endpoint) == ENGLISH.dimension
            watched.until("ready")
        watched.server.complain(endpoint)
        assert "keeps trying" in watched.until("starting").detail
        assert watched.server.endpoint() is None
        with _fake_at(port):
            assert watched.server.wait_ready(LONG) == endpoint


@contextmanager
def _fake_at(port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.fake_engine", "--port", str(port)],
        stdout=subprocess.PIPE,
        env={**os.environ, "FINDLING_ENGINE_KEY": KEY},
        cwd=ROOT,
        text=True,
    )
    with process:
        assert process.stdout
        assert json.loads(process.stdout.readline())["port"] == port
        yield
        process.send_signal(signal.SIGKILL)


def test_waiting_for_what_was_never_started(tmp_path: Path) -> None:
    watched = Watched(lambda report: EngineServer(Settings(model="english"), tmp_path, report))
    with pytest.raises(EngineError):
        watched.server.wait_ready(LONG)
    watched.server.stop()
    assert watched.events.empty()


def test_the_key_is_not_in_what_an_endpoint_shows() -> None:
    assert "secret" not in repr(Endpoint("http://127.0.0.1:1/v1", "secret", ENGLISH))


def test_an_unloaded_engine_comes_back_for_work(tmp_path: Path) -> None:
    with started(tmp_path, fault="") as watched:
        watched.server.wait_ready(LONG)
        watched.server.unload()
        watched.until("released")
        assert children("fake_engine") == []
        watched.server.wake(for_work=True)
        assert embed(watched.server.wait_ready(LONG)) == ENGLISH.dimension
