"""The graph of a small BERT that makes one normalised sentence vector of one text, written node by node.

Input: `input_ids` [1, S] int64 if the arrays hold a word table (`words.q`, `words.s`), else `rows` [1, S, H] float32,
the words' rows themselves. Output: `embedding` [1, H] float32: mean over S, L2 norm 1. There is no mask, since a batch
is always one text: dynamic quantisation would let batch mates change each other's vectors, and a batch of one is the
fastest on a CPU anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Shape:
    """The sizes of a BERT."""

    layers: int
    hidden: int
    heads: int
    epsilon: float = 1e-12


class Graph:
    """Nodes in order; `add` returns the name of the node's output."""

    def __init__(self, shape: Shape, arrays: Arrays) -> None:
        self.shape = shape
        self.nodes: list[NodeProto] = []
        self.arrays: dict[str, NDArray[Any]] = {
            **arrays,
            "zero": np.array([0], np.int64),
            "one": np.array([1], np.int64),
        }

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def split(self, value: str) -> list[str]:
        names = [f"{value}_{part}" for part in "qkv"]
        self.nodes.append(helper.make_node("Split", [value], names, name=f"{value}_split", axis=-1))
        return names

    def matmul(self, value: str, name: str) -> str:
        if f"{name}.w" in self.arrays:
            return self.add("MatMul", value, f"{name}.w")
        return self.add("DynamicQuantizeMatMul", value, f"{name}.q", f"{name}.s", domain=MICROSOFT)

    def skip_norm(self, value: str, skip: str, norm: str, bias: str) -> str:
        inputs = (value, skip, f"{norm}.w", f"{norm}.b", bias)
        return self.add("SkipLayerNormalization", *inputs, domain=MICROSOFT, epsilon=self.shape.epsilon)

    def words(self) -> str:
        if "words.q" not in self.arrays:
            return "rows"
        row = self.add("Cast", self.add("Gather", "words.q", "input_ids"), to=TensorProto.FLOAT)
        return self.add("Mul", row, self.add("Gather", "words.s", "input_ids"))

    def embeddings(self) -> str:
        words = self.words()
        length = self.add("Gather", self.add("Shape", words), "one", axis=0)
        position = self.add("Slice", "position", "zero", length, "zero")
        total = self.add("Add", words, position)
        return self.add("LayerNormalization", total, "norm.w", "norm.b", axis=-1, epsilon=self.shape.epsilon)

    def layer(self, number: int, value: str) -> str:
        at = f"l{number}."
        query, key, content = self.split(self.matmul(value, at + "qkv"))
        attention = self.add(
            "MultiHeadAttention", query, key, content, at + "qkv.b", domain=MICROSOFT, num_heads=self.shape.heads
        )
        value = self.skip_norm(self.matmul(attention, at + "ao"), value, at + "aln", at + "ao.b")
        inner = self.add("BiasGelu", self.matmul(value, at + "fi"), at + "fi.b", domain=MICROSOFT)
        return self.skip_norm(self.matmul(inner, at + "fo"), value, at + "oln", at + "fo.b")


def build(shape: Shape, arrays: Arrays, *, weightless: bool = False) -> ModelProto:
    """The model; `weightless`: arrays are only named, to be handed over when it is loaded."""
    graph = Graph(shape, arrays)
    value = graph.embeddings()
    for number in range(shape.layers):
        value = graph.layer(number, value)
    mean = graph.add("ReduceMean", value, axes=[1], keepdims=0)
    graph.nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))
    if "words.q" in arrays:
        source = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "S"])
    else:
        source = helper.make_tensor_value_info("rows", TensorProto.FLOAT, [1, "S", shape.hidden])
    result = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, shape.hidden])
    tensors = [_tensor(name, array, weightless=weightless and name in arrays) for name, array in graph.arrays.items()]
    return helper.make_model(
        helper.make_graph(graph.nodes, "bert", [source], [result], tensors),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=8,
        producer_name="findling",
    )


def _tensor(name: str, array: NDArray[Any], *, weightless: bool) -> TensorProto:
    tensor = numpy_helper.from_array(np.ascontiguousarray(array), name)
    if weightless:
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", "weights"
    return tensor
