"""A fake NVIDIA driver: pynvml's functions over cards that a test describes, with pynvml's own errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pynvml


@dataclass
class FakeCard:
    """Bytes, CUDA's compute capability, cores and MHz; `errors` by function name, raised instead of the answer."""

    name: str = "NVIDIA GeForce RTX 4090"
    total: int = 24 << 30
    free: int = 23 << 30
    capability: tuple[int, int] = (8, 9)
    cores: int = 16_384
    megahertz: int = 2520
    errors: dict[str, int] = field(default_factory=dict)


class FakeNvml:
    """What `core.engine.hardware.nvml` calls of pynvml; `init` is the error of the start, 0 is none."""

    NVMLError = pynvml.NVMLError
    NVMLError_NotSupported = pynvml.NVMLError_NotSupported
    NVML_ERROR_LIBRARY_NOT_FOUND = pynvml.NVML_ERROR_LIBRARY_NOT_FOUND
    NVML_ERROR_DRIVER_NOT_LOADED = pynvml.NVML_ERROR_DRIVER_NOT_LOADED
    NVML_ERROR_LIB_RM_VERSION_MISMATCH = pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH
    NVML_CLOCK_SM = pynvml.NVML_CLOCK_SM

    def __init__(
        self, cards: Sequence[FakeCard] = (), *, driver: str = "580.95.05", cuda: int = 13_000, init: int = 0
    ) -> None:
        self.cards = cards
        self.driver = driver
        self.cuda = cuda
        self.init = init
        self.opened = 0

    def nvmlInit(self) -> None:  # noqa: N802
        if self.init:
            raise pynvml.NVMLError(self.init)
        self.opened += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.opened -= 1

    def nvmlSystemGetDriverVersion(self) -> str:  # noqa: N802
        return self.driver

    def nvmlSystemGetCudaDriverVersion_v2(self) -> int:  # noqa: N802
        return self.cuda

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> FakeCard:  # noqa: N802
        return self._answered(self.cards[index], "nvmlDeviceGetHandleByIndex", self.cards[index])

    def nvmlDeviceGetName(self, card: FakeCard) -> str:  # noqa: N802
        return self._answered(card, "nvmlDeviceGetName", card.name)

    def nvmlDeviceGetMemoryInfo(self, card: FakeCard) -> Any:  # noqa: N802
        return self._answered(card, "nvmlDeviceGetMemoryInfo", SimpleNamespace(total=card.total, free=card.free))

    def nvmlDeviceGetCudaComputeCapability(self, card: FakeCard) -> tuple[int, int]:  # noqa: N802
        return self._answered(card, "nvmlDeviceGetCudaComputeCapability", card.capability)

    def nvmlDeviceGetNumGpuCores(self, card: FakeCard) -> int:  # noqa: N802
        return self._answered(card, "nvmlDeviceGetNumGpuCores", card.cores)

    def nvmlDeviceGetMaxClockInfo(self, card: FakeCard, clock: int) -> int:  # noqa: N802
        return self._answered(card, "nvmlDeviceGetMaxClockInfo", card.megahertz)

    def _answered(self, card: FakeCard, function: str, answer: Any) -> Any:
        assert self.opened == 1, "called before nvmlInit or after nvmlShutdown"
        if function in card.errors:
            raise pynvml.NVMLError(card.errors[function])
        return answer
