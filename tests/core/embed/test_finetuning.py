"""Fine-tuning a tiny model by the real sentence-transformers, where the extra `finetune` is installed."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from core.embed.finetuning import BATCH, Pair, train
from core.errors import ModelError

pytestmark = pytest.mark.slow

PAIRS = [Pair(f"where is number {n}", f"The number {n} is in the cupboard of room {n % 5}.") for n in range(3 * BATCH)]


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelError) as caught:
        train(tmp_path, tmp_path / "to", PAIRS, epochs=1, tell=lambda *_: None)
    assert "findling[finetune]" in caught.value.remedy


def test_the_loss_falls_and_the_result_is_a_model_folder(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra finetune is not installed")
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.train_from_iterator(
        [pair.passage for pair in PAIRS],
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
        ),
    )
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="<|endoftext|>")
    tokenizer.save_pretrained(tmp_path / "model")
    shape = {"num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16}
    config = Qwen3Config(vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, **shape)
    Qwen3Model(config).save_pretrained(tmp_path / "model")
    stop = threading.Event()
    stop.set()
    options = {"epochs": 8, "tell": lambda *_: None}
    assert train(tmp_path / "model", tmp_path / "to", PAIRS, **options, stop=stop) is None
    assert not (tmp_path / "to").exists()
    result = train(tmp_path / "model", tmp_path / "to", PAIRS, **options)
    assert result is not None
    assert result.pairs == len(PAIRS)
    assert result.last_loss < result.first_loss
    assert (tmp_path / "to" / "config.json").exists()
    assert list((tmp_path / "to").glob("*.safetensors"))
