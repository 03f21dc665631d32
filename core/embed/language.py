"""Tells passages that have language from rows of digits, encoded data, dumps and glyphs, whose meaning is noise.

A model makes a vector of anything, and that of a text without words is near to every question by chance. Such passages
are found by their words alone. Measured in .github/decisions/0940-passages-without-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MIN_WORD_SHARE = 0.08  # of the characters of a passage, without white space, that belong to words
MAX_WORD = 40  # letters
MAX_VOWELLESS = 5  # letters of an abbreviation
MIN_HUMP = 3  # letters, on average, between the capitals inside a word, as in camelCase
# The names of glyphs that a PDF has in place of letters where its font does not say which these are.
_GLYPH_NAMES = re.compile(r"\(cid:\d+\)|/[a-z]{1,5}\d+(?=[/\s]|\Z)|\buni[0-9A-F]{4}\b")
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
# Letters that stand by themselves or before a short number: not in a run of both, nor beside another script's.
_LATIN_WORD = re.compile(rf"(?<![^\W_])[{_LATIN}\u0300-\u036f]{{3,{MAX_WORD}}}(?=\d{{0,4}}(?![^\W_]))")
# Living scripts other than Latin: Greek to Khmer, Georgian, Cyrillic, Tifinagh, Ethiopic and Arabic as glyphs.
_OTHER_WORD = re.compile(
    r"[\u0370-\u1dbf\u1f00-\u1fff\u2c80-\u2dff\ua4d0-\uabff\ufb13-\ufdff\ufe70-\ufefc\U0001e900-\U0001e95f]{2,}"
)
_IDEOGRAPH = re.compile(
    r"[\u3005\u3041-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
    r"\U00020000-\U0003134f]"
)
_VOWEL = re.compile("[aeiouyAEIOUY]|[\u00c0-\u1eff](?<![\u00d0\u00f0])")
_HUMP = re.compile("(?<=[a-z])[A-Z]")


def has_language(text: str) -> bool:
    """Whether enough of a text is words, in any script that is in use today."""
    text = _GLYPH_NAMES.sub(" ", text)
    missing = max(1.0, MIN_WORD_SHARE * sum(map(len, text.split())))
    for word in _words(text):
        missing -= len(word)
        if missing <= 0:
            return True
    return False


def _words(text: str) -> Iterator[str]:
    for match in _LATIN_WORD.finditer(text):
        if _is_word(match[0]):
            yield match[0]
    if not text.isascii():
        for pattern in (_OTHER_WORD, _IDEOGRAPH):
            for match in pattern.finditer(text):
                yield match[0]


def _is_word(letters: str) -> bool:
    """Whether Latin letters may be a word or an identifier: pronounceable, and not capitals at random."""
    ascii_letters = sum(char.isascii() for char in letters)
    if 2 * ascii_letters < len(letters):
        return False
    if len(letters) > MAX_VOWELLESS and not _VOWEL.search(letters):
        return False
    return (1 + len(_HUMP.findall(letters))) * MIN_HUMP <= len(letters) or not _HUMP.search(letters)
