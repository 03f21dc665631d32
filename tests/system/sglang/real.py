"""The real SGLang on the processor, supervised as in the program, and its remaining processes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.engine.server import EngineServer
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.runtime import SglangRuntime, embedding
from core.settings import Settings
from tests.builders import models
from tests.core.engine.supervised_engine import Watched, members, sessions

REFERENCE = Path(__file__).with_name("reference.py")
FLAGS = ("--device", "cpu", "--dtype", "float32", "--max-running-requests", "8")
NO_RETRY: tuple[float, ...] = ()


@dataclass(frozen=True)
class Real:
    """The environment's interpreter."""

    python: Path

    def runtime(self, *flags: str) -> SglangRuntime:
        return SglangRuntime(flags=[*FLAGS, *flags], device="cpu")

    def settings(self, folder: Path, **other: Any) -> Settings:
        """Settings for a tiny model, made in `folder` if it is not there."""
        if not folder.exists():
            models.write(folder)
        return Settings(model="qwen3-0.6b", engine="sglang", sglang=str(self.python), model_folder=str(folder), **other)

    def reference(self, what: str, folder: Path, texts: list[str]) -> Any:
        """The vectors or scores that transformers computes, see reference.py."""
        command = [str(self.python), str(REFERENCE), what, str(folder)]
        done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def supervised(self, folder: Path, *flags: str, backoff: tuple[float, ...] = NO_RETRY) -> Iterator[Watched]:
        """A server that is started, and stopped at the end; nothing of it may be left."""
        settings = self.settings(folder / "my-tiny")
        backend = SglangBackend(settings, embedding(settings), self.runtime(*flags))
        watched = Watched(
            lambda report: EngineServer(settings, folder / "logs", report, backend=backend, backoff=backoff)
        )
        watched.server.start()
        started: set[int] = set()
        try:
            yield watched
        finally:
            started |= sessions(folder)
            watched.server.close()
            assert [each for session in started for each in members(session)] == []
        assert watched.server.status().state == "stopped"
