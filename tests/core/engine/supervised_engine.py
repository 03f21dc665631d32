"""A supervised engine with its reported events; the fake SGLang as one, and its remaining processes."""

from __future__ import annotations

import json
import os
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from openai import OpenAI

from core import paths
from core.engine.probe.check import Endpoint
from core.engine.server import EngineServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import SglangRuntime, embedding
from core.events import EngineChanged, EngineState, EngineStatus, Event, Report
from core.settings import Settings
from tests.waiting import wait_until

QUICK = (0.01, 0.02)
LONG = 120.0  # seconds: only how long a broken test hangs
ROOT = paths.resources().parent
FAKE = ROOT / "tests" / "fakes" / "fake_sglang.py"
CONFIG = {
    "architectures": ["Qwen3ForCausalLM"],
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 512,
    "vocab_size": 1000,
}


class Watched:
    """A supervised server with its reported events; `make` receives the listener."""

    def __init__(self, make: Callable[[Report], EngineServer]) -> None:
        self.events: queue.Queue[EngineStatus] = queue.Queue()
        self.seen: list[EngineState] = []
        self.said: list[str] = []
        self.server = make(self._hear)

    def _hear(self, event: Event) -> None:
        assert isinstance(event, EngineChanged)
        self.events.put(event.status)

    def until(self, *states: EngineState) -> EngineStatus:
        """The next reported status that is in one of these states."""
        while True:
            status = self.events.get(timeout=LONG)
            self.seen.append(status.state)
            self.said.append(status.detail)
            if status.state in states:
                return status


def embed(endpoint: Endpoint, text: str = "text") -> int:
    with OpenAI(base_url=endpoint.base_url, api_key=endpoint.api_key, max_retries=0) as client:
        return len(client.embeddings.create(model=endpoint.model_spec.name, input=text).data[0].embedding)


def model_folder(folder: Path) -> Path:
    """A folder that looks like a model's from outside."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    (folder / "model.safetensors").write_bytes(bytes(1000))
    return folder


def fake_runtime(fault: str = "", *, flags: Sequence[str] = (), scale: float = 0.01) -> SglangRuntime:
    """The runtime of the fake SGLang, which needs no card."""
    variables = {"PYTHONPATH": str(ROOT), "FAKE_SGLANG_FAULT": fault, "FAKE_SGLANG_SCALE": str(scale)}
    return SglangRuntime([sys.executable, str(FAKE)], flags, variables, "cpu")


def sglang_settings(folder: Path, **other: object) -> Settings:
    """Settings for the fake: it answers the probe with the stored vector of a bundled model."""
    return Settings(model="english", engine="sglang", model_folder=str(model_folder(folder / "model")), **other)  # type: ignore[arg-type]


@contextmanager
def supervised(folder: Path, runtime: SglangRuntime, settings: Settings | None = None) -> Iterator[Watched]:
    """The fake SGLang under an EngineServer, started; at the end it is stopped with all its processes."""
    chosen = settings or sglang_settings(folder)
    backend = SglangBackend(chosen, embedding(chosen), runtime)
    watched = Watched(lambda report: EngineServer(chosen, folder / "logs", report, backend=backend, backoff=QUICK))
    before = sessions(folder)
    assert before == set()
    watched.server.start()
    try:
        yield watched
    finally:
        started = sessions(folder)
        watched.server.close()
        assert [each for session in started for each in members(session)] == []


def sessions(folder: Path) -> set[int]:
    """The sessions of running engines, by their pid files in the folder of logs."""
    return {int(note.stem.partition("-")[2]) for note in (folder / "logs").glob("engine-*.pid")}


def members(session: int) -> list[psutil.Process]:
    """The processes of a session, without zombies."""
    return [process for process in psutil.process_iter() if _is_in(process, session)]


def _is_in(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


def until(holds: Callable[[], object]) -> None:
    """Poll until a condition holds."""
    wait_until(holds, pause=0.02)


def wait_gone(session: int) -> None:
    _, alive = psutil.wait_procs(members(session), timeout=LONG)
    assert alive == []
