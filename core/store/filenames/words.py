"""The words of a file name and of a query for names, in any script, with what a reader takes for the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from core.store.lexical import wildcards
from core.store.lexical.alternatives import TRANSCRIBED, TRANSCRIPTIONS
from core.store.lexical.analyzers import WORD_PATTERN
from core.store.lexical.letters import SURROGATE, UNSPACED, fold, normalize
from core.store.lexical.numbers import number_terms, typed_numbers, unit_parts
from core.store.lexical.signs import WORD_WITH_SIGN, initials, lone_signs, words_with_sign

ASCII_WORD = re.compile(r"[^\W_]+")
CASE_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # camelCase, PDFReader
HYPHENATED_WORDS = re.compile(r"(?<![^\W_])([^\W\d_]+)[-\u2010\u2011](?=([^\W\d_]+))")
MIN_HALF = 2  # letters of the second half of a word that a name has as two


def name_words(name: str) -> list[str]:
    """The words of a name, folded; camelCase is split."""
    return _words(CASE_BOUNDARY.sub(" ", name))


def name_variants(name: str) -> list[str]:
    """Other spellings of a name's words: camelCase as one word, numbers without separators, words with signs.

    And initials without their dots.
    """
    found: list[str] = []
    if CASE_BOUNDARY.search(name):
        found += [fold(word) for word in ASCII_WORD.findall(name) if CASE_BOUNDARY.search(word)]
    folded = name if name.isascii() else normalize(SURROGATE.sub(" ", name))
    found += [fold(first + second) for first, second in HYPHENATED_WORDS.findall(folded)]
    found += [word for word, _ in initials(folded)]
    return [*found, *sorted(number_terms(folded)), *words_with_sign(folded), *lone_signs(folded)]


def query_words(text: str) -> list[list[str]]:
    """The words of a query, each with its other spellings, and its wildcards.

    Single letters only where there is nothing else.
    """
    text, patterns = wildcards.split(text)
    found = _query_words(text) if text.strip() or not patterns else []
    return found + [[fold(pattern)] for pattern in patterns]


def _query_words(text: str) -> list[list[str]]:
    folded = normalize(SURROGATE.sub(" ", text))
    signed = words_with_sign(folded)
    words = dict.fromkeys(_words(WORD_WITH_SIGN.sub(" ", folded) if signed else folded))
    long = [word for word in words if len(word) > 1 or UNSPACED.match(word) or word.isdigit()]
    found = {word: [word] for word in long or (() if signed else words)}
    for word, other in _alternatives(folded):
        if word in found and other not in found[word]:
            found[word].append(other)
    return [*([sign] for sign in signed), *found.values()] or [[sign] for sign in lone_signs(folded)]


def halves(word: str) -> Iterator[tuple[str, str]]:
    """The ways to write a word as two: data base, 25 kg."""
    if parts := unit_parts(word):
        yield parts
    elif word.isalpha() and not UNSPACED.search(word):
        yield from ((word[:at], word[at:]) for at in range(1, len(word) - MIN_HALF + 1))


def _alternatives(text: str) -> Iterator[tuple[str, str]]:
    """(word, another spelling of it), not all of which exist."""
    for word in ASCII_WORD.findall(text.lower()):
        plain = fold(word)
        yield plain, word.translate(TRANSCRIPTIONS)
        yield plain, TRANSCRIBED.sub(lambda found: found[0][0], plain)
    for first, second in pairwise(map(fold, ASCII_WORD.findall(text))):
        yield first, first + second
        yield second, first + second
    for joined, words in (*typed_numbers(text), *initials(text)):
        yield from ((word, joined) for word in words)


def _words(text: str) -> list[str]:
    folded = fold(text)
    if folded.isascii():
        return ASCII_WORD.findall(folded)
    found: list[str] = _tokenizer().analyze(SURROGATE.sub(" ", folded))
    return found


@cache
def _tokenizer() -> Any:
    """A tokenizer whose words have their marks, which those of Indian scripts consist of."""
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WORD_PATTERN)).build()
