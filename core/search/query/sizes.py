"""Parser of file sizes: >10mb, <=1.5 GB, 2mb..5mb."""

from __future__ import annotations

import re

UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
SIZE_PATTERN = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s*(?:([kmgt])i?b?|b|bytes?)?\Z")
SIZE_COMPARISON = re.compile(r"(<=|>=|<|>|=|≤|≥)?\s*(.*)\Z", re.DOTALL)
TOLERANCE = 0.1  # a size without a comparison sign matches within this share of its value
MAX_SIZE = 2**63 - 1

SizeRange = tuple[int, int]


def parse_sizes(value: str) -> SizeRange | None:
    """The smallest and the largest size in bytes that a value matches; None if the value is invalid.

    1 kB is 1024 bytes.
    """
    low, dots, high = value.partition("..")
    if dots:
        first, last = _parse_bytes(low) if low.strip() else 0, _parse_bytes(high) if high.strip() else MAX_SIZE
        return None if first is None or last is None or not value.strip(" .") else (first, last)
    compared = SIZE_COMPARISON.match(value.strip())
    number = _parse_bytes(compared[2]) if compared else None
    if compared is None or number is None:
        return None
    match compared[1]:
        case "<":
            return 0, number - 1
        case ">":
            return number + 1, MAX_SIZE
        case "<=" | "≤":
            return 0, number
        case ">=" | "≥":
            return number, MAX_SIZE
        case "=":
            return number, number
        case _:
            return int(number * (1 - TOLERANCE)), int(number * (1 + TOLERANCE))


def _parse_bytes(text: str) -> int | None:
    written = SIZE_PATTERN.match(text.strip().lower())
    if written is None:
        return None
    return int(float(written[1].replace(",", ".")) * UNITS[written[2] or ""])
