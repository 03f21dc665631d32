"""Hebrew words with other particles before them, and in the plural: what no stemmer of ours knows.

A query looks these forms up; nothing is indexed for them. See `.github/decisions/0963-hebrew-at-the-query.md`.
"""

from __future__ import annotations

import re

HEBREW_WORD = re.compile("[\u05d0-\u05ea]{3,}")
# And, that, the, from, in, to, as: one of each, in this order.
PARTICLES = (
    "", "\u05d4", "\u05d1", "\u05dc", "\u05de", "\u05e9", "\u05db", "\u05d5", "\u05d5\u05d4", "\u05d5\u05d1",
    "\u05d5\u05dc", "\u05d5\u05de", "\u05d5\u05e9", "\u05d5\u05db", "\u05e9\u05d4", "\u05e9\u05d1", "\u05e9\u05dc",
    "\u05de\u05d4", "\u05db\u05e9", "\u05db\u05e9\u05d4", "\u05e9\u05de", "\u05d5\u05de\u05d4", "\u05d5\u05e9\u05d4",
)  # fmt: skip
PARTICLE = re.compile(f"(?:{'|'.join(sorted(PARTICLES[1:], key=len, reverse=True))})(?=.{{3}})")
FEMININE, PLURAL = ("\u05d4", "\u05ea"), ("\u05d9\u05dd", "\u05d5\u05ea", "\u05d9")
MIN_STEM = 3  # letters before an ending


def other_forms(word: str) -> list[str]:
    """The forms of a word with other particles or in the other number; none of a word in another script."""
    if not HEBREW_WORD.fullmatch(word):
        return []
    words = [word]
    if found := PARTICLE.match(word):
        words.append(word[found.end() :])
    words += [form for bare in words for form in _other_number(bare)]
    forms = dict.fromkeys(particle + bare for bare in words for particle in PARTICLES)
    forms.pop(word)
    return list(forms)


def _other_number(word: str) -> list[str]:
    """The plural forms of a word, or its singular ones."""
    for ending in PLURAL:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= MIN_STEM - 1:
            return [stem, *(stem + other for other in (*FEMININE, *PLURAL) if other != ending)]
    stem = word[:-1] if word.endswith(FEMININE) and len(word) > MIN_STEM else word
    return [stem + ending for ending in PLURAL]
