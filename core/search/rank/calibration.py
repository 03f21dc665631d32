"""Calibration: a hit's scores to the probability that it answers, and to one of four bands.

A logistic curve for each model. Its input is what stands out semantically plus a third of the lexical score, less what
the hit lacks of the best one's. The fit and its check on other collections: .github/decisions/0100-calibration.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.document import Band, Retriever
from core.models import Calibration, calibration_of

# Of hits without a query vector; the models' own curves stand in `core.models`.
LEXICAL_CURVE = Calibration(-3.0, 1.05, 0.0)
LEXICAL_SHARE = 0.36  # of the lexical part of the score
FILENAME_OFFSET = 0.3  # a file name with this share of the query, or less, does not make the file an answer
# In a collection of near-identical texts no score stands out; a passage with every word of the query is at least weak.
# A reranker, which has read the passage, may still score it lower.
ALL_WORDS_FLOOR = 0.12
BAND_THRESHOLDS: tuple[tuple[float, Band], ...] = ((0.55, "strong"), (0.3, "likely"), (0.1, "weak"))


def calibration_input(parts: Mapping[Retriever, float], *, has_meaning: bool) -> float:
    """The value that `calibrate` takes, from the parts of a file's score; lexical only without a query vector."""
    return parts["meaning"] + LEXICAL_SHARE * parts["words"] if has_meaning else parts["words"]


def calibrate(value: float, best: float, *, named: float, model: str, has_meaning: bool) -> float:
    """The probability, 0 to 1, that a file answers.

    `value` is its `calibration_input`, `best` the highest in the list; `named` is the share of the query in its name:
    p = 1 / (1 + exp(-(base + slope * value - gap_slope * (best - value)))), at least `named` less an offset.
    """
    base, slope, gap_slope = calibration_of(model) if has_meaning else LEXICAL_CURVE
    logit = base + slope * value - gap_slope * max(0.0, best - value)
    return max(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit)))), named - FILENAME_OFFSET)


def with_all_words_floor(probability: float, *, says_all: bool) -> float:
    """The probability, raised to the least of a passage with every word of the query."""
    return max(probability, ALL_WORDS_FLOOR) if says_all else probability


def band_of(probability: float) -> Band:
    """The band of a probability; "none" below the lowest threshold."""
    return next((name for least, name in BAND_THRESHOLDS if probability >= least), "none")
