"""What this machine can run, told by a fake driver with pynvml's own errors, and by the absence of a real one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import psutil
import pynvml
import pytest

from core import settings
from core.engine import hardware
from core.engine.hardware import GIB, Machine, best, fits, needs, seconds
from tests.fakes.fake_nvml import FakeCard, FakeNvml

RTX_4090 = FakeCard()
RTX_3060 = FakeCard("NVIDIA GeForce RTX 3060", 12 << 30, 11 << 30, (8, 6), 3584, 1777)


@pytest.fixture(autouse=True)
def _a_fitting_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(hardware, "glibc_version", lambda: "2.36")
    monkeypatch.setattr(hardware, "free_disk", lambda folder: 500_000_000_000)


def pci(folder: Path, *devices: tuple[str, str]) -> Path:
    """A list of devices as Linux shows it: vendor and class of each."""
    for number, (vendor, kind) in enumerate(devices):
        device = folder / f"0000:0{number}:00.0"
        device.mkdir(parents=True)
        (device / "vendor").write_text(vendor + "\n", encoding="ascii")
        (device / "class").write_text(kind + "\n", encoding="ascii")
    return folder


def with_cards(*cards: FakeCard, cuda: int = 13_000) -> Machine:
    return hardware.machine(FakeNvml(cards, cuda=cuda))


def test_a_card_and_its_driver() -> None:
    driver = FakeNvml([RTX_4090])
    found = hardware.machine(driver)
    assert (found.trouble, found.remedy) == ("", "")
    assert (found.driver, found.cuda, found.glibc) == ("580.95.05", (13, 0), "2.36")
    assert found.memory == psutil.virtual_memory().total
    (gpu,) = found.gpus
    assert (gpu.index, gpu.name, gpu.total, gpu.free, gpu.capability) == (0, RTX_4090.name, 24 << 30, 23 << 30, (8, 9))
    assert gpu.speed == pytest.approx(165e12, rel=0.01), "NVIDIA's data sheet says 165 TFLOPS"
    assert driver.opened == 0


def test_the_largest_model_with_room_to_spare() -> None:
    assert best(with_cards(RTX_4090)) == "qwen3-8b"
    assert best(with_cards(RTX_3060)) == "qwen3-0.6b", "4B would leave nothing for the desktop"
    assert best(with_cards(FakeCard(total=16 << 30, free=15 << 30))) == "qwen3-4b"
    assert best(with_cards(FakeCard(total=3 << 30, free=3 << 30))) == ""
    assert best(Machine(trouble="none")) == ""


def test_a_fit_is_said_with_its_numbers() -> None:
    fit = fits(with_cards(RTX_4090), "qwen3-4b")
    assert fit.ok
    assert fit.sentence == "Qwen3 Embedding 4B fits on the NVIDIA GeForce RTX 4090: it needs 11 GiB of 24 GiB."


def test_a_card_that_is_too_small_and_one_that_is_in_use() -> None:
    small = fits(with_cards(RTX_3060), "qwen3-8b")
    assert not small.ok
    assert small.sentence == "Qwen3 Embedding 8B needs 18.5 GiB: too much for the NVIDIA GeForce RTX 3060."
    busy = with_cards(replace(RTX_4090, free=2 << 30))
    full = fits(busy, "qwen3-0.6b")
    assert not full.ok
    assert "only 2 GiB of the NVIDIA GeForce RTX 4090 are free now" in full.sentence
    assert "Close other programs" in full.remedy
    assert fits(busy, "qwen3-0.6b", held=2 * GIB).ok, "what our own engine holds is ours to use"


def test_a_budget_too_small_for_the_model() -> None:
    machine = with_cards(RTX_4090)
    assert not fits(machine, "qwen3-4b", 4 * GIB).ok
    assert fits(machine, "qwen3-4b", 4 * GIB).remedy
    assert fits(machine, "qwen3-4b", 12 * GIB).ok


def test_the_disk_counts_until_the_model_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "free_disk", lambda folder: 2_000_000_000)
    machine = with_cards(RTX_4090)
    assert fits(machine, "qwen3-0.6b").ok
    short = fits(machine, "qwen3-4b")
    assert not short.ok
    assert short.sentence == "Qwen3 Embedding 4B needs 8.1 GB of the disk, and 2.0 GB are free."
    assert fits(machine, "qwen3-4b", there=True).ok


def test_one_of_two_cards() -> None:
    machine = with_cards(RTX_3060, RTX_4090)
    assert [gpu.index for gpu in machine.gpus] == [0, 1]
    assert fits(machine, "qwen3-8b").ok
    assert fits(machine, "qwen3-8b", gpus=[1]).ok
    assert not fits(machine, "qwen3-8b", gpus=[0]).ok
    gone = fits(machine, "qwen3-8b", gpus=[5])
    assert not gone.ok
    assert gone.remedy == "Choose another card."


def test_how_long_folders_take_is_an_estimate_from_the_cards_speed() -> None:
    machine = with_cards(RTX_4090)
    small, large = seconds("qwen3-0.6b", 10_000_000, machine), seconds("qwen3-8b", 10_000_000, machine)
    assert small is not None
    assert large is not None
    assert 100 < small < 1000
    assert large > 10 * small
    assert seconds("qwen3-0.6b", 1, Machine()) is None
    old = FakeCard(errors={"nvmlDeviceGetNumGpuCores": pynvml.NVML_ERROR_FUNCTION_NOT_FOUND})
    assert seconds("qwen3-0.6b", 1, with_cards(old)) is None


@pytest.mark.parametrize("error", [pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED])
def test_a_driver_that_is_not_there(error: int, tmp_path: Path) -> None:
    without = hardware.machine(FakeNvml(init=error), pci=pci(tmp_path / "a", ("0x8086", "0x030000")))
    assert (without.gpus, without.trouble) == ((), "No NVIDIA card was found on this machine.")
    sound_only = hardware.machine(FakeNvml(init=error), pci=pci(tmp_path / "b", ("0x10de", "0x040300")))
    assert sound_only.trouble == without.trouble
    plugged = hardware.machine(FakeNvml(init=error), pci=pci(tmp_path / "c", ("0x10de", "0x030200")))
    assert plugged.trouble == "There is an NVIDIA card, but its driver is not installed or not loaded."
    assert "580" in plugged.remedy


def test_a_driver_that_waits_for_a_restart() -> None:
    found = hardware.machine(FakeNvml(init=pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH))
    assert found.remedy == "Restart the machine."


def test_a_driver_that_does_not_answer(tmp_path: Path) -> None:
    devices = pci(tmp_path, ("0x10de", "0x030000"))
    assert "does not answer" in hardware.machine(FakeNvml(init=pynvml.NVML_ERROR_UNKNOWN), pci=devices).trouble
    lost = FakeCard(errors={"nvmlDeviceGetHandleByIndex": pynvml.NVML_ERROR_GPU_IS_LOST})
    assert "does not answer" in hardware.machine(FakeNvml([lost]), pci=devices).trouble


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
    assert not fits(found, "qwen3-0.6b").ok
    assert fits(found, "qwen3-0.6b").sentence == found.trouble


def test_a_card_too_old_for_sglang() -> None:
    turing = FakeCard("NVIDIA GeForce RTX 2080 Ti", 11 << 30, 10 << 30, (7, 5))
    assert "RTX 2080 Ti is too old" in with_cards(turing).trouble
    assert with_cards(turing, RTX_4090).trouble == ""
    assert fits(with_cards(turing, RTX_3060), "qwen3-0.6b").sentence.startswith("Qwen3 Embedding 0.6B fits on the")


def test_an_old_card_is_never_chosen() -> None:
    turing = FakeCard("NVIDIA Quadro RTX 8000", 48 << 30, 47 << 30, (7, 5))
    machine = with_cards(turing, RTX_3060)
    assert "RTX 3060" in fits(machine, "qwen3-0.6b").sentence
    assert not fits(machine, "qwen3-8b").ok
    assert not fits(machine, "qwen3-0.6b", gpus=[0]).ok


@pytest.mark.parametrize(("version", "said"), [("2.31", "2.31"), ("", "another C library")])
def test_a_system_that_is_too_old(version: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware, "glibc_version", lambda: version)
    found = with_cards(RTX_4090)
    assert found.trouble == f"SGLang needs glibc 2.34, and this system has {said}."
    assert found.remedy


def test_a_compiler_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware.shutil, "which", lambda name: None)
    assert "compiler" in with_cards(RTX_4090).trouble


def test_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hardware.sys, "platform", "darwin")
    assert "runs on Linux" in with_cards(RTX_4090).trouble


def test_every_model_of_the_settings_has_its_costs() -> None:
    known = set(settings.CHOICES["model"]) | set(settings.CHOICES["reranker"])
    assert set(hardware.MODELS) == known - {"multilingual", "english", ""}
    assert set(hardware.TITLES) == set(hardware.MODELS)
    for model in hardware.MODELS:
        need = needs(model)
        assert need.download <= need.disk < need.memory, "the weights must fit on the card"


def test_this_machine_itself_is_looked_at_without_a_fuss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = hardware.machine()
    assert found.memory > 0
    assert found.disk > 0
    assert bool(found.trouble) == bool(found.remedy)
    assert found.gpus or found.trouble
