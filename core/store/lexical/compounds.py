"""Compounds written as one word (German, Dutch, Swedish, Finnish): the endings of long words that may be words.

How it was chosen, and its cost: `.github/decisions/0913-compounds.md`.
"""

from __future__ import annotations

import re

LANGUAGES = frozenset(("german", "dutch", "swedish", "danish", "norwegian", "finnish", "hungarian", "estonian"))
MIN_PART = 4  # letters of a part of a compound, and of what stands before it
LONG_WORD = re.compile(rf"(?<![^\W_])[^\W\d_]{{{2 * MIN_PART},40}}(?![^\W_])")
VOWELS = frozenset("aeiouyäöüåæøáéíóúőűõ")
# What a part may begin with: one consonant before a vowel, a cluster of these languages, or a vowel behind a consonant.
ONSET = re.compile(
    r"(?:sch[lmnrw]?|s[ptk][rl]?|[bdfgkptvw]r|[bfgkps]l|s[lmnv]|[gk]n|pf[lr]?|[tz]w|qu|[cpt]h[lr]?|[tf]j|[^aeiouyäöüåæø])?"
    r"[aeiouyäöüåæøáéíóúőűõ]"
)
# Two vowels that end one part and begin the next: Gewerbe|anmeldung, Reise|unterlagen; not those that sound as one.
APART = re.compile(r"e[aoäöü]|eu[nm]|[ao]o|oa|io")
# A prefix, not a word of its own: Sicherung is no part of Reiseversicherung. Some words do end so.
PREFIX_BEFORE = re.compile(r"(?<!pul)(?<!ser)(?<!sil)(?<!zil)(?<!o)(?<!ö)ver\Z")
# What makes another word of one: Schein is no part of Bescheinigung.
DERIVED = frozenset(("igung", "ung", "ungs", "lich", "isch", "igkeit", "heit", "keit", "schaft", "barkeit", "lichkeit"))
# What may stand between two parts of a compound, and end an inflected one.
LINKS = ("", "s", "es", "n", "en", "e", "er", "ns", "ens")
MAX_INFLECTION = 4  # letters of an inflected ending


def compound_endings(word: str) -> tuple[str, ...]:
    """The endings of a long word, in lower case, that may begin a part; see `ONSET`."""
    return tuple(
        word[at:]
        for at in range(MIN_PART, len(word) - MIN_PART + 1)
        if ONSET.match(word, at)
        and (word[at] not in VOWELS or word[at - 1] not in VOWELS or APART.match(word, at - 1))
        and not PREFIX_BEFORE.search(word, 0, at)
        and VOWELS.intersection(word[:at])
    )
