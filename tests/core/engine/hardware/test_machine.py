"""Detection of this machine, with a fake driver that raises pynvml's errors, and without a driver."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil
import pynvml
import pytest

from core.engine.hardware import system
from core.engine.hardware.capacity import check_fit
from core.engine.hardware.machine import machine
from tests.builders.graphics_cards import RTX_3060, RTX_4090, with_cards
from tests.fakes.fake_nvml import FakeCard, FakeNvml


def pci(folder: Path, *devices: tuple[str, str]) -> Path:
    """A list of devices as Linux shows it: vendor and class of each."""
    for number, (vendor, kind) in enumerate(devices):
        device = folder / f"0000:0{number}:00.0"
        device.mkdir(parents=True)
        (device / "vendor").write_text(vendor + "\n", encoding="ascii")
        (device / "class").write_text(kind + "\n", encoding="ascii")
    return folder


def test_a_card_and_its_driver() -> None:
    driver = FakeNvml([RTX_4090])
    found = machine(driver)
    assert (found.trouble, found.remedy) == ("", "")
    assert (found.driver, found.cuda, found.glibc) == ("580.95.05", (13, 0), "2.36")
    assert found.memory == psutil.virtual_memory().total
    (gpu,) = found.gpus
    assert (gpu.index, gpu.name, gpu.total, gpu.free, gpu.capability) == (0, RTX_4090.name, 24 << 30, 23 << 30, (8, 9))
    assert gpu.speed == pytest.approx(165e12, rel=0.01), "NVIDIA's data sheet says 165 TFLOPS"
    assert driver.opened == 0


@pytest.mark.parametrize("error", [pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED])
def test_a_driver_that_is_not_there(error: int, tmp_path: Path) -> None:
    without = machine(FakeNvml(init=error), pci=pci(tmp_path / "a", ("0x8086", "0x030000")))
    assert (without.gpus, without.trouble) == ((), "No NVIDIA card was found on this machine.")
    sound_only = machine(FakeNvml(init=error), pci=pci(tmp_path / "b", ("0x10de", "0x040300")))
    assert sound_only.trouble == without.trouble
    plugged = machine(FakeNvml(init=error), pci=pci(tmp_path / "c", ("0x10de", "0x030200")))
    assert plugged.trouble == "There is an NVIDIA card, but its driver is not installed or not loaded."
    assert "580" in plugged.remedy


def test_a_driver_that_waits_for_a_restart() -> None:
    found = machine(FakeNvml(init=pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH))
    assert found.remedy == "Restart the machine."


def test_a_driver_that_does_not_answer(tmp_path: Path) -> None:
    devices = pci(tmp_path, ("0x10de", "0x030000"))
    assert "does not answer" in machine(FakeNvml(init=pynvml.NVML_ERROR_UNKNOWN), pci=devices).trouble
    lost = FakeCard(errors={"nvmlDeviceGetHandleByIndex": pynvml.NVML_ERROR_GPU_IS_LOST})
    assert "does not answer" in machine(FakeNvml([lost]), pci=devices).trouble


def test_a_lost_card_does_not_hide_the_others() -> None:
    lost = FakeCard(errors={"nvmlDeviceGetMemoryInfo": pynvml.NVML_ERROR_GPU_IS_LOST})
    assert [gpu.index for gpu in with_cards(lost, RTX_4090).gpus] == [1]


def test_a_card_that_shares_the_machines_memory() -> None:
    shared = FakeCard("NVIDIA GB10", errors={"nvmlDeviceGetMemoryInfo": pynvml.NVML_ERROR_NOT_SUPPORTED})
    assert with_cards(shared).gpus[0].total == psutil.virtual_memory().total


def test_a_driver_too_old_for_cuda_13() -> None:
    found = with_cards(RTX_4090, cuda=12_080)
    assert found.cuda == (12, 8)
    assert "too old" in found.trouble
    assert "580" in found.remedy
    assert not check_fit(found, "qwen3-0.6b").ok
    assert check_fit(found, "qwen3-0.6b").sentence == found.trouble


def test_a_card_too_old_for_sglang() -> None:
    turing = FakeCard("NVIDIA GeForce RTX 2080 Ti", 11 << 30, 10 << 30, (7, 5))
    assert "RTX 2080 Ti is too old" in with_cards(turing).trouble
    assert with_cards(turing, RTX_4090).trouble == ""
    assert check_fit(with_cards(turing, RTX_3060), "qwen3-0.6b").sentence.startswith("Qwen3 0.6B fits on the")


@pytest.mark.parametrize(("version", "said"), [("2.31", "2.31"), ("", "another C library")])
def test_a_system_that_is_too_old(version: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "glibc_version", lambda: version)
    found = with_cards(RTX_4090)
    assert found.trouble == f"SGLang needs glibc 2.34, and this system has {said}."
    assert found.remedy


def test_a_compiler_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "compiler" in with_cards(RTX_4090).trouble


def test_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "runs on Linux" in with_cards(RTX_4090).trouble


def test_this_machine_itself_is_looked_at_without_a_fuss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = machine()
    assert found.memory > 0
    assert found.disk > 0
    assert bool(found.trouble) == bool(found.remedy)
    assert found.gpus or found.trouble
