"""What one SGLang server is started with: the model that it serves, and how SGLang is run."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from core import paths
from core.models import RERANKERS, ModelSpec
from core.settings import Settings

RUNTIME_VARIABLE = "FINDLING_SGLANG_RUNTIME"


@dataclass(frozen=True)
class SglangRuntime:
    """How SGLang is run without a card, as in tests: a command, flags after Findling's, variables, the device."""

    command: Sequence[str] = ()
    flags: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    device: Literal["cuda", "cpu"] = "cuda"


def default_runtime() -> SglangRuntime:
    """The runtime in the variable FINDLING_SGLANG_RUNTIME, a JSON object; that of a card without it."""
    said = os.environ.get(RUNTIME_VARIABLE)
    return SglangRuntime(**json.loads(said)) if said else SglangRuntime()


@dataclass(frozen=True)
class ServedModel:
    """One server's part of the settings: which model from which folder, in how much memory, with which flags."""

    model: str
    model_spec: ModelSpec
    folder: str
    memory_gib: float
    flags: tuple[str, ...]
    embeds: bool


def embedding(settings: Settings) -> ServedModel:
    """The server that makes vectors."""
    return ServedModel(
        settings.model,
        settings.model_spec,
        settings.model_folder,
        settings.memory_gib,
        flags=("--is-embedding",),
        embeds=True,
    )


def reranking(settings: Settings) -> ServedModel:
    """The server that scores passages."""
    folder = settings.reranker_folder.strip()
    model_spec = RERANKERS[settings.reranker]
    if folder:
        model_spec = replace(model_spec, name=Path(folder).expanduser().resolve().name)
    template = paths.resources() / "models" / model_spec.chat_template
    return ServedModel(
        settings.reranker,
        model_spec,
        folder,
        settings.reranker_memory_gib,
        flags=("--chat-template", str(template)),
        embeds=False,
    )
