"""Words with hyphens as one word: follow-up as followup, E-Mail-Adresse as Email-Adresse and Emailadresse."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.store.lexical.letters import UNSPACED, plain_letters

PART = r"\d{0,4}[^\W\d_][^\W_]*"
# Hyphens of Latin script, and the Hebrew maqaf.
HYPHENATED = re.compile(
    rf"(?<![\w\u2010\u2011\u05be-]){PART}(?:[-\u2010\u2011\u05be]{PART}){{1,3}}(?![\w\u2010\u2011\u05be-])"
)
HYPHEN = re.compile("[-\u2010\u2011\u05be]")


def solid_words(pieces: Iterable[str]) -> list[str]:
    """The words that the parts of words with hyphens form, as terms: neighbours, and all of them.

    `pieces` are what is between the blanks of a text.
    """
    found: list[str] = []
    for word in HYPHENATED.findall(" ".join(filter(HYPHEN.search, pieces))):
        if UNSPACED.search(word):
            continue
        parts = [plain_letters(part) for part in HYPHEN.split(word)]
        found += [
            "".join(parts[first:last]) for first in range(len(parts) - 1) for last in range(first + 2, len(parts) + 1)
        ]
    return found
