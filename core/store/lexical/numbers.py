"""Numbers however they are grouped: IBANs, phone and part numbers, amounts, and numbers beside their unit.

Which terms an amount and a phone number have: `.github/decisions/0962-amounts-and-phone-numbers.md`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.store.lexical.letters import UNSPACED
from core.store.lexical.phones import phone_spellings

MAX_NUMBER = 34  # letters and digits of a number with its groups: that of an IBAN
MIN_SPACED_NUMBER = 4  # digits of a number whose groups are separated by blanks
MAX_GROUPS = 10  # more of them are a row of a table
GROUP = r"(?:[^\W\d_]{0,4}\d[^\W_]{0,20}|[A-Z]{1,4})"
TYPED_GROUP = r"(?:[^\W\d_]{0,4}\d[^\W_]{0,20}|[A-Za-z]{1,4})"  # nobody types the capitals of a part number
SEPARATOR = r"(?:\)?[-\u2010-\u2015\u2212 ./,:'\u2019_\xb7\u2022]\(?|\)\(?|\()"
RUN = re.compile(rf"(?<![^\W_])\(?{GROUP}(?:{SEPARATOR}{GROUP})+(?![^\W_])")
TYPED_RUN = re.compile(rf"(?<![^\W_])\(?{TYPED_GROUP}(?:{SEPARATOR}{TYPED_GROUP})+(?![^\W_])")
WORD = re.compile(r"[^\W_]+")
DIGIT = re.compile(r"\d")
# An amount with decimals, perhaps with thousands, also Indian ones: a term as 1234.5, and its whole part as another.
AMOUNT = re.compile(
    r"(?<![\w.,])(\d{1,3}(?P<sign>[., '\u2019])(?:\d{2,3}(?P=sign))*\d{3}|\d+)(?!(?P=sign))[.,](?P<decimals>\d{1,2})"
    r"(?![\w]|[.,]\d)"
)
THOUSANDS = re.compile(r"\d{1,3}(?:[., '\u2019]\d{2,3})*[., '\u2019]\d{3}")
# 2x4, 30 × 40cm
DIMENSIONS = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?(?: ?[x\xd7] ?\d+(?:[.,]\d+)?)+)([^\W_]{0,5})", re.IGNORECASE)
MAYBE_DIMENSIONS = re.compile(r"[xX\xd7](?= ?\d)(?<=[\d ].)")
LABEL = re.compile(r"^[^\W\d_]+(?=\d)|(?<=\d)[^\W\d_]+$")  # v2.10, 12,345円
AMOUNT_DECIMAL_SIGNS = frozenset(".,")
# Where numbers can be: neighbours on a line that have a digit or a capital, as each group of a number has.
MAYBE_NUMBERS = re.compile(r"(?<![^ \n])[^ \nA-Z\d]*+[A-Z\d][^ \n]*+(?: [^ \nA-Z\d]*+[A-Z\d][^ \n]*+)*+")
WITH_UNIT = re.compile(r"(?<![^\W_])(?:(\d+)([^\W\d_]{1,5})|([^\W\d_]{1,4})(\d{2,}))(?![^\W_])")
TYPED_WITH_UNIT = re.compile(r"(?:(\d+)([^\W\d_]{1,12})|([^\W\d_]{1,12})(\d+))")


def number_terms(text: str) -> set[str]:
    """The numbers of a normalized text without the separators of their groups, and numbers apart from their unit."""
    found: set[str] = set()
    if DIGIT.search(text):
        text = text.replace(" / ", "/")
        found.update(dimension for dimension, _ in _dimensions(text))
        if not text.isascii() and UNSPACED.search(text):  # nothing parts a number from the words around it
            text = f"{text}\n{UNSPACED.sub(chr(10), text)}"
        text = "\n".join(filter(DIGIT.search, MAYBE_NUMBERS.findall(text)))
        found.update(number for numbers, _ in phone_spellings(text) for number in numbers)
        for run in RUN.findall(text):
            found.update(_joined(run))
        for parts in WITH_UNIT.findall(text):
            found.update(part.lower() for part in parts if part)
    return found


def typed_numbers(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(number without separators, the words that it joins) of a normalized, typed text."""
    if not DIGIT.search(text):
        return
    text = text.replace(" / ", "/")
    for spelling, written in _dimensions(text):
        yield spelling, frozenset(WORD.findall(written.lower()))
    for numbers, written in phone_spellings(text):
        yield from ((number, frozenset(WORD.findall(written))) for number in numbers)
    for run in TYPED_RUN.finditer(text):
        found = [(match.start(), match[0].lower()) for match in WORD.finditer(run[0])]
        words, amounts = [word for _, word in found], set[tuple[int, int]]()
        for amount in AMOUNT.finditer(run[0]):
            inside = [place for place, (start, _) in enumerate(found) if amount.start() <= start < amount.end()]
            amounts.add((inside[0], inside[-1] + 1))
            parts = frozenset(words[inside[0] : inside[-1] + 1])
            yield from ((number, parts) for number in _amount_terms(amount, is_typed=True))
        for first in range(len(words)):
            for last in range(first + 2, len(words) + 1):
                number = "".join(words[first:last])
                if len(number) <= MAX_NUMBER and DIGIT.search(number) and (first, last) not in amounts:
                    yield number, frozenset(words[first:last])


