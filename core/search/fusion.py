"""Ranked lists of several lanes into one, by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from core.document import Lane

K = 60  # Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009
# Somebody who types most of a file's name means that file, and meaning finds something for everything.
WEIGHTS: Mapping[Lane, float] = {"names": 1.5}

Key = TypeVar("Key", bound=Hashable)


def fuse(lanes: Mapping[Lane, Sequence[Key]]) -> list[tuple[Key, float, frozenset[Lane]]]:
    """(key, score, lanes that found it), best first; equal scores keep the order in which they were met."""
    scores: dict[Key, float] = {}
    found_by: dict[Key, set[Lane]] = {}
    for lane, keys in lanes.items():
        for rank, key in enumerate(keys, start=1):
            scores[key] = scores.get(key, 0.0) + WEIGHTS.get(lane, 1.0) / (K + rank)
            found_by.setdefault(key, set()).add(lane)
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    return [(key, score, frozenset(found_by[key])) for key, score in ranked]


def first_of_each(keys: Iterable[Key]) -> list[Key]:
    """The keys in the order of their first appearance."""
    return list(dict.fromkeys(keys))
