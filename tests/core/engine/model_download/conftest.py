"""A fake hub with a whole model, and the place to which it is downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.engine.model_download import weights
from core.engine.model_download.weights import Weights
from core.settings import Hub
from tests.builders import models
from tests.core.engine.model_download.downloading import REPOSITORY
from tests.fakes.fake_hub import FakeHub, running


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole model as a hub has it: with a sub-folder, and with what no server needs."""
    folder = models.write(tmp_path_factory.mktemp("hub") / "model")
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    for name in ("1_Pooling/config.json", "onnx/model.json", "README.md", ".gitattributes", "pytorch_model.bin"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(f"{{}} {name}", encoding="utf-8")
    return folder


@pytest.fixture(params=["huggingface", "modelscope"])
def hub(request: pytest.FixtureRequest) -> Hub:
    chosen: Hub = request.param
    return chosen


@pytest.fixture
def server(model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    monkeypatch.setattr(weights, "SPARE", 0)
    monkeypatch.setenv("MODELSCOPE_DOWNLOAD_MAX_RETRIES", "0")
    with running(model, REPOSITORY) as running_hub:
        yield running_hub


@pytest.fixture
def ours(tmp_path: Path) -> Weights:
    return Weights("qwen3-0.6b", tmp_path / "models" / "Qwen3")
