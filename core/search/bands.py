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

# A model's curve: chance = 1 / (1 + exp(-(base + slope * evidence - behind * what it lacks of the best hit's))).
CURVES = {"all-MiniLM-L6-v2": (-2.8, 0.52, 0.38), "multilingual-e5-small": (-5.5, 1.15, 0.0)}
ELSEWHERE = (-5.0, 0.95, 0.0)
WORDS_ALONE = (-3.0, 1.05, 0.0)
WORDS_BESIDE = 0.36  # of the words' part of the score
NAMED = 0.3  # a file with this share of the query in its name, or less, is no answer by its name
# A passage with every word of the query is no answer by that alone, but nobody may be told that nothing speaks for it:
# where all documents say nearly the same, no word and no meaning stands out.
SAYS_ALL = 0.12
BANDS: tuple[tuple[float, Band], ...] = ((0.55, "strong"), (0.3, "likely"), (0.1, "weak"))


def evidence(parts: Mapping[Lane, float], *, has_meaning: bool) -> float:
    """What speaks for a file, of what words and meaning add to its score; words alone without the query's vector."""
    return parts["meaning"] + WORDS_BESIDE * parts["words"] if has_meaning else parts["words"]


def chance(told: float, best: float, *, named: float, model: str, has_meaning: bool) -> float:
    """The chance, 0 to 1, that a file is an answer.

    `told` is the evidence for it, `best` that for the hit of the list that has most; `named` is the share of the query
    in its name.
    """
    base, slope, behind = CURVES.get(model, ELSEWHERE) if has_meaning else WORDS_ALONE
    height = base + slope * told - behind * max(0.0, best - told)
    return max(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, height)))), named - NAMED)


def at_least(likely: float, *, says_all: bool) -> float:
    """A chance, and what a passage with every word of the query has at least."""
    return max(likely, SAYS_ALL) if says_all else likely


def band(likely: float) -> Band:
    """What a chance is called; "none" if nothing speaks for it being an answer."""
    return next((name for least, name in BANDS if likely >= least), "none")
