"""Real engine processes for the tests: the embedded one and the fake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

import pytest
from openai import OpenAI

from core import paths
from core.engine.supervisor import remote_runner
from core.indexer.stages import embed
from core.models import MODELS, ModelSpec

KEY = "a-key-for-tests"
ROOT = paths.resources().parent


@dataclass(frozen=True)
class Running:
    """A process that serves the API on a port of this machine."""

    process: subprocess.Popen[str]
    port: int
    model_spec: ModelSpec

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self, key: str = KEY) -> OpenAI:
        return OpenAI(base_url=self.url, api_key=key, max_retries=0, timeout=300)  # it goes last in line


def events(stream: IO[str]) -> Iterator[dict[str, Any]]:
    for line in stream:
        yield json.loads(line)


@contextmanager
def running(arguments: list[str], model_spec: ModelSpec, *, until: str = "ready") -> Iterator[Running]:
    """Start a program that speaks as the embedded engine does, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "FINDLING_ENGINE_KEY": KEY},
        cwd=ROOT,
        text=True,
        start_new_session=True,  # it goes last in line, and takes its whole session along
    )
    with process:
        assert process.stdout
        port = 0
        for event in events(process.stdout):
            port = event.get("port", port)
            if event["event"] == until:
                break
        try:
            yield Running(process, port, model_spec)
        finally:
            process.terminate()


@contextmanager
def builtin(model: str, threads: int = 2, *, until: str = "ready") -> Iterator[Running]:
    arguments = ["core.engine.builtin", "--model", model, "--threads", str(threads)]
    with running(arguments, MODELS[model], until=until) as engine:
        yield engine


@contextmanager
def fake(fault: str = "", model: str = "english") -> Iterator[Running]:
    model_spec = MODELS[model]
    arguments = [
        "tests.fakes.fake_engine",
        "--model",
        model_spec.name,
        "--dim",
        str(model_spec.dimension),
        "--fault",
        fault,
    ]
    with running(arguments, model_spec) as engine:
        yield engine


def retry_soon(patch: pytest.MonkeyPatch) -> None:
    """Have a server that was away be tried again within half a second: tests do not wait out the product's pauses."""
    patch.setattr(remote_runner, "FIRST_PAUSE", 0.1)
    patch.setattr(remote_runner, "LONGEST_PAUSE", 0.5)
    patch.setattr(embed, "MIN_BACKOFF", 0.1)
    patch.setattr(embed, "MAX_BACKOFF", 0.5)


@pytest.fixture(scope="package", params=["english", "multilingual"])
def engine(request: pytest.FixtureRequest) -> Iterator[Running]:
    """The embedded engine with each of its models."""
    with builtin(request.param) as started:
        yield started


@pytest.fixture(scope="package")
def english() -> Iterator[Running]:
    with builtin("english", threads=1) as started:
        yield started
