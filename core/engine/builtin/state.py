"""What the built-in engine serves: its models, once they are loaded, and the key of its clients."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from core.engine.builtin.bert_weights import Floats
from core.engine.builtin.priority import Priority
from core.engine.builtin.workers import Text, Workers
from core.models import ModelSpec

if TYPE_CHECKING:  # listening must not wait for onnxruntime's import
    from core.engine.builtin.onnx_model import OnnxModel

LOOPBACK = "127.0.0.1"


@dataclass
class EngineState:
    """Shared by the thread that loads the model and the one that serves it; `workers` is None until `ready`.

    `second_spec` is the model that is served beside `model_spec`, loaded when it is first asked for; None for none.
    """

    model_spec: ModelSpec
    key: str
    priority: Priority
    vocabulary: int = 0
    workers: Workers | None = None
    second_spec: ModelSpec | None = None
    _second: OnnxModel | None = None
    _loading: threading.Lock = field(default_factory=threading.Lock)

    @property
    def served(self) -> dict[str, int]:
        """The names of the models with the size of their vocabularies; 0 while one is not loaded."""
        served = {self.model_spec.name: self.vocabulary}
        if self.second_spec is not None:
            served[self.second_spec.name] = 0 if self._second is None else self._second.vocabulary
        return served

    def spec_of(self, name: str) -> ModelSpec:
        """The spec of a model that is `served`."""
        return self.second_spec if self.second_spec is not None and name == self.second_spec.name else self.model_spec

    def embed_with_second(self, text: Text) -> tuple[Floats, int]:
        """The vector of a text by the second model, which is loaded first if need be, and its number of tokens."""
        from core.engine.builtin import onnx_model

        assert self.second_spec is not None
        with self._loading:
            if self._second is None:
                self._second = onnx_model.load(self.second_spec, lambda _part, _fraction: None)
        return _embed(self._second, text)

    def ready(self, model: OnnxModel, threads: int) -> None:
        """Serve this model from now on, `threads` texts at a time."""
        self.vocabulary = model.vocabulary
        self.workers = Workers(partial(_embed, model), threads)


def _embed(model: OnnxModel, text: Text) -> tuple[Floats, int]:
    ids: Sequence[int] = model.encode(text) if isinstance(text, str) else text[: model.model_spec.token_limit]
    return model.embed(ids), len(ids)
