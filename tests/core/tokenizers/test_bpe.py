"""Qwen3's bundled tokenizer against published ids, the tokenizer of a model's folder, and truncation."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import paths, tokenizers
from core.chunk import chunk, chunking_config
from core.document import Document
from core.errors import ModelError
from core.models import MODELS, ModelSpec
from core.models.folder import spec_in
from core.settings import Settings
from core.tokenizers import bpe
from tests.builders import models

QWEN3 = MODELS["qwen3-0.6b"]
END = 151_643

# From Qwen's published tokenizer; rerankers compare the ids of yes and no.
KNOWN = {
    "yes": [9693],
    "no": [2152],
    "Hello": [9707],
    " world": [1879],
    "What is the capital of China?": [3838, 374, 279, 6722, 315, 5616, 30],
    "2024": [17, 15, 17, 19],
}


def folder_model(folder: Path, positions: int = 512) -> ModelSpec:
    shape = models.Shape(hidden=64, inner=128, layers=2, heads=4, kv_heads=2, head=16, places=positions)
    return spec_in(str(models.write(folder, shape)))


@pytest.mark.parametrize("text", KNOWN)
def test_known_ids(text: str) -> None:
    assert tokenizers.load(QWEN3).encode(text, 100) == [*KNOWN[text], END]


def test_all_sizes_share_one_tokenizer() -> None:
    assert tokenizers.load(MODELS["qwen3-8b"]) is tokenizers.load(QWEN3)


def test_truncation_keeps_the_end_token() -> None:
    assert tokenizers.load(QWEN3).encode("yes no yes no", 3) == [9693, 902, END]


@given(st.text(max_size=200), st.integers(4, 40))
def test_a_text_made_to_fit_fits_and_is_a_beginning(text: str, limit: int) -> None:
    tokenizer = tokenizers.load(QWEN3)
    assert isinstance(tokenizer, bpe.Bpe)
    fitting = tokenizer.truncate(text, limit)
    assert text.startswith(fitting)
    assert tokenizer.count(fitting) + tokenizer.special_tokens <= limit


@given(st.text(max_size=300))
def test_no_token_is_less_than_a_byte(text: str) -> None:
    assert tokenizers.load(QWEN3).count(text) <= bpe.ByteCounter().count(text)


def test_a_query_over_the_limit_is_truncated(tmp_path: Path) -> None:
    model_spec = folder_model(tmp_path / "tiny", positions=64)
    fitting = tokenizers.truncate(model_spec, model_spec.query_prefix + "hello world " * 100)
    assert fitting.startswith(model_spec.query_prefix)
    assert len(tokenizers.load(model_spec).encode(fitting, 10_000)) == 63
    assert tokenizers.truncate(model_spec, "hello") == "hello"
    assert tokenizers.truncate(MODELS["english"], "hello " * 1000) == "hello " * 1000


def test_a_vocabulary_that_is_away_counts_bytes_and_no_passage_is_too_long(tmp_path: Path) -> None:
    text = "Hello wide world, here is 安装 模型. " * 200
    folder = models.write(tmp_path / "tiny")
    settings = Settings(model="qwen3-0.6b", engine="sglang", model_folder=str(folder), passage_tokens=10_000)
    whole = chunking_config(settings)
    longest = tokenizers.load(settings.model_spec)
    folder.rename(tmp_path / "away")
    tokenizers.load_tokenizer.cache_clear()
    assert isinstance(tokenizers.load(settings.model_spec), bpe.ByteCounter)
    away = chunking_config(settings)
    assert away == whole
    passages = chunk(Document(text, "text"), away)
    assert max(longest.count(text[item.start : item.end]) for item in passages) <= whole.max_tokens
    tokenizers.load_tokenizer.cache_clear()


def test_a_stand_in_gives_no_ids() -> None:
    assert bpe.ByteCounter().truncate("äöü", 9) == "äö"
    with pytest.raises(ModelError):
        bpe.ByteCounter().encode("text", 10)


def test_a_broken_tokenizer_is_a_sentence(tmp_path: Path) -> None:
    folder = models.write(tmp_path / "tiny")
    for broken in (b"{", b"\xff\xff", b'{"version": "1.0"}'):
        (folder / "tokenizer.json").write_bytes(broken)
        with pytest.raises(ModelError, match="tokenizer"):
            bpe.from_file(folder / "tokenizer.json")


def test_a_damaged_list_of_merges_is_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "merges.xz"
    with pytest.raises(ModelError, match="vocabulary"):
        bpe.qwen3(damaged)
    damaged.write_bytes((paths.resources() / "models" / "qwen3" / "merges.xz").read_bytes()[:1000])
    with pytest.raises(ModelError, match="vocabulary"):
        bpe.qwen3(damaged)
    damaged.write_bytes(lzma.compress(b"\x00" * 7))
    with pytest.raises(ModelError, match="vocabulary"):
        bpe.qwen3(damaged)
