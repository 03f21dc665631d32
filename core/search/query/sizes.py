"""Sizes as people write them: >10mb, <=1.5 GB, 2mb..5mb."""

from __future__ import annotations

import re

UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
SIZE = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s*(?:([kmgt])i?b?|b|bytes?)?\Z")
COMPARED = re.compile(r"(<=|>=|<|>|=|≤|≥)?\s*(.*)\Z", re.DOTALL)
ABOUT = 0.1  # a size alone means it and what is this share more or less
LARGEST = 2**63 - 1

Sizes = tuple[int, int]


def sizes(value: str) -> Sizes | None:
    """The smallest and the largest size in bytes that a value means; None if it is no size.

    Units are those that file managers count in: 1 kB is 1024 bytes.
    """
    low, dots, high = value.partition("..")
    if dots:
        first, last = _bytes(low) if low.strip() else 0, _bytes(high) if high.strip() else LARGEST
        return None if first is None or last is None or not value.strip(" .") else (first, last)
    compared = COMPARED.match(value.strip())
    number = _bytes(compared[2]) if compared else None
    if compared is None or number is None:
        return None
    match compared[1]:
        case "<":
            return 0, number - 1
        case ">":
            return number + 1, LARGEST
        case "<=" | "≤":
            return 0, number
        case ">=" | "≥":
            return number, LARGEST
        case "=":
            return number, number
        case _:
            return int(number * (1 - ABOUT)), int(number * (1 + ABOUT))


def _bytes(text: str) -> int | None:
    written = SIZE.match(text.strip().lower())
    if written is None:
        return None
    return int(float(written[1].replace(",", ".")) * UNITS[written[2] or ""])
