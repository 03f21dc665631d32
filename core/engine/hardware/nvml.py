"""The NVIDIA cards and the driver's version, from NVML."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psutil

# 16-bit matrix operations for each 32-bit one (dense, accumulated in 32 bits), from NVIDIA's data sheets.
MATRIX_FACTORS = {(7, 5): 4, (8, 0): 16, (9, 0): 15, (10, 0): 30, (10, 3): 30}
DEFAULT_MATRIX_FACTOR = 2  # GeForce 30 and newer


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
class Cards:
    """The driver's version, the newest CUDA that it supports, and the cards."""

    driver: str
    cuda: tuple[int, int]
    gpus: tuple[Gpu, ...]


class DriverError(Exception):
    """The driver does not answer: `args[0]` is "absent", "mismatch" (it waits for a restart) or "silent"."""


def cards(library: Any = None) -> Cards:
    """The cards of this machine; `library` has the functions of pynvml. Raises DriverError."""
    library = library or importlib.import_module("pynvml")
    try:
        library.nvmlInit()
        try:
            return _cards(library)
        finally:
            library.nvmlShutdown()
    except library.NVMLError as error:
        raise DriverError(_reason(library, error)) from error


def _reason(library: Any, error: Any) -> str:
    if error.value in (library.NVML_ERROR_LIBRARY_NOT_FOUND, library.NVML_ERROR_DRIVER_NOT_LOADED):
        return "absent"
    return "mismatch" if error.value == library.NVML_ERROR_LIB_RM_VERSION_MISMATCH else "silent"


def _cards(library: Any) -> Cards:
    version = int(library.nvmlSystemGetCudaDriverVersion_v2())
    count = int(library.nvmlDeviceGetCount())
    gpus = tuple(gpu for index in range(count) if (gpu := _gpu(library, index)) is not None)
    return Cards(str(library.nvmlSystemGetDriverVersion()), (version // 1000, version % 1000 // 10), gpus)


def _gpu(library: Any, index: int) -> Gpu | None:
    """One card; None if it fell off its bus or may not be queried."""
    try:
        handle = library.nvmlDeviceGetHandleByIndex(index)
        total, free = _memory(library, handle)
        major, minor = library.nvmlDeviceGetCudaComputeCapability(handle)
        name = str(library.nvmlDeviceGetName(handle))
    except library.NVMLError:
        return None
    capability = (int(major), int(minor))
    speed = _speed(library, handle, capability)
    return Gpu(index, name, total, free, capability, speed)


def _memory(library: Any, handle: Any) -> tuple[int, int]:
    """Total and free bytes; those of the machine for a card without own memory (GB10, Jetson)."""
    try:
        own = library.nvmlDeviceGetMemoryInfo(handle)
    except library.NVMLError_NotSupported:
        shared = psutil.virtual_memory()
        return shared.total, shared.available
    return int(own.total), int(own.free)


def _speed(library: Any, handle: Any, capability: tuple[int, int]) -> float:
    def query(function: Callable[..., Any], *arguments: Any) -> int:
        try:
            return int(function(handle, *arguments))
        except library.NVMLError:
            return 0

    cores = query(library.nvmlDeviceGetNumGpuCores)
    megahertz = query(library.nvmlDeviceGetMaxClockInfo, library.NVML_CLOCK_SM)
    return 2e6 * cores * megahertz * MATRIX_FACTORS.get(capability, DEFAULT_MATRIX_FACTOR)
