"""The day on which a document itself says that it was written, as "YYYY-MM-DD"."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate

FIRST_YEAR, LAST_YEAR = 1900, 2199  # dates outside are a program's default, or damage
# ISO 8601, and PDF's D:20150312143000+01'00'.
_DAY = re.compile(r"\s*(?:D:)?(\d{4})-?(\d{2})-?(\d{2})(?!\d{1,3}(?!\d))")


def day_of(text: str) -> str:
    """The day of a date in a document's properties, in the time zone that it is written in; "" if it has none."""
    found = _DAY.match(text or "")
    if found is None:
        return ""
    year, month, day = map(int, found.groups())
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else ""
    except ValueError:
        return ""


def day_sent(text: str) -> str:
    """The day of a message's Date header, or of a date in ISO 8601; "" if it has none."""
    found = parsedate(text)
    return day_of("{:04}-{:02}-{:02}".format(*found[:3]) if found else text)
