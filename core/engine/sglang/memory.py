"""How much of a card SGLang may take: a budget in bytes becomes sizes of batches, and what is in use is counted."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import EngineError, ModelError

GIB = 1 << 30
FIXED = int(1.3 * GIB)  # what CUDA and the work spaces of SGLang's kernels take, whatever the model; an estimate
BATCHES = (16384, 8192, 4096, 2048, 1024, 512)  # tokens that are computed at a time
USUAL = 8192  # larger batches hardly pay, and a question waits for the one under way
SPARE = 64  # tokens of the pool beyond the longest text
HALF = 2  # bytes of a number: SGLang computes in 16 bits on a card
CROWDED = 1.3  # intermediate results are kept a little longer than they are needed


@dataclass(frozen=True, slots=True)
class Shape:
    """What a model takes, in bytes: its weights, keys and values of a token, the work on a token; and its context."""

    weights: int
    cached_token: int
    worked_token: int
    context: int


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Sizes within a budget: tokens of a batch, of the pool of keys and values, and bytes that this takes."""

    batch: int
    pool: int
    memory: int


def shape_of(folder: Path) -> Shape:
    """The shape of the model in a folder by its config.json; raises ModelError."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return _shape(config, _weights(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise ModelError("sglang.config_unusable", folder=folder, reason=reason) from error


def _shape(config: dict[str, Any], weights: int) -> Shape:
    hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    pairs = int(config.get("num_key_value_heads") or heads)
    size = int(config.get("head_dim") or hidden // heads)
    wide = 4 * hidden + 3 * int(config["intermediate_size"]) + (heads + 2 * pairs) * size
    return Shape(
        weights=weights,
        cached_token=2 * int(config["num_hidden_layers"]) * pairs * size * HALF,
        worked_token=int(wide * HALF * CROWDED),
        context=int(config["max_position_embeddings"]),
    )


def _weights(folder: Path) -> int:
    for pattern in ("*.safetensors", "*.bin"):
        if files := list(folder.glob(pattern)):
            return sum(file.stat().st_size for file in files)
    raise FileNotFoundError("no file of weights")


def need(shape: Shape, batch: int, context: int, *, cached: bool) -> MemoryPlan:
    """What batches of a size take; a text that is not cached is computed in one piece."""
    pool = max(2 * batch, context + SPARE)
    worked = batch if cached else max(batch, context)
    memory = shape.weights + FIXED + worked * shape.worked_token + (pool * shape.cached_token if cached else 0)
    return MemoryPlan(batch, pool, memory)


def usual(shape: Shape, context: int, *, cached: bool) -> int:
    """The budget in bytes where a person set none."""
    return need(shape, USUAL, context, cached=cached).memory


def plan(shape: Shape, room: int, context: int, *, cached: bool, most: int) -> MemoryPlan:
    """The largest batches of at most `most` tokens that fit into `room` bytes; raises EngineError if none do."""
    plans = [need(shape, batch, context, cached=cached) for batch in BATCHES if batch <= most]
    for each in plans:
        if each.memory <= room:
            return each
    raise EngineError("sglang.needs_memory", need=plans[-1].memory, room=room)


def smaller(batch: int) -> int | None:
    """The next size of batches to try when one was too large: a quarter; None if there is none."""
    left = [size for size in BATCHES if size < batch]
    return left[min(1, len(left) - 1)] if left else None


def used_by(pids: Collection[int]) -> int:
    """Bytes that processes hold on all cards, 0 if the driver does not say."""
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
