"""The signs of the query language in a text, without any grammar: quotes in many scripts, field names, words."""

from __future__ import annotations

import re

from core.search.query.fields import FIELDS, understands
from core.store.lexical.analyzers import UNSPACED

QUOTES = '"“”„‟«»‹›「」『』《》＂'
# Which signs end what a sign began; whatever else is a quotation mark is only text there.
CLOSING = {
    '"': '"”“', "＂": '＂"', "“": '”"', "”": '”"', "„": '“”"', "‟": '”"', "«": "»", "»": "«", "‹": "›", "›": "‹",
    "「": "」", "『": "』",
}  # fmt: skip
INSIDE_WORDS = "“„「『"  # open a phrase in a text without spaces, too
FIELD = re.compile(r"([A-Za-z]+)[:：](?=\S)")
ENDING = re.compile(rf"[.?!。？！؟…][\s)\]）】{QUOTES}]*\Z")
SPACE = re.compile(r"\s*")
CHUNK = re.compile(r"\S+")
NO_WORD = re.compile(r"[\W_]*\Z")


def closing(text: str, at: int) -> int:
    """Where the phrase that a quotation mark at `at` opens ends: at its closing mark, or at the end of the text."""
    found = (text.find(mark, at + 1) for mark in CLOSING[text[at]])
    return min((place for place in found if place >= 0), default=len(text))


def inner(text: str) -> str:
    """What is between quotes as one line without any quotation mark."""
    return " ".join("".join(" " if sign in QUOTES else sign for sign in text).split())


def field_at(text: str, at: int, *, brackets: bool) -> tuple[str, str, int] | None:
    """(name, value, end) of a field that begins at `at`; None if there is none that has a meaning."""
    named = FIELD.match(text, at)
    if named is None or named[1].lower() not in FIELDS:
        return None
    start = named.end()
    if text[start] in CLOSING:
        end = closing(text, start)
        value, end = inner(text[start + 1 : end]), min(end + 1, len(text))
    else:
        end = word_end(text, start, brackets=brackets)
        value = inner(text[start:end])
    name = FIELDS[named[1].lower()]
    return (name, value, end) if understands(name, value) else None


def word_end(text: str, at: int, *, brackets: bool) -> int:
    """The end of the word that begins at `at`; with `brackets`, one that closes what is open around it ends it."""
    open_here = 0
    for place in range(at, len(text)):
        sign = text[place]
        if sign.isspace() or (place > at and sign in INSIDE_WORDS and UNSPACED.match(text[place - 1])):
            return place
        if sign == "(":
            open_here += 1
        elif sign == ")":
            if brackets and not open_here:
                return place
            open_here = max(0, open_here - 1)
    return len(text)
