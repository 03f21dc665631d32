"""Ranked lists of several lanes into one, by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from core.document import Lane

# Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009, with their K = 60 made smaller: a person looks at
# the first few, and with 60 the first of one lane came after any two middling ranks.
K = 20
# Somebody who types most of a file's name means that file, and meaning finds something for everything.
WEIGHTS: Mapping[Lane, float] = {"names": 1.5}
NO_DOUBT: Mapping[Lane, float] = {}

Key = TypeVar("Key", bound=Hashable)


def fuse(
    lanes: Mapping[Lane, Sequence[Key]], trust: Mapping[Lane, float] = NO_DOUBT
) -> list[tuple[Key, float, frozenset[Lane]]]:
    """(key, score, lanes that found it), best first; equal scores keep the order in which they were met.

    `trust` says how much a lane's list counts for this query, 1 if it is silent.
    """
    scores: dict[Key, float] = {}
    found_by: dict[Key, set[Lane]] = {}
    for lane, keys in lanes.items():
        weight = WEIGHTS.get(lane, 1.0) * trust.get(lane, 1.0)
        for rank, key in enumerate(keys, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (K + rank)
            found_by.setdefault(key, set()).add(lane)
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    return [(key, score, frozenset(found_by[key])) for key, score in ranked]


def first_of_each(keys: Iterable[Key]) -> list[Key]:
    """The keys in the order of their first appearance."""
    return list(dict.fromkeys(keys))
