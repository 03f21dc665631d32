"""Numbers however they are grouped: IBANs, phone and part numbers, amounts, and numbers beside their unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

MAX_NUMBER = 34  # letters and digits of a number with its groups: that of an IBAN
MIN_SPACED_NUMBER = 4  # digits of a number whose groups are separated by blanks
MAX_GROUPS = 10  # more of them are a row of a table
GROUP = r"(?:[^\W\d_]{0,4}\d[^\W_]{0,20}|[A-Z]{1,4})"
TYPED_GROUP = r"(?:[^\W\d_]{0,4}\d[^\W_]{0,20}|[A-Za-z]{1,4})"  # nobody types the capitals of a part number
SEPARATOR = r"(?:\)?[-\u2010-\u2015\u2212 ./,:'\u2019_]\(?|\)\(?|\()"
RUN = re.compile(rf"(?<![^\W_])\(?{GROUP}(?:{SEPARATOR}{GROUP})+(?![^\W_])")
TYPED_RUN = re.compile(rf"(?<![^\W_])\(?{TYPED_GROUP}(?:{SEPARATOR}{TYPED_GROUP})+(?![^\W_])")
WORD = re.compile(r"[^\W_]+")
DIGIT = re.compile(r"\d")
# An amount with thousands and decimals; its whole part is a term too.
AMOUNT = re.compile(r"(\d{1,3}(?:[., '\u2019]\d{3})+)[.,](\d{1,2})\Z")
AMOUNT_DECIMAL_SIGNS = frozenset(".,")
# Where numbers can be: neighbours on a line that have a digit or a capital, as each group of a number has.
MAYBE_NUMBERS = re.compile(r"(?<![^ \n])[^ \nA-Z\d]*+[A-Z\d][^ \n]*+(?: [^ \nA-Z\d]*+[A-Z\d][^ \n]*+)*+")
WITH_UNIT = re.compile(r"(?<![^\W_])(?:(\d+)([^\W\d_]{1,5})|([^\W\d_]{1,4})(\d{2,}))(?![^\W_])")


def number_terms(text: str) -> set[str]:
    """The numbers of a normalized text without the separators of their groups, and numbers apart from their unit."""
    found: set[str] = set()
    if DIGIT.search(text):
        text = "\n".join(filter(DIGIT.search, MAYBE_NUMBERS.findall(text)))
        for run in RUN.findall(text):
            found.update(_joined(run))
        for parts in WITH_UNIT.findall(text):
            found.update(part.lower() for part in parts if part)
    return found


def typed_numbers(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """(number without separators, the words that it joins) of a normalized, typed text."""
    for run in TYPED_RUN.finditer(text) if DIGIT.search(text) else ():
        words = [word.lower() for word in WORD.findall(run[0])]
        for first in range(len(words)):
            for last in range(first + 2, len(words) + 1):
                number = "".join(words[first:last])
                if len(number) <= MAX_NUMBER and DIGIT.search(number):
                    yield number, frozenset(words[first:last])
        amount = AMOUNT.search(run[0])
        if amount and not amount[2].strip("0"):  # 1.499,00 is 1499
            yield "".join(WORD.findall(amount[1])), frozenset(words)


def unit_parts(word: str) -> tuple[str, str] | None:
    """A number and its unit that are written as one word; None for any other word."""
    found = WITH_UNIT.fullmatch(word)
    if found is None:
        return None
    return (found[1], found[2]) if found[1] else (found[3], found[4])


@lru_cache(maxsize=4096)  # dates, versions and sizes come again and again
def _joined(run: str) -> frozenset[str]:
    """The number of a run, joined, and those of its parts: what is between blanks, and some groups in a row."""
    chunks = run.split(" ")
    words = [WORD.findall(chunk) for chunk in chunks]
    found = {number for chunk_words in words if len(chunk_words) > 1 for number in _without_labels(chunk_words)}
    amounts = [chunk for chunk in chunks if AMOUNT.search(chunk)]
    if 1 < len(chunks) <= MAX_GROUPS:
        found.update(_rows(["".join(chunk_words).lower() for chunk_words in words]))
        # An amount with blanks ends where one of its chunks ends, and begins before it.
        amounts += [
            " ".join(chunks[first : last + 1])
            for last, chunk in enumerate(chunks)
            if chunk[-3:-2] in AMOUNT_DECIMAL_SIGNS or chunk[-2:-1] in AMOUNT_DECIMAL_SIGNS
            for first in range(last)
        ]
    for text in amounts:
        if amount := AMOUNT.search(text):
            found.add("".join(WORD.findall(amount[1])))
    return frozenset(found)


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
