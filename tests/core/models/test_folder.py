"""A model in the user's own folder: what it says of itself, told apart by its weights, remembered while it is away."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core import tokenizers
from core.chunk import chunking_config
from core.errors import ModelError
from core.models import MODELS
from core.models.folder import spec_in
from core.settings import Settings
from tests.builders import models


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return models.write(tmp_path / "my-tiny")


def test_what_a_folder_says_of_its_model(model: Path) -> None:
    model_spec = spec_in(str(model))
    assert (model_spec.name, model_spec.dimension, model_spec.token_limit) == ("my-tiny", 64, 511)
    assert model_spec.query_prefix == MODELS["qwen3-0.6b"].query_prefix
    tokenizer = tokenizers.load(model_spec)
    assert tokenizer.special_tokens == 1
    assert tokenizer.count("hello world") == 2
    assert tokenizer.encode("hello world", 10)[-1] == 0


def test_other_weights_of_the_same_shape_are_another_model(model: Path, tmp_path: Path) -> None:
    other = models.write(tmp_path / "other" / "my-tiny", seed=1)
    assert spec_in(str(model)).fingerprint != spec_in(str(other)).fingerprint
    assert spec_in(str(model)).counting == spec_in(str(other)).counting


def test_a_copy_elsewhere_is_the_same_model(model: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(model, tmp_path / "elsewhere" / "my-tiny")
    assert spec_in(str(copy)).fingerprint == spec_in(str(model)).fingerprint


def test_weights_that_change_in_their_place_are_seen(model: Path) -> None:
    before = spec_in(str(model))
    models.write(model, seed=2)
    weights = model / "model.safetensors"
    os.utime(weights, ns=(weights.stat().st_atime_ns, weights.stat().st_mtime_ns + 1))
    assert spec_in(str(model)).fingerprint != before.fingerprint


def test_a_folder_that_is_away_has_the_profile_that_it_had(model: Path, tmp_path: Path) -> None:
    before = spec_in(str(model))
    model.rename(tmp_path / "away")
    assert spec_in(str(model)) == before
    (tmp_path / "away").rename(model)
    assert spec_in(str(model)) == before


def test_a_folder_that_never_was_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere") as caught:
        spec_in(str(tmp_path / "nowhere"))
    assert "config.json" in caught.value.remedy


@pytest.mark.parametrize(
    "config", ["", "[]", "{}", '{"hidden_size": "64", "max_position_embeddings": 512}', "[" * 9999]
)
def test_a_config_that_says_nothing_is_a_sentence(model: Path, config: str) -> None:
    (model / "config.json").write_text(config, encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        spec_in(str(model))


def test_a_folder_without_weights_is_a_sentence(model: Path) -> None:
    (model / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="no weights"):
        spec_in(str(model))


def test_settings_take_the_folder_only_for_a_model_that_is_served(model: Path) -> None:
    chosen = Settings(model="qwen3-0.6b", engine="sglang", model_folder=str(model))
    assert chosen.model_spec.name == "my-tiny"
    assert replace(chosen, model="english", engine="builtin").model_spec == MODELS["english"]
    assert replace(chosen, model_folder="").model_spec == MODELS["qwen3-0.6b"]


def test_a_recipe_follows_the_tokenizer_and_not_the_weights(model: Path, tmp_path: Path) -> None:
    settings = Settings(model="qwen3-0.6b", engine="sglang", model_folder=str(model), passage_tokens=100)
    own = chunking_config(settings)
    other = chunking_config(replace(settings, model_folder=str(models.write(tmp_path / "other", seed=1))))
    assert own.fingerprint == other.fingerprint
    assert own.fingerprint != chunking_config(replace(settings, model_folder="")).fingerprint
    assert (
        chunking_config(Settings(model="qwen3-4b")).fingerprint
        == chunking_config(Settings(model="qwen3-0.6b")).fingerprint
    )


def test_a_vocabulary_that_changed_is_another_recipe(model: Path) -> None:
    settings = Settings(model="qwen3-0.6b", engine="sglang", model_folder=str(model), passage_tokens=100)
    before = chunking_config(settings).fingerprint
    words = json.loads((model / "tokenizer.json").read_text(encoding="utf-8"))
    words["post_processor"] = None
    (model / "tokenizer.json").write_text(json.dumps(words), encoding="utf-8")
    assert chunking_config(settings).fingerprint != before
