"""How a real SGLang ends: each time nothing of it is left, and state and sentence are right."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from openai import APIError, OpenAI

from core import paths
from core.engine.probe.http import Endpoint
from core.engine.sglang import backend as sglang
from core.errors import EngineError
from tests.builders import models
from tests.core.engine.supervised_engine import embed, fake_runtime, members, sessions, supervised, until, wait_gone
from tests.processes import command_of
from tests.system.sglang.real import Real

APP = """
import sys
from pathlib import Path
from core.engine.server import EngineServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import SglangRuntime, embedding
from core.settings import Settings
python, folder, *flags = sys.argv[1:]
settings = Settings(model="qwen3-0.6b", engine="sglang", sglang=python, model_folder=folder + "/my-tiny")
backend = SglangBackend(settings, embedding(settings), SglangRuntime(flags=flags, device="cpu"))
tell = lambda event: print(event.status.detail, flush=True)
server = EngineServer(settings, Path(folder, "logs"), tell, backend=backend)
server.start()
sys.stdin.read()
"""


@contextlib.contextmanager
def stranger() -> Iterator[int]:
    """A server on another port that closes every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    listener.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def scheduler(session: int) -> psutil.Process:
    (found,) = [process for process in members(session) if "::scheduler" in " ".join(command_of(process))]
    return found


def test_killed_schedulers_stops_while_importing_and_with_a_request_under_way(real: Real, tmp_path: Path) -> None:
    with real.supervised(tmp_path, backoff=(0.1, 0.1)) as watched:
        endpoint = watched.server.wait_ready(900)
        (first,) = sessions(tmp_path)
        watched.until("ready")
        scheduler(first).kill()
        status = watched.until("starting")
        assert "It is started again." in status.detail
        wait_gone(first)
        until(lambda: len(sessions(tmp_path) - {first}) == 1)
        (second,) = sessions(tmp_path) - {first}
        until(lambda: len(members(second)) > 1)
        watched.server.stop()  # in the middle of its imports
        assert members(second) == []
        assert watched.server.status().state == "stopped"

        watched.server.start()
        again = watched.server.wait_ready(900)
        assert again.api_key != endpoint.api_key
        texts = threading.Thread(target=_ask_much, args=(again,))
        texts.start()
        until(lambda: watched.server.status().state == "busy")
        watched.server.stop()
        texts.join()


def _ask_much(endpoint: Endpoint) -> None:
    with OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, max_retries=0) as client:
        try:
            client.embeddings.create(model="any", input=["hello world " * 200] * 200)
        except APIError:
            return


def test_a_stop_while_it_is_idle(real: Real, tmp_path: Path) -> None:
    with real.supervised(tmp_path) as watched:
        assert embed(watched.server.wait_ready(900)) == real.settings(tmp_path / "my-tiny").model_spec.dimension
        (session,) = sessions(tmp_path)
        assert len(members(session)) > 2
        until(lambda: watched.server.status().memory_used > 0 and watched.server.status().state == "ready")
        watched.server.stop()
        assert members(session) == []
        assert sessions(tmp_path) == set()
        status = watched.server.status()
        assert (status.state, status.detail, status.remedy, status.memory_used) == ("stopped", "", "", 0)
        assert watched.server.endpoint() is None
        with pytest.raises(EngineError, match="is not running"):
            watched.server.wait_ready(0)


def test_broken_weights(real: Real, tmp_path: Path) -> None:
    weights = models.write(tmp_path / "my-tiny") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with real.supervised(tmp_path) as watched:
        with pytest.raises(EngineError, match="model's folder is damaged") as caught:
            watched.server.wait_ready(900)
        assert "signal 9" not in caught.value.sentence
        assert caught.value.remedy
        assert watched.server.status().state == "failed"


def test_a_port_that_is_taken(real: Real, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with stranger() as port:
        monkeypatch.setattr(sglang, "_free_port", lambda: port)
        with real.supervised(tmp_path) as watched, pytest.raises(EngineError, match="uses the engine's port"):
            watched.server.wait_ready(900)


def test_an_unknown_flag_ends_the_fake_as_it_ends_the_real_one(real: Real, tmp_path: Path) -> None:
    said = []
    wrong = ("--gpu-memory-utilization", "0.8")
    with real.supervised(tmp_path / "real", *wrong) as watched, pytest.raises(EngineError) as caught:
        watched.server.wait_ready(900)
    said.append((caught.value.sentence, caught.value.remedy, watched.server.status().state))
    with supervised(tmp_path / "fake", fake_runtime(flags=wrong)) as watched, pytest.raises(EngineError) as caught:
        watched.server.wait_ready(900)
    said.append((caught.value.sentence, caught.value.remedy, watched.server.status().state))
    assert said[0] == said[1]
    assert "does not know an option" in said[0][0]


def test_nothing_is_left_when_the_program_itself_is_killed(real: Real, tmp_path: Path) -> None:
    real.settings(tmp_path / "my-tiny")
    command = [sys.executable, "-c", APP, str(real.python), str(tmp_path), *real.runtime().flags]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=paths.resources().parent, text=True
    ) as program:
        assert program.stdout
        for line in program.stdout:
            if "preparing" in line:
                break
        (session,) = sessions(tmp_path)
        until(lambda: len(members(session)) > 2)
        os.kill(program.pid, signal.SIGKILL)
    wait_gone(session)
