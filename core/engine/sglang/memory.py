"""SGLang's memory on a graphics card: batch sizes for a budget in bytes, and the memory in use."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import EngineError, ModelError

GIB = 1 << 30
FIXED_BYTES = int(1.3 * GIB)  # CUDA and the work spaces of SGLang's kernels, for any model; an estimate
BATCH_SIZES = (16384, 8192, 4096, 2048, 1024, 512)  # tokens
DEFAULT_BATCH = 8192  # tokens; larger ones are hardly faster, and a query waits for the present batch
POOL_MARGIN = 64  # tokens of the pool beyond the longest text
NUMBER_BYTES = 2  # SGLang computes in 16 bits on a card
ACTIVATION_FACTOR = 1.3  # intermediate results are freed later than they could be


@dataclass(frozen=True, slots=True)
class Shape:
    """A model's size in bytes: weights, keys and values of a token, activations of a token; its context in tokens."""

    weights: int
    kv_per_token: int
    activations_per_token: int
    context: int


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Sizes within a budget: tokens of a batch, tokens of the key-value pool, and the bytes for both."""

    batch: int
    pool: int
    memory: int


def shape_of(folder: Path) -> Shape:
    """The shape of the model in a folder, from its config.json; raises ModelError."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return _shape(config, _weights(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ModelError("sglang.config_unusable", folder=folder, reason=reason) from error


def _shape(config: dict[str, Any], weights: int) -> Shape:
    hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    kv_heads = int(config.get("num_key_value_heads") or heads)
    head_size = int(config.get("head_dim") or hidden // heads)
    activations = 4 * hidden + 3 * int(config["intermediate_size"]) + (heads + 2 * kv_heads) * head_size
    return Shape(
        weights=weights,
        kv_per_token=2 * int(config["num_hidden_layers"]) * kv_heads * head_size * NUMBER_BYTES,
        activations_per_token=int(activations * NUMBER_BYTES * ACTIVATION_FACTOR),
        context=int(config["max_position_embeddings"]),
    )


def _weights(folder: Path) -> int:
    for pattern in ("*.safetensors", "*.bin"):
        if files := list(folder.glob(pattern)):
            return sum(file.stat().st_size for file in files)
    raise FileNotFoundError("no weights file")


def memory_for(shape: Shape, batch: int, context: int, *, cached: bool) -> MemoryPlan:
    """The memory for batches of this size; without a key-value cache a text is computed in one piece."""
    pool = max(2 * batch, context + POOL_MARGIN)
    tokens = batch if cached else max(batch, context)
    cache = pool * shape.kv_per_token if cached else 0
    memory = shape.weights + FIXED_BYTES + tokens * shape.activations_per_token + cache
    return MemoryPlan(batch, pool, memory)


def default_budget(shape: Shape, context: int, *, cached: bool) -> int:
    """The budget in bytes if the settings name none."""
    return memory_for(shape, DEFAULT_BATCH, context, cached=cached).memory


def plan(shape: Shape, room: int, context: int, *, cached: bool, max_batch: int) -> MemoryPlan:
    """The largest batches of at most `max_batch` tokens that fit into `room` bytes; raises EngineError if none do."""
    plans = [memory_for(shape, batch, context, cached=cached) for batch in BATCH_SIZES if batch <= max_batch]
    for each in plans:
        if each.memory <= room:
            return each
    raise EngineError("sglang.needs_memory", need=plans[-1].memory, room=room)


def smaller_batch(batch: int) -> int | None:
    """The batch size to try after one was too large: a quarter; None if it is the smallest."""
    left = [size for size in BATCH_SIZES if size < batch]
    return left[min(1, len(left) - 1)] if left else None


def used_by(pids: Collection[int]) -> int:
    """Bytes in use by processes on all cards, 0 if the driver does not report it."""
    import pynvml

    total = 0
    try:
        pynvml.nvmlInit()
        try:
            for index in range(pynvml.nvmlDeviceGetCount()):
                card = pynvml.nvmlDeviceGetHandleByIndex(index)
                running = pynvml.nvmlDeviceGetComputeRunningProcesses(card)
                total += sum(each.usedGpuMemory or 0 for each in running if each.pid in pids)
        finally:
            pynvml.nvmlShutdown()
    except pynvml.NVMLError:
        return 0
    return total
