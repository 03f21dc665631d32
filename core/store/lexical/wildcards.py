"""Wildcards in words: `*` stands for any letters, `?` for one. In a text for the indexes they are marks of their own.

The marks are noncharacters, which no text contains, so that the asterisks and question marks of other words stay text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from unicodedata import category

from core.store.lexical.letters import UNSPACED, plain_letters

ANY, ONE = "\ufdd0", "\ufdd1"
MARKS = str.maketrans({"*": ANY, "?": ONE})
SIGNS = str.maketrans({ANY: "*", ONE: "?"})
MARKED_WORD = re.compile(rf"[^\s{ANY}{ONE}]*[{ANY}{ONE}]\S*")
LITERALS = 2  # letters and digits at least; of an unspaced script, one
MAX_WORDS = 1_000  # of the index that a wildcard stands for, the most frequent ones
MAX_SCORED = 100  # of these are weighted by how rare they are, the others are all worth the same
MAX_GAP = 12  # characters that an asterisk inside a word of an unspaced script stands for
UNSPACED_CHAR = UNSPACED.pattern.removesuffix("+")
MATH = re.compile(r"\d+\*\d+\Z")  # a product


def is_wildcard(word: str) -> bool:
    """Whether a typed word has wildcards: asterisks, or question marks inside, and letters enough beside them.

    No word with other signs has any, and neither has **emphasis** or a product, such as 3*4.
    """
    if not ("*" in word or "?" in word[1:-1]) or "**" in word or "?" in (word[0], word[-1]) or MATH.match(word):
        return False
    letters = [char for char in word if char not in "*?"]
    if not all(char.isalnum() or category(char).startswith("M") for char in letters):
        return False
    return len(letters) >= LITERALS or UNSPACED.search(word) is not None


def marked(word: str) -> str:
    """A typed word with marks in place of its wildcards."""
    return word.translate(MARKS)


def typed(pattern: str) -> str:
    """A pattern as it is typed."""
    return pattern.translate(SIGNS)


def split(text: str) -> tuple[str, list[str]]:
    """The text without its words with marks, and these, folded as the words of the index are."""
    if ANY not in text and ONE not in text:
        return text, []
    patterns = [plain_letters(word) for word in MARKED_WORD.findall(text)]
    return MARKED_WORD.sub(" ", text), list(dict.fromkeys(patterns))


def is_unspaced(pattern: str) -> bool:
    """Whether a pattern is found within a run of characters rather than as a word."""
    return UNSPACED.search(pattern) is not None


@lru_cache(maxsize=64)
def word_pattern(pattern: str) -> re.Pattern[str]:
    """A regular expression for a whole folded word; for any part of one in an unspaced script."""
    source = expression(pattern, r"[^\n]")
    return re.compile(source if is_unspaced(pattern) else rf"(?<![^\n]){source}(?![^\n])")


def expression(pattern: str, char: str, between: str = "") -> str:
    """A regular expression's source; `char` matches one character, `between` what may stand between two letters."""
    if is_unspaced(pattern):
        pattern = pattern.strip(ANY)
    many = rf"{UNSPACED_CHAR}{{0,{MAX_GAP}}}?" if is_unspaced(pattern) else f"{char}*"
    pieces = [many if sign == ANY else char if sign == ONE else re.escape(sign) for sign in pattern]
    return between.join(pieces)


def expand(searcher: Any, pattern: str) -> tuple[list[str], int]:
    """The most frequent words of an index that a pattern stands for, and the number of all."""
    head = re.split(f"[{ANY}{ONE}]", pattern, maxsplit=1)[0]
    matches = word_pattern(pattern).match
    found = [
        term
        for field in (("exact", "variants") if any(map(str.isdigit, pattern)) else ("exact",))
        for term, _ in searcher.terms_with_prefix(field, head)
        if matches(term)
    ]
    words = list(dict.fromkeys(found))
    return words[:MAX_WORDS], len(words)


def unspaced_phrase(schema: Any, pattern: str) -> Any:
    """A query for the characters of a pattern in their order, with the gaps that its wildcards leave."""
    import tantivy

    words: list[str | tuple[int, str]] = []
    at = slop = 0
    for sign in pattern.strip(ANY + ONE):
        if sign == ANY:
            slop += MAX_GAP
        else:
            if sign != ONE:
                words.append((at, sign))
            at += 1
    if len(words) == 1:
        return tantivy.Query.term_query(schema, "exact", pattern.strip(ANY + ONE), "freq")
    return tantivy.Query.phrase_query(schema, "exact", words, slop)
