"""Words with signs (C++, .NET, R&D) and signs that stand alone (€, →, 🎉)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any
from unicodedata import category

# One letter and letters or digits with ++, + or # behind them; initials around an ampersand; a dot before a word.
WORD_WITH_SIGN = re.compile(
    r"(?<![\w.])(?:[^\W\d_]\w{0,15}(?:\+{1,2}|#)(?![\w+#])|[^\W\d_]{1,3}(?:&[^\W\d_]{1,3})+(?!\w)"
    r"|[^\W\d_](?: & [^\W\d_])+(?!\w)|\.[^\W\d_]{2,12}(?![\w.]))"
)
ASCII_SIGN = re.compile(r"(?<!\S)[!-,./:-@[-^`{-~]{1,3}(?!\S)|\$(?=\d)|(?<=\d)%")
# Signs other than ASCII; not those that frames are drawn with, nor what stands for something unknown.
SIGN = r"[[\p{S}§¶†‡‰℮]&&[^\x00-\x7f\x{2500}-\x{259f}\x{fffc}\x{fffd}]]"
OPTION = re.compile(r"(?<=\S[ \t])-{1,2}[A-Za-z][\w-]*(?!\S)")  # of a command: tar -xzf; not the dash of a list
MAYBE_WORD_WITH_SIGN = re.compile(r"[+#&]|(?<![\w.])\.[^\W\d_]")


def words_with_sign(text: str) -> list[str]:
    """The words of a normalized text that a sign belongs to, in lower case and without blanks."""
    if not MAYBE_WORD_WITH_SIGN.search(text):
        return []
    return [match[0].lower().replace(" ", "") for match in WORD_WITH_SIGN.finditer(text)]


def lone_signs(text: str) -> list[str]:
    """The signs of a normalized text that stand for themselves."""
    found = ASCII_SIGN.findall(text)
    return found + _signs().analyze(text) if any(map(_may_be_sign, set(text))) else found


def options(text: str) -> list[str]:
    """The options of commands in a text, with their minus."""
    return [match.lower() for match in OPTION.findall(text)] if " -" in text else []


@lru_cache(maxsize=10_000)
def _may_be_sign(character: str) -> bool:
    """Whether `SIGN` may match: a symbol, one of its other signs, or a character that Python does not know yet."""
    return character > "\x7f" and (
        category(character)[0] == "S" or category(character) == "Cn" or character in "§¶†‡‰℮"
    )


@cache
def _signs() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(SIGN)).build()
