"""The chunking configuration that the settings give: it fits the model, ends, and has one fingerprint."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core import tokenizers
from core.chunk import ChunkingConfig, chunk, chunking_config
from core.document import Document
from core.models import MODELS, ModelSpec
from core.settings import Settings


@pytest.mark.parametrize("model", ["english", "multilingual", "qwen3-0.6b"])
def test_the_chunking_config_of_the_settings_fits_the_model(model: str) -> None:
    model_spec = MODELS[model]
    tokenizer = tokenizers.load(model_spec)
    chunking = chunking_config(Settings(model=model, passage_tokens=100_000, overlap_tokens=100_000))  # type: ignore[arg-type]
    assert chunking.overlap_tokens * 4 <= chunking.max_tokens
    text = " ".join(f"word{n}" for n in range(5000))
    for passage in chunk(Document(text, "text"), chunking)[:3]:
        ids = tokenizer.encode(model_spec.passage_prefix + text[passage.start : passage.end], 100_000)
        assert len(ids) <= model_spec.token_limit


@pytest.mark.parametrize("model_spec", [one for one in MODELS.values() if one.bundled], ids=lambda one: one.key)
def test_the_length_of_a_bundled_models_prefix_is_that_of_its_tokenizer(model_spec: ModelSpec) -> None:
    assert tokenizers.load(model_spec).count(model_spec.passage_prefix) == model_spec.passage_prefix_tokens


def test_a_front_end_reads_no_tokenizer() -> None:
    code = (
        "import sys, core.library; from core.chunk import chunking_config; from core.settings import Settings;"
        "chunking_config(Settings()).fingerprint; print([m for m in sys.modules if m.endswith('.unigram')])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize(("passage", "overlap"), [(0, 0), (-5, -5), (1, 50)])
def test_extreme_settings_still_give_a_config_that_terminates(passage: int, overlap: int) -> None:
    chunking = chunking_config(Settings(model="english", passage_tokens=passage, overlap_tokens=overlap))
    assert chunking.max_tokens == 16
    assert 0 <= chunking.overlap_tokens <= 4
    assert chunk(Document("A short text. " * 50, "text"), chunking)


def test_configs_with_the_same_passages_have_one_fingerprint() -> None:
    same = {ChunkingConfig("english", 128, 16).fingerprint, ChunkingConfig("english", 128, 16).fingerprint}
    other = {
        ChunkingConfig("english", 129, 16).fingerprint,
        ChunkingConfig("english", 128, 17).fingerprint,
        ChunkingConfig("multilingual", 128, 16).fingerprint,
    }
    assert len(same) == 1
    assert len(other | same) == 4
