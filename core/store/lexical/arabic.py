"""Arabic words without the conjunction and the article before them: what the stemmer leaves there."""

from __future__ import annotations

import re

WORD = re.compile("[\u0621-\u064a]+")
# Wa or fa, then the article, perhaps behind the prepositions bi, ka and li; or wa alone.
PARTICLES = re.compile("(?:[\u0648\u0641]?(?:[\u0628\u0643]?\u0627\u0644|\u0644\u0644)(?=.{3})|\u0648(?=.{3}))")


def without_particles(word: str) -> str:
    """A normalized word without particles; unchanged if it has none."""
    found = PARTICLES.match(word)
    return word[found.end() :] if found else word


def bare_words(text: str) -> list[str]:
    """The words of a normalized text that have particles, without them."""
    words = WORD.findall(text)
    return [bare for word in words if (bare := without_particles(word)) != word]
