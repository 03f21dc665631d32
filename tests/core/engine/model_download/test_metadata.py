"""A folder of weights that the user has: what it says of itself, and a sentence for each fault."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from core.engine.model_download.metadata import WeightsMetadata, weights_metadata
from core.errors import ModelError
from tests.builders import models


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return models.write(tmp_path / "model")


def fault(folder: Path) -> str:
    with pytest.raises(ModelError) as caught:
        weights_metadata(folder)
    assert caught.value.remedy
    return caught.value.sentence


def change(path: Path, **changes: Any) -> None:
    """Other values in a JSON file; None takes one away."""
    value = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps({name: each for name, each in value.items() if each is not None}), encoding="utf-8")


def split(model: Path) -> None:
    """Two shards with their index, as large models come."""
    raw = (model / "model.safetensors").read_bytes()
    length = struct.unpack("<Q", raw[:8])[0]
    table, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    table.pop("__metadata__", None)
    where = {}
    names = sorted(table)
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        shard, blob, rows = f"model-0000{number}-of-00002.safetensors", b"", {}
        for name in part:
            begin, end = table[name]["data_offsets"]
            rows[name] = table[name] | {"data_offsets": [len(blob), len(blob) + end - begin]}
            blob += data[begin:end]
            where[name] = shard
        head = json.dumps(rows).encode()
        (model / shard).write_bytes(struct.pack("<Q", len(head)) + head + blob)
    (model / "model.safetensors").unlink()
    (model / "model.safetensors.index.json").write_text(json.dumps({"weight_map": where}), encoding="utf-8")


def test_what_a_model_says_of_itself(model: Path) -> None:
    found = weights_metadata(model)
    words = json.loads((model / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    size = (model / "model.safetensors").stat().st_size
    assert found == WeightsMetadata("Qwen3ForCausalLM", 64, 2, 512, words, size, found.dtype)


def test_shards_and_their_index(model: Path) -> None:
    whole = weights_metadata(model)
    split(model)
    assert weights_metadata(model).hidden_size == whole.hidden_size
    shard = model / "model-00002-of-00002.safetensors"
    data = shard.read_bytes()
    shard.write_bytes(data[:-1])
    assert f"{shard.name} is not complete: {len(data) - 1:,} of {len(data):,} bytes" in fault(model)
    shard.unlink()
    assert f"{shard.name} is missing" in fault(model)


def test_a_tensor_that_no_shard_has(model: Path) -> None:
    split(model)
    index = model / "model.safetensors.index.json"
    table = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
    change(index, weight_map=table | {"model.layers.9.weight": "model-00001-of-00002.safetensors"})
    assert "model.layers.9.weight is missing" in fault(model)
    for wrong in (None, [], {"x": "../../etc/passwd"}, {"x": 5}):
        change(index, weight_map=wrong)
        assert "model.safetensors.index.json is not what it should be" in fault(model)


@pytest.mark.parametrize("name", ["x" * 5000, "~nobody-of-that-name/model", "a\0b", ""])
def test_names_that_no_folder_has(name: str) -> None:
    assert fault(Path(name))


def test_what_is_missing(model: Path, tmp_path: Path) -> None:
    assert "There is no folder" in fault(tmp_path / "nowhere")
    assert "no config.json" in fault(tmp_path)
    (model / "model.safetensors").rename(tmp_path / "kept")
    assert "has no weights" in fault(model)
    (tmp_path / "kept").rename(model / "model.safetensors")
    (model / "tokenizer.json").unlink()
    assert "tokenizer.json is missing" in fault(model)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000])
def test_files_that_are_not_json(content: bytes, model: Path) -> None:
    for name in ("tokenizer.json", "config.json"):
        (model / name).write_bytes(content)
        assert name in fault(model)


def test_a_config_that_says_too_little(model: Path) -> None:
    config = model / "config.json"
    for name in ("hidden_size", "num_hidden_layers", "max_position_embeddings", "vocab_size"):
        value = json.loads(config.read_text(encoding="utf-8"))[name]
        for wrong in (None, 0, -1, "64", True):
            change(config, **{name: wrong})
            assert f"has no {name}" in fault(model)
        change(config, **{name: value})
    for wrong in (None, [], "Qwen3", [5]):
        change(config, architectures=wrong)
        assert "does not say what kind" in fault(model)


def test_weights_of_another_model(model: Path) -> None:
    change(model / "config.json", hidden_size=128)
    assert "belong to another model" in fault(model)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        struct.pack("<Q", 1 << 60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 9) + b'{"a": 5}x',
    ],
)
def test_weights_that_are_none(content: bytes, model: Path) -> None:
    (model / "model.safetensors").write_bytes(content)
    assert re.search("is damaged|is not complete", fault(model))


def test_a_page_saved_instead_of_the_weights(model: Path) -> None:
    (model / "model.safetensors").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", encoding="utf-8"
    )
    assert "is damaged" in fault(model)
