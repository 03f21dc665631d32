"""Which models fit on the cards that a fake driver tells of, and in what words."""

from __future__ import annotations

from dataclasses import replace

import pynvml
import pytest

from core import settings
from core.engine import disk_space
from core.engine.hardware.capacity import GIB, best, check_fit, fit_together, needs, seconds
from core.engine.hardware.machine import Machine
from core.models import RERANKERS, downloadable
from tests.builders.graphics_cards import RTX_3060, RTX_4090, with_cards
from tests.fakes.fake_nvml import FakeCard


def test_the_largest_model_with_room_to_spare() -> None:
    assert best(with_cards(RTX_4090)) == "qwen3-8b"
    assert best(with_cards(RTX_3060)) == "qwen3-0.6b", "4B would leave nothing for the desktop"
    assert best(with_cards(FakeCard(total=16 << 30, free=15 << 30))) == "qwen3-4b"
    assert best(with_cards(FakeCard(total=3 << 30, free=3 << 30))) == ""
    assert best(Machine(trouble="none")) == ""


def test_a_fit_is_said_with_its_numbers() -> None:
    fit = check_fit(with_cards(RTX_4090), "qwen3-4b")
    assert fit.ok
    assert fit.sentence == "Qwen3 4B fits on the NVIDIA GeForce RTX 4090: it needs 11.0 GiB of 24.0 GiB."


def test_a_card_that_is_too_small_and_one_that_is_in_use() -> None:
    small = check_fit(with_cards(RTX_3060), "qwen3-8b")
    assert not small.ok
    assert small.sentence == "Qwen3 8B needs 18.5 GiB: too much for the NVIDIA GeForce RTX 3060."
    busy = with_cards(replace(RTX_4090, free=2 << 30))
    full = check_fit(busy, "qwen3-0.6b")
    assert not full.ok
    assert "only 2.0 GiB of the NVIDIA GeForce RTX 4090 are free now" in full.sentence
    assert "Close other programs" in full.remedy
    assert check_fit(busy, "qwen3-0.6b", held=2 * GIB).ok, "what our own engine holds is ours to use"


def test_a_budget_too_small_for_the_model() -> None:
    here = with_cards(RTX_4090)
    assert not check_fit(here, "qwen3-4b", 4 * GIB).ok
    assert check_fit(here, "qwen3-4b", 4 * GIB).remedy
    assert check_fit(here, "qwen3-4b", 12 * GIB).ok


def test_a_model_and_a_reranker_share_one_card() -> None:
    both = {"qwen3-4b": 0, "qwen3-reranker-0.6b": 0}
    fit = fit_together(with_cards(RTX_4090), both)
    assert fit.ok
    assert "fit on the NVIDIA GeForce RTX 4090 together: they use 14.5 GiB" in fit.sentence
    small = with_cards(FakeCard(total=15 << 30, free=15 << 30))
    assert all(check_fit(small, model).ok for model in both), "each alone has room"
    short = fit_together(small, both)
    assert not short.ok
    assert "Qwen3 4B and Qwen3 Reranker 0.6B use 14.5 GiB together: too much for the" in short.sentence
    assert "turn off reranking" in short.remedy


def test_both_budgets_and_what_is_in_use_count() -> None:
    both = {"qwen3-0.6b": 12 * GIB, "qwen3-reranker-0.6b": 12 * GIB}
    assert not fit_together(with_cards(RTX_4090), both).ok, "what they may take, they take"
    busy = with_cards(replace(RTX_4090, free=5 << 30))
    needed = dict.fromkeys(both, 0)
    full = fit_together(busy, needed)
    assert not full.ok
    assert "only 5.0 GiB of the NVIDIA GeForce RTX 4090 are free now" in full.sentence
    assert fit_together(busy, needed, held=2 * GIB).ok, "what our own servers hold is ours to use"


def test_both_run_on_one_of_two_cards() -> None:
    here = with_cards(RTX_3060, RTX_3060)
    both = {"qwen3-0.6b": 6 * GIB, "qwen3-reranker-0.6b": 6 * GIB}
    assert not fit_together(here, both).ok, "memory of two cards is not one card's"
    assert fit_together(here, both, gpus=[5]).remedy == "Choose another card."
    assert fit_together(Machine(trouble="no driver", remedy="one"), both).sentence == "no driver"


def test_the_disk_counts_until_the_model_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk_space, "free", lambda folder: 2_000_000_000)
    here = with_cards(RTX_4090)
    assert check_fit(here, "qwen3-0.6b").ok
    short = check_fit(here, "qwen3-4b")
    assert not short.ok
    assert short.sentence == "Qwen3 4B needs 8.1 GB of disk space, and 2 GB are free."
    assert check_fit(here, "qwen3-4b", there=True).ok


def test_one_of_two_cards() -> None:
    here = with_cards(RTX_3060, RTX_4090)
    assert [gpu.index for gpu in here.gpus] == [0, 1]
    assert check_fit(here, "qwen3-8b").ok
    assert check_fit(here, "qwen3-8b", gpus=[1]).ok
    assert not check_fit(here, "qwen3-8b", gpus=[0]).ok
    gone = check_fit(here, "qwen3-8b", gpus=[5])
    assert not gone.ok
    assert gone.remedy == "Choose another card."


def test_how_long_folders_take_is_an_estimate_from_the_cards_speed() -> None:
    here = with_cards(RTX_4090)
    small, large = seconds("qwen3-0.6b", 10_000_000, here), seconds("qwen3-8b", 10_000_000, here)
    assert small is not None
    assert large is not None
    assert 100 < small < 1000
    assert large > 10 * small
    assert seconds("qwen3-0.6b", 1, Machine()) is None
    old = FakeCard(errors={"nvmlDeviceGetNumGpuCores": pynvml.NVML_ERROR_FUNCTION_NOT_FOUND})
    assert seconds("qwen3-0.6b", 1, with_cards(old)) is None


def test_an_old_card_is_never_chosen() -> None:
    turing = FakeCard("NVIDIA Quadro RTX 8000", 48 << 30, 47 << 30, (7, 5))
    here = with_cards(turing, RTX_3060)
    assert "RTX 3060" in check_fit(here, "qwen3-0.6b").sentence
    assert not check_fit(here, "qwen3-8b").ok
    assert not check_fit(here, "qwen3-0.6b", gpus=[0]).ok


def test_every_model_of_the_settings_has_its_costs() -> None:
    known = set(settings.choices("model")) | set(settings.choices("reranker"))
    downloaded = {*downloadable(), *RERANKERS}
    assert downloaded == known - {"multilingual", "english", ""}
    for model in downloaded:
        need = needs(model)
        assert need.download <= need.disk < need.memory, "the weights must fit on the card"
