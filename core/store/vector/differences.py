"""Compares an index with the catalogue without listing all passages: by counts and sums of ranges of ids."""

from __future__ import annotations

import numpy as np

from core.store.catalogue.vectors_table import RANGE_BITS, Ids, VectorsTable, places


def differences(indexed: Ids, rows: VectorsTable, model_id: int) -> tuple[Ids, Ids]:
    """(surplus, missing): the passages that only an index has, and those that only the catalogue has.

    `indexed` are ascending. Only the ranges whose counts or sums differ are listed.
    """
    surplus, missing = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for first, last in _runs(different(sums_of_ranges(indexed), rows.range_sums(model_id))):
        low, high = first << RANGE_BITS, (last + 1) << RANGE_BITS
        here = indexed[np.searchsorted(indexed, low) : np.searchsorted(indexed, high)]
        stored = rows.indexed_ids(model_id, low, high)
        surplus.append(np.setdiff1d(here, stored, assume_unique=True))
        missing.append(np.setdiff1d(stored, here, assume_unique=True))
    return np.concatenate(surplus), np.concatenate(missing)


def sums_of_ranges(ids: Ids) -> Ids:
    """(range, count, sum of places, of their squares) of ascending ids, as `VectorsTable.range_sums`."""
    if not len(ids):
        return np.zeros((0, 4), np.int64)
    ranges = ids >> RANGE_BITS
    starts = np.flatnonzero(np.concatenate([[True], ranges[1:] != ranges[:-1]]))
    counts = np.diff(np.append(starts, len(ids)))
    sums = [np.add.reduceat(values, starts) for values in (places(ids), places(ids) ** 2)]
    return np.column_stack([ranges[starts], counts, *sums])


def different(one: Ids, other: Ids) -> list[int]:
    """The ranges that are not the same in both, ascending."""
    ours, theirs = set(map(tuple, one.tolist())), set(map(tuple, other.tolist()))
    return sorted({row[0] for row in ours ^ theirs})


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """(first, last) of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
