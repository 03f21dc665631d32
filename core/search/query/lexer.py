"""Lexical elements of the query language: quotes of many scripts, field names, words."""

from __future__ import annotations

import re

from core.search.query.fields import FIELDS, is_valid
from core.store.lexical.letters import UNSPACED

QUOTES = '"“”„‟«»‹›「」『』《》＂'
# The closing marks of each opening mark; any other quotation mark inside is text.
CLOSING_QUOTES = {
    '"': '"”“', "＂": '＂"', "“": '”"', "”": '”"', "„": '“”"', "‟": '”"', "«": "»", "»": "«", "‹": "›", "›": "‹",
    "「": "」", "『": "』",
}  # fmt: skip
INLINE_QUOTES = "“„「『"  # open a phrase in the middle of unspaced text too
FIELD = re.compile(r"([A-Za-z]+)[:：](?=\S)")
SENTENCE_END = re.compile(rf"[.?!。？！؟…][\s)\]）】{QUOTES}]*\Z")
SPACE = re.compile(r"\s*")
NON_SPACE = re.compile(r"\S+")
NO_WORD = re.compile(r"[\W_]*\Z")


def phrase_end(text: str, at: int) -> int:
    """The end of the phrase opened by the quotation mark at `at`: its closing mark, or the end of the text."""
    found = (text.find(mark, at + 1) for mark in CLOSING_QUOTES[text[at]])
    return min((place for place in found if place >= 0), default=len(text))


def unquoted(text: str) -> str:
    """The text between quotes as one line, without quotation marks."""
    return " ".join("".join(" " if char in QUOTES else char for char in text).split())


def field_at(text: str, at: int, *, brackets: bool) -> tuple[str, str, int] | None:
    """(name, value, end) of the field that starts at `at`; None if the name or the value is not valid."""
    named = FIELD.match(text, at)
    if named is None or named[1].lower() not in FIELDS:
        return None
    start = named.end()
    if text[start] in CLOSING_QUOTES:
        end = phrase_end(text, start)
        value, end = unquoted(text[start + 1 : end]), min(end + 1, len(text))
    else:
        end = word_end(text, start, brackets=brackets)
        value = unquoted(text[start:end])
    name = FIELDS[named[1].lower()]
    return (name, value, end) if is_valid(name, value) else None


def word_end(text: str, at: int, *, brackets: bool) -> int:
    """The end of the word that starts at `at`; with `brackets`, an unmatched closing bracket ends it too."""
    depth = 0
    for place in range(at, len(text)):
        char = text[place]
        if char.isspace() or (place > at and char in INLINE_QUOTES and UNSPACED.match(text[place - 1])):
            return place
        if char == "(":
            depth += 1
        elif char == ")":
            if brackets and not depth:
                return place
            depth = max(0, depth - 1)
    return len(text)
