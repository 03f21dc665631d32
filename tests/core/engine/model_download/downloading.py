"""Downloads of the fake hub's model that tests begin, and the errors that they expect."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from core import paths
from core.engine.model_download.weights import Weights
from core.engine.progress import JobProgress
from core.errors import FindlingError
from core.settings import Hub
from tests.fakes.fake_hub import FakeHub

ROOT = paths.resources().parent
REPOSITORY = "Qwen/Qwen3-Embedding-0.6B"
LARGEST = "model.safetensors"
NEVER = threading.Event()


def silent(step: JobProgress) -> None:
    pass


def get(ours: Weights, hub: Hub, server: FakeHub) -> bool:
    return ours.download(hub, server.url, "", silent, NEVER)


def fault(ours: Weights, hub: Hub, server: FakeHub) -> FindlingError:
    with pytest.raises(FindlingError) as caught:
        get(ours, hub, server)
    assert caught.value.remedy
    assert ours.state() != "ready"
    return caught.value


def once(hub: str, server: FakeHub, ours: Weights) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "tests.core.engine.model_download.download_once",
        hub,
        server.url,
        str(ours.folder),
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
