"""What this machine can run: its NVIDIA cards, and which of the models fits on one."""
# ruff: noqa: ARG001 - the outline; what is inside follows

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA card: `total` and `free` are bytes, `capability` is CUDA's compute capability.

    `speed` is an estimate from its cores and clock, in 16-bit floating point operations a second; 0 is not known.
    """

    index: int
    name: str
    total: int
    free: int
    capability: tuple[int, int]
    speed: float = 0.0


@dataclass(frozen=True, slots=True)
class Machine:
    """What the GPU engine would stand on: `trouble` says what is missing ("" is nothing), `remedy` what to do.

    `driver` and `glibc` are versions as text, `cuda` the newest version the driver can run, `memory` bytes of RAM.
    """

    gpus: tuple[Gpu, ...] = ()
    driver: str = ""
    cuda: tuple[int, int] = (0, 0)
    glibc: str = ""
    memory: int = 0
    trouble: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model costs, in bytes: to download, on the disk, and of a card's memory (with its batches)."""

    model: str
    download: int
    disk: int
    memory: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a model can be used here, with room to spare, in a sentence; if not, with what can be done."""

    ok: bool
    sentence: str
    remedy: str = ""


NO_CARD = ("No NVIDIA card was found on this machine.", "Keep the engine on the processor, or use another machine's.")

# Bytes of the weights on both hubs; of the card: weights, what CUDA takes, and batches of some 8,000 tokens.
_GIB = 1 << 30
_NEEDS = {
    "qwen3-0.6b": (1_207_000_000, 3.5),
    "qwen3-4b": (8_060_000_000, 11.0),
    "qwen3-8b": (15_150_000_000, 18.5),
    "qwen3-reranker-0.6b": (1_207_000_000, 3.5),
    "qwen3-reranker-4b": (8_060_000_000, 11.0),
}


def machine() -> Machine:
    """Look at this machine now; never raises."""
    return Machine(trouble=NO_CARD[0], remedy=NO_CARD[1])


def needs(model: str) -> Needs:
    """What one of Settings' models for the GPU, or a reranker, costs."""
    size, memory = _NEEDS[model]
    return Needs(model, size, size, int(memory * _GIB))


def fits(machine: Machine, model: str, budget: int = 0) -> Fit:
    """Whether a model fits on one of the cards within `budget` bytes (0: what it needs)."""
    return Fit(ok=False, sentence=machine.trouble, remedy=machine.remedy)


def best(machine: Machine) -> str:
    """The largest embedding model that fits with room to spare, "" if none does."""
    return ""


def seconds(model: str, tokens: int, machine: Machine) -> float | None:
    """About how long a card takes to embed so many tokens; an estimate within a factor of three, None if unknown."""
    return None
