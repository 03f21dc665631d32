"""What this machine can run: its NVIDIA cards, what is missing, and which of the models fits on one."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from core import paths
from core.engine import nvml
from core.engine.nvml import Gpu

__all__ = ["Fit", "Gpu", "Machine", "Needs", "best", "fits", "machine", "needs", "seconds"]

GIB = 1 << 30
OLDEST_DRIVER = "580"  # the first with CUDA 13
OLDEST_CUDA = (13, 0)
OLDEST_GLIBC = (2, 34)
OLDEST_CAPABILITY = (8, 0)  # what SGLang's kernels are built for: GeForce 30, A100 and newer
PCI = Path("/sys/bus/pci/devices")

# Parameters; bytes of the download (the same on both hubs); GiB of a card: the weights, what CUDA takes for itself,
# and batches of some 8,000 tokens.
MODELS = {
    "qwen3-0.6b": (0.6e9, 1_207_000_000, 3.5),
    "qwen3-4b": (4.0e9, 8_061_000_000, 11.0),
    "qwen3-8b": (7.6e9, 15_150_000_000, 18.5),
    "qwen3-reranker-0.6b": (0.6e9, 1_207_000_000, 3.5),
    "qwen3-reranker-4b": (4.0e9, 8_061_000_000, 11.0),
}
TITLES = {
    "qwen3-0.6b": "Qwen3 Embedding 0.6B",
    "qwen3-4b": "Qwen3 Embedding 4B",
    "qwen3-8b": "Qwen3 Embedding 8B",
    "qwen3-reranker-0.6b": "Qwen3 Reranker 0.6B",
    "qwen3-reranker-4b": "Qwen3 Reranker 4B",
}
LARGEST_FIRST = ("qwen3-8b", "qwen3-4b", "qwen3-0.6b")
SPARE = 1.1  # a desktop, a browser and a film need some of the card too
USED_WELL = 0.25  # the part of a card's speed that embedding short texts gets out of it

ELSEWHERE = "Keep the engine on the processor, or use another machine's."
GET_DRIVER = f"Install NVIDIA's driver, version {OLDEST_DRIVER} or newer, and restart the machine."
GET_COMPILER = "Install gcc and g++ (on Debian and Ubuntu: the package build-essential)."
NEWER_SYSTEM = "Use a newer system (Debian 12, Ubuntu 22.04, Fedora 35 or later), or keep the engine on the processor."
RAISE = "Allow it more memory, or choose a smaller model."
LESS = "Choose a smaller model."
FREE = "Close other programs that use the card, or choose a smaller model."


@dataclass(frozen=True, slots=True)
class Machine:
    """What the GPU engine would stand on: `trouble` says what is missing ("" is nothing), `remedy` what to do.

    `driver` and `glibc` are versions as text, `cuda` the newest version that the driver can run, `memory` bytes of
    RAM, `disk` free bytes where the engine and its models are kept.
    """

    gpus: tuple[Gpu, ...] = ()
    driver: str = ""
    cuda: tuple[int, int] = (0, 0)
    glibc: str = ""
    memory: int = 0
    disk: int = 0
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


def machine(library: Any = None, *, pci: Path = PCI) -> Machine:
    """Look at this machine now; never raises. `library` has pynvml's functions, `pci` is Linux' list of devices."""
    cards, reason = nvml.Cards("", (0, 0), ()), ""
    try:
        cards = nvml.cards(library)
    except nvml.DriverError as error:
        reason = str(error)
    glibc = glibc_version()
    trouble = system_trouble(glibc) or _driver_trouble(reason, cards, pci) or _card_trouble(cards) or ("", "")
    memory = psutil.virtual_memory().total
    return Machine(cards.gpus, cards.driver, cards.cuda, glibc, memory, free_disk(paths.data_dir()), *trouble)


def has_card(pci: Path = PCI) -> bool:
    """Whether an NVIDIA display device is plugged in, driver or not."""
    return any(_read(device / "vendor") == "0x10de" and _read(device / "class")[:4] == "0x03" for device in _list(pci))


def glibc_version() -> str:
    """The C library's version, "" if it is another one."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ").strip()
    except (AttributeError, OSError, ValueError):
        return ""


def free_disk(folder: Path) -> int:
    """Bytes free where a folder is, or would be made."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return 0


def needs(model: str) -> Needs:
    """What one of Settings' models for the GPU, or a reranker, costs."""
    _, size, memory = MODELS[model]
    return Needs(model, size, size, int(memory * GIB))


