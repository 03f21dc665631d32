"""Qwen3 models with random weights, in the form in which the true ones come: no download, no PyTorch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from core import paths
from core.tokenizers import bpe

END, START_OF_TURN, END_OF_TURN = SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
LINES = (
    "hello world",
    "the quick brown fox jumps over the lazy dog",
    "Given a web search query, retrieve relevant passages that answer the query",
    "Instruct: Query: Document: system user assistant yes no",
    "安装 模型 向量 检索",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a config.json; `places` is the longest text in tokens, `vocabulary` 0 a small one made here."""

    hidden: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head: int
    places: int
    vocabulary: int = 0


TINY = Shape(hidden=64, inner=128, layers=2, heads=4, kv_heads=2, head=16, places=512)
# Qwen3-Embedding-0.6B: 595,776,512 weights.
SMALLEST = Shape(hidden=1024, inner=3072, layers=28, heads=16, kv_heads=8, head=128, places=32_768, vocabulary=151_669)


def write(folder: Path, shape: Shape = TINY, *, seed: int = 0, half: bool = False, ends: bool = True) -> Path:
    """Write a model; `half` makes bfloat16 of the weights, `ends` puts the end token behind every text.

    Returns the folder. A model that embeds ends its texts, one that ranks does not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _small_tokenizer() if not shape.vocabulary else _whole_tokenizer()
    if ends:
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f"$A {END}", pair=f"$A $B {END}", special_tokens=[(END, tokenizer.token_to_id(END))]
        )
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": END_OF_TURN, "pad_token": END}
    _write(folder / "tokenizer_config.json", names | {"model_max_length": 131_072})
    words = shape.vocabulary or tokenizer.get_vocab_size()
    _write(folder / "config.json", _config(shape, words, tokenizer, half=half))
    _save(folder / "model.safetensors", _weights(shape, words), seed=seed, half=half)
    return folder


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2), encoding="utf-8")


def _small_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=[*SPECIALS, "yes", "no"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([*LINES] * 4, trainer)
    return tokenizer


def _whole_tokenizer() -> Tokenizer:
    tokenizer = bpe.qwen3(paths.resources() / "models" / "qwen3" / "merges.xz")._tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer


def _config(shape: Shape, words: int, tokenizer: Tokenizer, *, half: bool) -> dict[str, object]:
    return {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.inner,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head,
        "max_position_embeddings": shape.places,
        "vocab_size": words,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1_000_000.0,
        "rope_scaling": None,
        "hidden_act": "silu",
        "attention_bias": False,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "tie_word_embeddings": True,
        "use_cache": True,
        "use_sliding_window": False,
        "sliding_window": None,
        "bos_token_id": tokenizer.token_to_id(END),
        "eos_token_id": tokenizer.token_to_id(END_OF_TURN),
        "torch_dtype": "bfloat16" if half else "float32",
    }


def _weights(shape: Shape, words: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes; the true embedding models' names have no `model.` before them."""
    across, among = shape.heads * shape.head, shape.kv_heads * shape.head
    made: dict[str, tuple[int, ...]] = {"embed_tokens.weight": (words, shape.hidden), "norm.weight": (shape.hidden,)}
    for number in range(shape.layers):
        layer = f"layers.{number}"
        made |= {
            f"{layer}.input_layernorm.weight": (shape.hidden,),
            f"{layer}.post_attention_layernorm.weight": (shape.hidden,),
            f"{layer}.self_attn.q_proj.weight": (across, shape.hidden),
            f"{layer}.self_attn.k_proj.weight": (among, shape.hidden),
            f"{layer}.self_attn.v_proj.weight": (among, shape.hidden),
            f"{layer}.self_attn.o_proj.weight": (shape.hidden, across),
            f"{layer}.self_attn.q_norm.weight": (shape.head,),
            f"{layer}.self_attn.k_norm.weight": (shape.head,),
            f"{layer}.mlp.gate_proj.weight": (shape.inner, shape.hidden),
            f"{layer}.mlp.up_proj.weight": (shape.inner, shape.hidden),
            f"{layer}.mlp.down_proj.weight": (shape.hidden, shape.inner),
        }
    return made


def _save(path: Path, weights: dict[str, tuple[int, ...]], *, seed: int, half: bool) -> None:
    """The safetensors format: the header's length, the header in JSON, the numbers; one weight in memory at a time."""
    width, kind = (2, "BF16") if half else (4, "F32")
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, shape in weights.items():
        size = int(np.prod(shape)) * width
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with path.open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        for numbers in _numbers(weights, seed):
            file.write((numbers.view("<u4") >> 16).astype("<u2").tobytes() if half else numbers.tobytes())


def _numbers(weights: dict[str, tuple[int, ...]], seed: int) -> Iterator[npt.NDArray[np.float32]]:
    chance = np.random.default_rng(seed)
    for name, shape in weights.items():
        if name.endswith("norm.weight"):
            yield np.ones(shape, np.float32)
        else:
            yield chance.standard_normal(shape, np.float32) * np.float32(0.02)
