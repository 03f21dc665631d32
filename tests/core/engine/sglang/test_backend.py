"""How SGLang is started on a card: which card, how much memory, which flags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.engine.hardware.machine import Gpu, Machine
from core.engine.sglang import backend as sglang
from core.engine.sglang.backend import SglangBackend
from core.engine.sglang.memory import (
    BATCH_SIZES,
    FIXED_BYTES,
    GIB,
    Shape,
    default_budget,
    memory_for,
    plan,
    shape_of,
    smaller_batch,
)
from core.engine.sglang.runtime import SglangRuntime, embedding
from core.errors import EngineError, ModelError
from core.settings import Settings
from tests.core.engine.supervised_engine import model_folder, sglang_settings

HOPPER, AMPERE, BLACKWELL = (9, 0), (8, 6), (12, 0)
COMMAND = SglangRuntime(["sglang"])
QWEN = {
    "hidden_size": 1024,
    "intermediate_size": 3072,
    "num_hidden_layers": 28,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 32768,
}


def card(index: int = 0, capability: tuple[int, int] = HOPPER, free: float = 20.0) -> Gpu:
    return Gpu(index=index, name="a card", total=24 * GIB, free=int(free * GIB), capability=capability)


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Gpu]:
    """The cards of the machine, for the test to change."""
    present = [card()]
    monkeypatch.setattr(sglang, "machine", lambda: Machine(gpus=tuple(present)))
    return present


def flags_of(command: list[str]) -> dict[str, str]:
    """The options with their values; one without a value has "yes"."""
    places = [at for at, word in enumerate(command) if word.startswith("--")]
    return {command[at]: command[at + 1] if at + 1 not in (*places, len(command)) else "yes" for at in places}


def launched(settings: Settings, runtime: SglangRuntime = COMMAND) -> tuple[dict[str, str], dict[str, str]]:
    program = SglangBackend(settings, embedding(settings), runtime)
    try:
        launch = program.launch()
        assert launch.command[launch.command.index("sglang") :][1] == "serve"
        assert launch.key not in launch.command
        return flags_of(list(launch.command[launch.command.index("sglang") :])), dict(launch.variables)
    finally:
        program.tidy()


@pytest.mark.usefixtures("cards")
def test_on_one_card_without_a_cache(tmp_path: Path) -> None:
    settings = sglang_settings(tmp_path)
    flags, variables = launched(settings)
    assert flags["--host"] == "127.0.0.1"
    assert flags["--is-embedding"] == flags["--sleep-on-idle"] == "yes"
    assert flags["--context-length"] == str(settings.model_spec.token_limit + 8)
    assert flags["--prefill-only-disable-kv-cache"] == flags["--disable-radix-cache"] == "yes"
    assert (flags["--chunked-prefill-size"], flags["--attention-backend"]) == ("-1", "fa3")
    assert (variables["CUDA_VISIBLE_DEVICES"], flags["--dp-size"]) == ("0", "1")
    assert variables["HF_HUB_OFFLINE"] == "1"
    assert Path(variables["SGLANG_CACHE_DIR"]).is_dir()


def test_on_a_card_that_needs_a_cache_it_is_capped(tmp_path: Path, cards: list[Gpu]) -> None:
    cards[:] = [card(capability=BLACKWELL)]
    flags, _ = launched(sglang_settings(tmp_path))
    assert "--prefill-only-disable-kv-cache" not in flags
    assert "--attention-backend" not in flags
    assert flags["--chunked-prefill-size"] == flags["--max-prefill-tokens"]
    assert int(flags["--max-total-tokens"]) == 2 * int(flags["--max-prefill-tokens"])


def test_several_cards_share_the_work(tmp_path: Path, cards: list[Gpu]) -> None:
    cards[:] = [card(0), card(1, AMPERE), card(2)]
    flags, variables = launched(sglang_settings(tmp_path, gpus=(2, 1)))
    assert (variables["CUDA_VISIBLE_DEVICES"], variables["CUDA_DEVICE_ORDER"]) == ("1,2", "PCI_BUS_ID")
    assert flags["--dp-size"] == "2"
    with pytest.raises(EngineError, match="no card number 7"):
        launched(sglang_settings(tmp_path, gpus=(1, 7)))


def test_what_the_machine_lacks_is_said_before_anything_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sglang, "machine", lambda: Machine(trouble="The driver is too old.", remedy="Renew it."))
    with pytest.raises(EngineError, match="too old") as caught:
        launched(sglang_settings(tmp_path))
    assert caught.value.remedy == "Renew it."


def test_a_budget_sets_the_batches(tmp_path: Path, cards: list[Gpu]) -> None:
    settings = sglang_settings(tmp_path)
    shape = shape_of(Path(settings.model_folder))
    least = memory_for(shape, 512, 264, cached=False).memory
    assert launched(sglang_settings(tmp_path, memory_gib=10.0))[0]["--max-prefill-tokens"] == str(BATCH_SIZES[0])
    assert launched(sglang_settings(tmp_path, memory_gib=least / GIB + 0.0001))[0]["--max-prefill-tokens"] == "512"
    cards[:] = [card(free=1.0)]
    with pytest.raises(EngineError, match=r"needs 1\.3 GiB .* may use 1\.0 GiB") as caught:
        launched(settings)
    assert caught.value.remedy


@pytest.mark.usefixtures("cards")
def test_it_takes_less_after_each_time_that_was_too_much(tmp_path: Path) -> None:
    settings = sglang_settings(tmp_path)
    program = SglangBackend(settings, embedding(settings), COMMAND)
    seen = []
    try:
        while not seen or program.shrink():
            seen.append(flags_of(list(program.launch().command))["--max-prefill-tokens"])
        assert seen == ["8192", "2048", "512"]
        assert flags_of(list(program.launch().command))["--max-prefill-tokens"] == "8192", "the user tries again"
    finally:
        program.tidy()


@pytest.mark.usefixtures("cards")
def test_a_card_that_cannot_do_without_a_cache_gets_one(tmp_path: Path) -> None:
    settings = sglang_settings(tmp_path)
    program = SglangBackend(settings, embedding(settings), COMMAND)
    said = "ValueError: --prefill-only-disable-kv-cache currently requires the FA prefill backend (fa3/fa4)"
    ending = program.ending(1, [said])
    try:
        assert ending is not None
        assert not ending.hopeless
        assert "--prefill-only-disable-kv-cache" not in program.launch().command
    finally:
        program.tidy()


def test_the_shape_of_the_smallest_qwen(tmp_path: Path) -> None:
    folder = model_folder(tmp_path)
    (folder / "config.json").write_text(json.dumps(QWEN), encoding="utf-8")
    shape = shape_of(folder)
    assert shape.kv_per_token == 2 * 28 * 8 * 128 * 2  # keys and values of 28 layers, 8 heads of 128, 2 bytes each
    assert shape.weights == 1000
    without, cached = (default_budget(shape, 8200, cached=way) for way in (False, True))
    assert FIXED_BYTES < without < cached


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"hidden_size": "much"}'])
def test_a_config_that_cannot_be_used(tmp_path: Path, config: str) -> None:
    folder = model_folder(tmp_path)
    (folder / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be used") as caught:
        shape_of(folder)
    assert caught.value.remedy


def test_plans_get_smaller_until_they_fit() -> None:
    shape = shape_of_numbers()
    largest = memory_for(shape, 4096, 512, cached=True)
    assert plan(shape, largest.memory, 512, cached=True, max_batch=BATCH_SIZES[0]) == largest
    assert plan(shape, largest.memory, 512, cached=True, max_batch=1024).batch == 1024
    with pytest.raises(EngineError):
        plan(shape, FIXED_BYTES, 512, cached=True, max_batch=BATCH_SIZES[0])
    assert [smaller_batch(batch) for batch in BATCH_SIZES] == [4096, 2048, 1024, 512, 512, None]


def shape_of_numbers() -> Shape:
    return Shape(weights=GIB, kv_per_token=100_000, activations_per_token=30_000, context=32768)
