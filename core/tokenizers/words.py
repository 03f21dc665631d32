"""The base of tokenizers that split at white space, with caches of words."""

from __future__ import annotations

from abc import ABC, abstractmethod

CACHE_SIZE = 50_000
MAX_CACHED_CHARS = 32  # longer "words" are text without spaces or data, and seldom repeat


class WordCache(dict[str, tuple[int, ...]]):
    """Token ids by word. Cleared when full, so that it adapts to another language."""

    def __init__(self, tokenizer: WordTokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> tuple[int, ...]:
        ids = self._tokenizer.segment(word)
        if len(word) <= MAX_CACHED_CHARS:
            if len(self) >= CACHE_SIZE:
                self.clear()
            self[word] = ids
        return ids


class CountCache(dict[str, int]):
    """Numbers of tokens by word. Cleared when full, as `WordCache`."""

    def __init__(self, tokenizer: WordTokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> int:
        tokens = self._tokenizer.count_word(word)
        if len(word) <= MAX_CACHED_CHARS:
            if len(self) >= CACHE_SIZE:
                self.clear()
            self[word] = tokens
        return tokens


class WordTokenizer(ABC):
    """A tokenizer whose tokens never span white space.

    All of Python's white space separates words. The models' own tokenizers drop some of it, such as form feeds, which
    would join the last word of a page to the first of the next.
    """

    special_tokens = 2
    is_additive = True

    def __init__(self, begin: int, end: int) -> None:
        self._begin = begin
        self._end = end
        self._words = WordCache(self)
        self._counts = CountCache(self)

    @abstractmethod
    def segment(self, word: str) -> tuple[int, ...]:
        """The token ids of one word, which has no white space and may be of any length."""

    def count_word(self, word: str) -> int:
        """The number of tokens of one word; a tokenizer that counts faster than it segments overrides it."""
        return len(self.segment(word))

    def count(self, text: str) -> int:
        """Tokens of a text without the special ones."""
        return sum(map(self._counts.__getitem__, text.split()))

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with the begin and end tokens, at most `limit` in all."""
        room = limit - self.special_tokens
        ids = [self._begin]
        for word in text.split():
            if len(ids) > room:
                break
            ids.extend(self._words[word])
        del ids[room + 1 :]
        ids.append(self._end)
        return ids