def unit_parts(word: str) -> tuple[str, str] | None:
    """The number and the word of a typed word like 31kg, Covid19 or A4; None for any other word."""
    found = TYPED_WITH_UNIT.fullmatch(word)
    if found is None:
        return None
    return (found[1], found[2]) if found[1] else (found[3], found[4])


@lru_cache(maxsize=4096)  # dates, versions and sizes come again and again
def _joined(run: str) -> frozenset[str]:
    """The number of a run, joined, and those of its parts: what is between blanks, and some groups in a row."""
    chunks = run.split(" ")
    words = [WORD.findall(chunk) for chunk in chunks]
    amounts = [chunk for chunk in (*chunks, *(LABEL.sub("", chunk) for chunk in chunks)) if AMOUNT.search(chunk)]
    found = {
        number
        for chunk, chunk_words in zip(chunks, words, strict=True)
        if len(chunk_words) > 1 and not AMOUNT.fullmatch(chunk)
        for number in _without_labels(chunk_words)
    }
    if 1 < len(chunks) <= MAX_GROUPS:
        found.update(_rows([_as_written(chunk) for chunk in chunks]))
        # An amount with blanks ends where one of its chunks ends, and begins before it.
        amounts += [
            " ".join(chunks[first : last + 1])
            for last, chunk in enumerate(chunks)
            if chunk[-3:-2] in AMOUNT_DECIMAL_SIGNS or chunk[-2:-1] in AMOUNT_DECIMAL_SIGNS
            for first in range(last)
        ]
    for text in amounts:
        if amount := AMOUNT.search(text):
            found.update(_amount_terms(amount))
    return frozenset(found)


def _as_written(chunk: str) -> str:
    """What is between blanks as a part of a number: without separators, an amount as 1234.5."""
    amount = AMOUNT.fullmatch(chunk)
    return next(_amount_terms(amount)) if amount else "".join(WORD.findall(chunk)).lower()


def _amount_terms(amount: re.Match[str], *, is_typed: bool = False) -> Iterator[str]:
    """The terms of an amount: 1234.5 of 1,234.50, and its whole part; of a typed one only if no decimals follow."""
    whole, decimals = "".join(WORD.findall(amount[1])), amount["decimals"].rstrip("0")
    if decimals:
        yield f"{whole}.{decimals}"
    if not decimals or (THOUSANDS.fullmatch(amount[1]) and not is_typed):
        yield whole


def _dimensions(text: str) -> Iterator[tuple[str, str]]:
    """(2x4, as it is written) for each dimension of a text."""
    if MAYBE_DIMENSIONS.search(text):
        for found in DIMENSIONS.finditer(text):
            yield found[1].lower().replace(" ", "").replace("\xd7", "x").replace(",", "."), found[0]


def _rows(chunks: Sequence[str]) -> Iterator[str]:
    """The numbers that at least two chunks in a row form, of which one has a digit."""
    has_digit = [DIGIT.search(chunk) is not None for chunk in chunks]
    for first in range(len(chunks)):
        number, is_number = chunks[first], has_digit[first]
        for chunk, is_numbered in zip(chunks[first + 1 :], has_digit[first + 1 :], strict=True):
            number += chunk
            is_number |= is_numbered
            if len(number) > MAX_NUMBER:
                break
            if is_number and len(number) >= MIN_SPACED_NUMBER:
                yield number


def _without_labels(words: list[str]) -> Iterator[str]:
    """The joined words, with and without letters before and after the number."""
    numbered = [place for place, word in enumerate(words) if DIGIT.search(word)]
    if not numbered:
        return
    for piece in (words, words[numbered[0] :], words[: numbered[-1] + 1], words[numbered[0] : numbered[-1] + 1]):
        joined = "".join(piece).lower()
        if len(piece) > 1 and len(joined) <= MAX_NUMBER:
            yield joined
            if (bare := LABEL.sub("", joined)) != joined:
                yield bare