def fits(
    machine: Machine, model: str, budget: int = 0, *, gpus: Sequence[int] = (), held: int = 0, there: bool = False
) -> Fit:
    """Whether a model fits on one of the cards.

    `budget` is the most bytes of the card it may take (0: what it needs), `gpus` the cards to choose from (none: all),
    `held` what an engine of ours takes of the card already; `there`: the model need not be downloaded any more.
    """
    if machine.trouble:
        return Fit(ok=False, sentence=machine.trouble, remedy=machine.remedy)
    cards = _usable(machine, gpus)
    if not cards:
        return Fit(ok=False, sentence="The chosen card is not there, or too old.", remedy="Choose another card.")
    need, title = needs(model), TITLES[model]
    card = max(cards, key=lambda gpu: gpu.free)
    if 0 < budget < need.memory:
        return Fit(ok=False, sentence=f"{title} needs {_gib(need.memory)}, and may take {_gib(budget)}.", remedy=RAISE)
    if max(gpu.total for gpu in cards) < need.memory * SPARE:
        return Fit(ok=False, sentence=f"{title} needs {_gib(need.memory)}: too much for the {card.name}.", remedy=LESS)
    if card.free + held < need.memory:
        taken = f"{_gib(card.free + held)} of the {card.name} are free"
        return Fit(ok=False, sentence=f"{title} needs {_gib(need.memory)}, and only {taken} now.", remedy=FREE)
    if not there and machine.disk < need.disk * SPARE:
        short = f"{title} needs {_gb(need.disk)} of the disk, and {_gb(machine.disk)} are free."
        return Fit(ok=False, sentence=short, remedy="Make room on the disk.")
    return Fit(
        ok=True, sentence=f"{title} fits on the {card.name}: it needs {_gib(need.memory)} of {_gib(card.total)}."
    )


def best(machine: Machine) -> str:
    """The largest embedding model that fits with room to spare, "" if none does."""
    return next((model for model in LARGEST_FIRST if fits(machine, model).ok), "")


def seconds(model: str, tokens: int, machine: Machine, *, gpus: Sequence[int] = ()) -> float | None:
    """About how long the fastest card takes to embed so many tokens, an estimate within a factor of three.

    From two operations for each parameter and token, and what the card could do at best; None if that is not known.
    """
    speed = max((gpu.speed for gpu in _usable(machine, gpus)), default=0.0)
    return 2 * MODELS[model][0] * tokens / (USED_WELL * speed) if speed else None


def _usable(machine: Machine, chosen: Sequence[int]) -> list[Gpu]:
    new = [gpu for gpu in machine.gpus if gpu.capability >= OLDEST_CAPABILITY]
    return [gpu for gpu in new if not chosen or gpu.index in chosen]


def _driver_trouble(reason: str, cards: nvml.Cards, pci: Path) -> tuple[str, str] | None:
    if cards.gpus:
        return None
    if reason == "mismatch":
        return "NVIDIA's driver was renewed, and the old one still runs.", "Restart the machine."
    if not has_card(pci):
        return "No NVIDIA card was found on this machine.", ELSEWHERE
    if reason == "absent":
        return "There is an NVIDIA card, but its driver is not installed or not loaded.", GET_DRIVER
    return (
        "There is an NVIDIA card, but its driver does not answer.",
        "Restart the machine, or install the driver again.",
    )


def _card_trouble(cards: nvml.Cards) -> tuple[str, str] | None:
    if cards.cuda < OLDEST_CUDA:
        return f"NVIDIA's driver {cards.driver} is too old for SGLang, which needs CUDA 13.", GET_DRIVER
    if max(gpu.capability for gpu in cards.gpus) < OLDEST_CAPABILITY:
        return f"The {cards.gpus[0].name} is too old for SGLang, which needs a GeForce 30 or newer.", ELSEWHERE
    if not (shutil.which("gcc") or shutil.which("clang")):
        return "SGLang needs a C compiler, and there is none.", GET_COMPILER
    return None


def system_trouble(glibc: str) -> tuple[str, str] | None:
    """Why SGLang cannot run on this system, whatever its cards, with the remedy; None if it can."""
    if sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"):
        return "SGLang runs on Linux, on x86-64 and ARM processors.", ELSEWHERE
    if _version(glibc) < OLDEST_GLIBC:
        return f"SGLang needs glibc 2.34, and this system has {glibc or 'another C library'}.", NEWER_SYSTEM
    return None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _list(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _gib(size: int) -> str:
    return f"{size / GIB:.1f} GiB".replace(".0 ", " ")


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
