"""A model's files on this machine: downloaded from a hub, checked, deleted; or a folder that a person has."""
# ruff: noqa: ARG002 - the outline; what is inside follows

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core import paths
from core.engine.step import Tell
from core.errors import ModelError
from core.settings import Hub

WeightsState = Literal["missing", "partial", "ready", "broken"]

# The same names on both hubs.
REPOSITORIES = {
    "qwen3-0.6b": "Qwen/Qwen3-Embedding-0.6B",
    "qwen3-4b": "Qwen/Qwen3-Embedding-4B",
    "qwen3-8b": "Qwen/Qwen3-Embedding-8B",
    "qwen3-reranker-0.6b": "Qwen/Qwen3-Reranker-0.6B",
    "qwen3-reranker-4b": "Qwen/Qwen3-Reranker-4B",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model's folder says of itself: vectors of `hidden_size`, texts of at most `context` tokens."""

    architecture: str
    hidden_size: int
    layers: int
    context: int
    vocabulary: int
    bytes: int  # of the weights
    dtype: str


class Weights:
    """The files of one model of Settings.model or Settings.reranker, in `folder` unless that is left out."""

    def __init__(self, model: str, folder: Path | None = None) -> None:
        self.repository = REPOSITORIES[model]
        self.folder = folder or paths.models_dir() / self.repository.partition("/")[2]

    def state(self) -> WeightsState:
        """What is there, by what was noted of it and the files' sizes; `verify` looks into them."""
        return "missing"

    def download(
        self, hub: Hub, mirror: str, proxy: str, tell: Tell, cancelled: threading.Event, *, key: str = ""
    ) -> bool:
        """Fetch the files, or go on; False when it was cancelled. Raises ModelError, StorageFullError."""
        raise ModelError("The model is not there.", "Download it in the engine's panel.")

    def verify(self, tell: Tell, cancelled: threading.Event) -> bool:
        """Read everything and compare it with the checksums; False when it was cancelled. Raises ModelError."""
        raise ModelError("The model is not there.", "Download it in the engine's panel.")

    def delete(self) -> None:
        """Delete the files, also half a download; raises ModelError."""


def facts(folder: Path) -> Facts:
    """Check a folder of weights by its own words (no weight is read); raises ModelError with the first fault."""
    raise ModelError(f"There is no model in {folder}.", "Choose the folder that holds its config.json.")
