"""Words with hyphens as one word: follow-up as followup, E-Mail-Adresse as Email-Adresse and Emailadresse."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.store.lexical.letters import UNSPACED, plain_letters

HYPHENATED = re.compile(r"(?<![\w\u2010\u2011-])[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+){1,3}(?![\w\u2010\u2011-])")
HYPHEN = re.compile("[-\u2010\u2011]")


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
