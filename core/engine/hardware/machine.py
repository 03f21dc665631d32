"""What the GPU engine needs of this machine: NVIDIA cards, driver, system; and what is missing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from core import paths
from core.engine import disk_space
from core.engine.hardware import nvml, system
from core.engine.hardware.nvml import Gpu
from core.messages import Message

OLDEST_CUDA = (13, 0)
OLDEST_CAPABILITY = (8, 0)  # what SGLang's kernels are built for: GeForce 30, A100 and newer
PCI = Path("/sys/bus/pci/devices")


@dataclass(frozen=True, slots=True)
class Machine:
    """What the GPU engine needs: `trouble` says what is missing ("" if nothing), `remedy` what to do.

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


def machine(library: Any = None, *, pci: Path = PCI) -> Machine:
    """This machine as it is now; never raises. `library` has pynvml's functions, `pci` is Linux's list of devices."""
    cards, reason = nvml.Cards("", (0, 0), ()), ""
    try:
        cards = nvml.cards(library)
    except nvml.DriverError as error:
        reason = str(error)
    glibc = system.glibc_version()
    trouble = system.trouble(glibc) or _driver_trouble(reason, cards, pci) or _card_trouble(cards)
    memory = psutil.virtual_memory().total
    said = (trouble.sentence, trouble.remedy) if trouble else ("", "")
    return Machine(cards.gpus, cards.driver, cards.cuda, glibc, memory, disk_space.free(paths.data_dir()), *said)


def has_card(pci: Path = PCI) -> bool:
    """Whether an NVIDIA display device is plugged in, driver or not."""
    return any(_read(device / "vendor") == "0x10de" and _read(device / "class")[:4] == "0x03" for device in _list(pci))


def _driver_trouble(reason: str, cards: nvml.Cards, pci: Path) -> Message | None:
    if cards.gpus:
        return None
    if reason == "mismatch":
        return Message("card.driver_mismatch")
    if not has_card(pci):
        return Message("card.none")
    if reason == "absent":
        return Message("card.no_driver")
    return Message("card.driver_silent")


def _card_trouble(cards: nvml.Cards) -> Message | None:
    if cards.cuda < OLDEST_CUDA:
        return Message("card.driver_too_old", driver=cards.driver)
    if max(gpu.capability for gpu in cards.gpus) < OLDEST_CAPABILITY:
        return Message("card.too_old", card=cards.gpus[0].name)
    if not (shutil.which("gcc") or shutil.which("clang")):
        return Message("card.no_compiler")
    return None


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
