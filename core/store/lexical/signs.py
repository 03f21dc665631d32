"""Words with signs (C++, .NET, R&D), initials (U.S.A.), and signs that stand alone (€, →, 🎉)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any
from unicodedata import category

# One letter and letters or digits with ++, + or # behind them; initials around an ampersand; a dot before a word.
WORD_WITH_SIGN = re.compile(
    r"(?<![\w.])(?:[^\W\d_]\w{0,15}(?:\+{1,3}|#)(?![\w+#])|[^\W\d_]{1,3}(?:&[^\W\d_]{1,3})+(?!\w)"
    r"|[^\W\d_](?: & [^\W\d_])+(?!\w)|\.[^\W\d_]{2,12}(?![\w.]))"
)
# What only a phrase asks for, since most readers do not mean the sign: #tag, @name, what ends in a minus (AB-, C--).
MARKED_WORD = re.compile(r"(?<![\w#@&/.+-])(?:[#@][^\W\d_][\w-]{1,30}|[^\W\d_]{1,2}-{1,2}(?![\w-]))")
INITIALS = re.compile(r"(?<![\w.'\u2019])(?:[^\W\d_]\. ?){2,8}(?:(?<=\.)[^\W\d_](?![\w.]))?")
ASCII_SIGN = re.compile(r"(?<!\S)(?:[!-,./:-@[-`{-~][!-/:-@[-`{-~]{0,2}|--?[!-,./:-@[-`{-~])(?!\S)|\$(?=\d)|(?<=\d)%")
# Signs other than ASCII; not those that frames are drawn with, nor what stands for something unknown.
PUNCTUATION_SIGNS = "§¶†‡‰•‣※‽¿¡⁂"
SIGN = rf"[[\p{{S}}℮{PUNCTUATION_SIGNS}]&&[^\x00-\x7f\x{{2500}}-\x{{259f}}\x{{fffc}}\x{{fffd}}]]"
OPTION = re.compile(r"(?<=\S[ \t])-{1,2}[A-Za-z][\w-]*(?!\S)")  # of a command: tar -xzf; not the dash of a list
# These begin with what is rare, for which a text is searched fast.
MAYBE_MARKED = re.compile(r"[#@](?=[^\W\d_])|-(?![\w-])(?<=[^\W\d_]-)|--(?![\w-])(?<=[^\W\d_]--)")
MAYBE_INITIALS = re.compile(r"\.(?<=[^\W\d_]\.)(?<!\w\w\.) ?[^\W\d_](?!\w)")
MAYBE_WORD_WITH_SIGN = re.compile(r"[+#&]|(?<![\w.])\.[^\W\d_]")


def words_with_sign(text: str) -> list[str]:
    """The words of a normalized text that a sign belongs to, in lower case and without blanks."""
    if not MAYBE_WORD_WITH_SIGN.search(text):
        return []
    return [match[0].lower().replace(" ", "") for match in WORD_WITH_SIGN.finditer(text)]


def marked_words(text: str) -> list[str]:
    """The words of a normalized text with a sign that only a phrase asks for, in lower case."""
    return [match.lower() for match in MARKED_WORD.findall(text)] if MAYBE_MARKED.search(text) else []


def initials(text: str) -> Iterator[tuple[str, list[str]]]:
    """(usa, [u, s, a]) for each U.S.A. of a normalized text."""
    if MAYBE_INITIALS.search(text):
        for match in INITIALS.finditer(text):
            letters = [char.lower() for char in match[0] if char.isalpha()]
            yield "".join(letters), letters


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
        category(character)[0] == "S" or category(character) == "Cn" or character in PUNCTUATION_SIGNS
    )


@cache
def _signs() -> Any:
    import tantivy

    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(SIGN)).build()
