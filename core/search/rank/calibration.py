"""Calibration: maps a hit's scores to the probability that it answers the query, and to one of four bands.

A logistic curve for each model over the semantic part of the score plus about a third of the lexical part, with a
penalty for the gap to the best hit. Fit and validation: .github/decisions/0100-calibration.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.document import Band, Retriever
from core.models import Calibration, calibration_of

# For hits without a query vector; the curves of the models are in `core.models`.
LEXICAL_CURVE = Calibration(-3.0, 1.05, 0.0)
LEXICAL_SHARE = 0.36  # of the lexical part of the score
FILENAME_OFFSET = 0.3  # a file name with at most this share of the query adds no probability
# In a collection of near-identical texts no score stands out, so a passage with every word of the query is at least
# "weak". A reranker, which reads the passage, may still score it lower.
ALL_WORDS_FLOOR = 0.12
BAND_THRESHOLDS: tuple[tuple[float, Band], ...] = ((0.55, "strong"), (0.3, "likely"), (0.1, "weak"))


def calibration_input(parts: Mapping[Retriever, float], *, has_meaning: bool) -> float:
    """The input of `calibrate` from the parts of a file's score; only the lexical part without a query vector."""
    return parts["meaning"] + LEXICAL_SHARE * parts["words"] if has_meaning else parts["words"]


def size_offset(passages: int, curve: Calibration) -> float:
    """What the size of a library adds to the highest score by chance, above that of a usual one."""
    if passages <= curve.usual_passages:
        return 0.0
    return curve.size_slope * (math.sqrt(2 * math.log(passages)) - math.sqrt(2 * math.log(curve.usual_passages)))


def calibrate(
    value: float,
    best: float,
    *,
    name_share: float,
    model: str,
    has_meaning: bool,
    passages: int = 0,
    is_foreign_script: bool = False,
) -> float:
    """The probability, 0 to 1, that a file answers the query.

    `value` is the file's `calibration_input`, `best` the highest in the list, `name_share` the share of the query in
    the file's name: p = 1 / (1 + exp(-(base + slope * value - gap_slope * (best - value)))), and at least
    `name_share - FILENAME_OFFSET`. With meaning, `value` is less by the `size_offset` of a library of so many
    `passages`: among more of them, the nearest is nearer by chance. If the query `is_foreign_script`, it is more by the
    curve's `other_script`.
    """
    curve = calibration_of(model) if has_meaning else LEXICAL_CURVE
    gap = max(0.0, best - value)
    if has_meaning:
        value += curve.other_script * is_foreign_script - size_offset(passages, curve)
    logit = curve.base + curve.slope * value - curve.gap_slope * gap
    return max(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit)))), name_share - FILENAME_OFFSET)


def with_all_words_floor(probability: float, *, has_all_words: bool) -> float:
    """The probability, raised to `ALL_WORDS_FLOOR` if the passage has every word of the query."""
    return max(probability, ALL_WORDS_FLOOR) if has_all_words else probability


def band_of(probability: float) -> Band:
    """The band of a probability; "none" below the lowest threshold."""
    return next((name for threshold, name in BAND_THRESHOLDS if probability >= threshold), "none")
