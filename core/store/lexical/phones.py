"""Phone numbers with a country code: +49 (0)30 123456 is 030 123456 to those who live there."""

from __future__ import annotations

import re
from collections.abc import Iterator

# The zeros of 0049 or a plus, then the digits; a trunk zero in brackets is dialled only inside the country.
PHONE = re.compile(r"[+0](?:(?<=\+)|0)(?<![\w+]\+)(?<![\w+]00)([1-9](?:[ ()/.\u2010-\u2015-]{0,3}\d){7,16})(?![^\W_])")
TRUNK_ZERO = re.compile(r"\(0\)")
NOT_DIGITS = re.compile(r"\D+")
# The country codes of one and two digits by the ITU's plan (E.164); all others have three.
COUNTRY_CODE = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
MAX_DIGITS = 15  # of a number with its country code


def phone_spellings(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """(other spellings, as it is written) for each phone number of a text that has a country code.

    The spellings have no separators: abroad, and inside the country with and without its trunk zero.
    """
    if "+" not in text and "00" not in text:
        return
    for found in PHONE.finditer(text):
        digits = NOT_DIGITS.sub("", TRUNK_ZERO.sub("", found[1]))
        code = COUNTRY_CODE.match(digits)
        if code and len(digits) <= MAX_DIGITS:
            inside = digits[code.end() :]
            yield (digits, f"00{digits}", f"0{inside}", inside), found[0]
