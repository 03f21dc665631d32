"""Writes the vector that tells a running engine's model from every other: check.json beside the model."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import ModelProto

from core.models import ModelProfile

TEXTS = {
    "all-MiniLM-L6-v2": "The letter about the heating was in the blue folder, between the bill and the photographs.",
    "multilingual-e5-small": "The letter about the heating was in the blue folder. "
    "La lettre au sujet du chauffage, der Brief wegen der Heizung: found by what it says.",
}


def run(model: ModelProto, **inputs: NDArray[np.generic]) -> NDArray[np.float32]:
    """The vector that a graph with its weights inside makes of one text."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    vector: NDArray[np.float32] = session.run(None, inputs)[0][0]
    return vector


def write(folder: Path, profile: ModelProfile, vector: NDArray[np.float32]) -> None:
    """Store text and vector, as a server is asked and answers (base64 of little-endian float32)."""
    encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
    facts = {"model": profile.name, "revision": profile.revision, "text": text_of(profile), "vector": encoded}
    (folder / "check.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def text_of(profile: ModelProfile) -> str:
    """The check text as this model is given it."""
    return profile.query_prefix + TEXTS[profile.name]
