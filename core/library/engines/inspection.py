"""Checks what a person chose before it is used: a server, an SGLang installation, a folder of weights. All wait."""

from __future__ import annotations

from pathlib import Path

from core.engine.installing.install import check_command
from core.engine.model_download.weights import WeightsMetadata, weights_metadata
from core.engine.probe.check import check
from core.engine.registry import kind_of
from core.settings import Settings


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
