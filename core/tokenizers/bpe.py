"""Byte-pair encoding by the `tokenizers` library: Qwen3's, which is bundled, or that of a model's folder.

All Qwen3 models share one vocabulary of 151,643 tokens, so texts can be chunked before a model is downloaded.
"""

from __future__ import annotations

import lzma
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE

from core.errors import ModelError

# Qwen's: contractions, words, single digits, punctuation, line ends, white space.
SPLIT_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
BYTE_TOKENS = 256
TOKEN_ID_BYTES = 3  # in the merges file


class Bpe:
    """A tokenizer of the `tokenizers` library. Tokens may contain white space, so counts of parts do not add up."""

    is_additive = False

    def __init__(self, tokenizer: Tokenizer, end: int | None = None) -> None:
        """`end` is the token id after every text, if the tokenizer's file does not add one."""
        self._tokenizer = tokenizer
        self._end = end
        tokenizer.no_truncation()
        tokenizer.no_padding()

    @property
    def special_tokens(self) -> int:
        return int(self._tokenizer.num_special_tokens_to_add(is_pair=False)) + (self._end is not None)

    def count(self, text: str) -> int:
        """Tokens of a text without the special ones."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with the special tokens, at most `limit`: a longer text is truncated, but keeps the end token."""
        room = limit - self.special_tokens
        whole = self._tokenizer.encode(text, add_special_tokens=False)
        whole.truncate(max(0, room))
        ids: list[int] = self._tokenizer.post_process(whole).ids
        return ids if self._end is None else [*ids, self._end]

    def truncate(self, text: str, limit: int) -> str:
        """The longest beginning of a text with at most `limit` tokens, special ones included."""
        room = limit - self.special_tokens
        while (ids := self._tokenizer.encode(text, add_special_tokens=False)) and len(ids.ids) > room:
            text = text[: min(len(text) - 1, ids.offsets[room][0])]
        return text


class ByteCounter:
    """Counts bytes while a vocabulary cannot be read: no token is shorter than a byte.

    Passages are shorter than necessary, and stay valid when the vocabulary is available again.
    """

    is_additive = False
    special_tokens = 4

    def count(self, text: str) -> int:
        return len(text.encode("utf-8", "replace"))

    def truncate(self, text: str, limit: int) -> str:
        """The longest beginning of a text with at most `limit` tokens, special ones included."""
        return text.encode("utf-8", "replace")[: limit - self.special_tokens].decode("utf-8", "ignore")

    def encode(self, text: str, limit: int) -> list[int]:  # noqa: ARG002 - there are no ids
        raise ModelError("tokenizer.folder_missing")


def qwen3(merges: Path) -> Bpe:
    """Qwen3-Embedding's tokenizer from its merges file. Raises ModelError if that cannot be read."""
    try:
        words, pairs = _merge_tokens(lzma.decompress(merges.read_bytes()))
    except (OSError, lzma.LZMAError, EOFError, ValueError, IndexError) as error:
        raise ModelError("tokenizer.qwen3_unreadable", reason=error) from error
    ids = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(BPE(ids, pairs))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return Bpe(tokenizer, end=len(words))


def _merge_tokens(columns: bytes) -> tuple[list[str], list[tuple[str, str]]]:
    """All tokens by id, and the merged pairs in order."""
    numbers = [
        int.from_bytes(columns[at : at + TOKEN_ID_BYTES], "little") for at in range(0, len(columns), TOKEN_ID_BYTES)
    ]
    half = len(numbers) // 2
    words, pairs = _byte_tokens(), []
    for first, second in zip(numbers[:half], numbers[half:], strict=True):
        pairs.append((words[first], words[second]))
        words.append(words[first] + words[second])
    return words, pairs


def from_file(path: Path) -> Bpe | ByteCounter:
    """The tokenizer of a model's folder; a ByteCounter if it is missing. Raises ModelError if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ByteCounter()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    try:
        return Bpe(Tokenizer.from_str(text))
    except Exception as error:  # the library raises no narrower type
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ModelError:
    return ModelError("tokenizer.file_unreadable", path=path, reason=error)


def _byte_tokens() -> list[str]:
    """The 256 characters that stand for single bytes, by token id."""
    shown = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(BYTE_TOKENS) if byte not in shown]
    return [*map(chr, shown), *(chr(BYTE_TOKENS + number) for number in range(len(hidden)))]
