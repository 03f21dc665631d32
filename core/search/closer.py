"""A closer look at the first hits: which sentence of the passage answers, by the meaning of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.document import Hit
from core.embed import Vectors
from core.search.evidence import Evidence
from core.search.snippet import Span, sentences_of
from core.store.contents import PassageRow

HITS = 8  # that are seen without scrolling
BUDGET = 5_000  # characters of sentences to embed: a second or so of one processor
SHORTEST, LONGEST = 20, 600  # characters of a sentence that can answer
# A sentence that was chosen for its words gives way only to one that is clearly nearer, in cosines.
CLEARLY = 0.02


@dataclass(frozen=True, slots=True)
class Look:
    """The best passage of a hit (its place in the list): its sentences, and the one that its snippet is about."""

    place: int
    row: PassageRow
    shown: Span
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]


def looks(hits: Sequence[Hit], rows: Mapping[int, PassageRow], evidence: Evidence) -> list[Look]:
    """What there is to look at in the first hits, within the budget."""
    found: list[Look] = []
    left = BUDGET
    for place, hit in enumerate(hits[:HITS]):
        row = rows.get(hit.passages[0].passage_id) if hit.passages else None
        if row is None:
            continue
        look = _look(place, row, evidence)
        left -= sum(map(len, look.texts))
        if left < 0:
            break
        if len(look.sentences) > 1:
            found.append(look)
    return found


def chosen(looked_at: Sequence[Look], vectors: Vectors, query: Vectors) -> list[tuple[Look, Span]]:
    """The sentences that are nearer to the query than those shown.

    `vectors` (shape: n x dimension) are those of all texts of the looks in their order, `query` has the dimension.
    """
    found: list[tuple[Look, Span]] = []
    at = 0
    for look in looked_at:
        cosines = vectors[at : at + len(look.texts)] @ query
        at += len(look.texts)
        best = int(np.argmax(cosines))
        shown = cosines[look.sentences.index(look.shown)] if look.shown in look.sentences else -1.0
        if cosines[best] > shown + CLEARLY:
            found.append((look, look.sentences[best]))
    return found


def _look(place: int, row: PassageRow, evidence: Evidence) -> Look:
    text = evidence.text(row)
    spans = sentences_of(text)
    at = evidence.answering(row)
    shown = next((span for span in spans if span[0] <= at < span[1]), (0, 0))
    fit = tuple(span for span in spans if SHORTEST <= span[1] - span[0] <= LONGEST)
    return Look(place, row, shown, fit, tuple(text[start:end].strip() for start, end in fit))
