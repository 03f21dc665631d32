"""How likely a hit is an answer: a chance for each model, and the band that a person is told.

A logistic curve over what stands out in meaning, with a quarter of what the words are worth: the words alone promise
too much where a subject is everywhere (cranfield: told .77, right .44). Fitted to cranfield, cisi, medline, adi and
XQuAD across languages, the first ten hits of each query in its own library, and in foreign ones where nothing is an
answer. On collections left out of the fit, of hits told to be strong a half were judged right (English .46 to .58),
of likely ones .40, of weak ones .22 to .35, of none .03 to .21; of foreign queries' hits .2 to .6 % were told strong,
2 to 7 % likely. `python -m tests.quality --calibration` prints that table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.document import Band, Lane

# The model's curve: chance = 1 / (1 + exp(-(base + slope * evidence))).
CURVES = {"all-MiniLM-L6-v2": (-4.4, 0.79), "multilingual-e5-small": (-5.5, 1.15)}
ELSEWHERE = (-5.0, 0.95)
WORDS_ALONE = (-3.0, 1.05)
WORDS_BESIDE = 0.36  # of the words' part of the score
NAMED = 0.3  # a file with this share of the query in its name, or less, is no answer by its name
# A passage with every word of the query is no answer by that alone, but nobody may be told that nothing speaks for it:
# where all documents say nearly the same, no word and no meaning stands out.
SAYS_ALL = 0.12
BANDS: tuple[tuple[float, Band], ...] = ((0.55, "strong"), (0.3, "likely"), (0.1, "weak"))


def chance(parts: Mapping[Lane, float], *, named: float, model: str, has_meaning: bool) -> float:
    """The chance, 0 to 1, that a file is an answer.

    `parts` are what words and meaning add to its score, `named` is the share of the query in its name. Without the
    query's vector, words alone tell.
    """
    if has_meaning:
        base, slope = CURVES.get(model, ELSEWHERE)
        evidence = parts["meaning"] + WORDS_BESIDE * parts["words"]
    else:
        base, slope = WORDS_ALONE
        evidence = parts["words"]
    told = 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, base + slope * evidence))))
    return max(told, named - NAMED)


def at_least(likely: float, *, says_all: bool) -> float:
    """A chance, and what a passage with every word of the query has at least."""
    return max(likely, SAYS_ALL) if says_all else likely


def band(likely: float) -> Band:
    """What a chance is called; "none" if nothing speaks for it being an answer."""
    return next((name for least, name in BANDS if likely >= least), "none")
